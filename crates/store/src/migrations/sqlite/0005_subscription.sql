-- Subscriptions to change notifications. What the subscriber asked for is JSON; cursor is the
-- watermark up to which everything was delivered, or a place in the chain of administrative acts.
CREATE TABLE subscription (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    organisation_id BLOB,
    token BLOB NOT NULL,
    content TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    cursor INTEGER NOT NULL,
    failing_since INTEGER,
    is_expiry_told INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX subscription_by_account ON subscription (account, id);
CREATE INDEX subscription_by_organisation ON subscription (organisation_id);
CREATE INDEX subscription_by_expiry ON subscription (expires_at);

-- Lifecycle notifications that wait. They outlive their subscriptions. No number is given twice:
-- whoever delivers knows by it what was taken up.
CREATE TABLE subscription_lifecycle (
    entry INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription BLOB NOT NULL,
    account BLOB NOT NULL,
    organisation_id BLOB,
    event TEXT NOT NULL,
    url TEXT NOT NULL,
    client_state TEXT,
    expires_at INTEGER NOT NULL,
    at INTEGER NOT NULL
);
