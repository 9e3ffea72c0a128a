-- Types are INTEGER, TEXT and BLOB only. Moments are milliseconds since 1970. Ids of accounts,
-- organisations, groups and tokens are their sixteen bytes. Enumerations of rows that come per
-- message are small numbers, elsewhere they are the names that the domain gives them.
--
-- Tables of a chat begin their key with chat_key, tables of an organisation with its id or key.
-- The entries of the trails begin with the chat too: the entries that an act leaves in the trails
-- of several organisations are neighbours in the index, and cost one page.
-- Columns that are numbered by the engine (entry, watermark) are in the order of commits.

CREATE TABLE organisation (
    organisation_key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    trust_class TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    -- The head of the chain of administrative acts.
    audit_seq INTEGER NOT NULL,
    audit_hash BLOB NOT NULL
);

CREATE TABLE organisation_configuration (
    organisation_id BLOB PRIMARY KEY,
    version INTEGER NOT NULL,
    content TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE organisation_domain (
    domain TEXT PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    is_default INTEGER NOT NULL,
    proved_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX organisation_domain_by_organisation ON organisation_domain (organisation_id);

CREATE TABLE policy (
    organisation_id BLOB NOT NULL,
    name_key TEXT NOT NULL,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (organisation_id, name_key)
) WITHOUT ROWID;

CREATE TABLE group_assignment (
    organisation_id BLOB NOT NULL,
    assignment_rank INTEGER NOT NULL,
    group_id BLOB NOT NULL,
    policy TEXT NOT NULL,
    PRIMARY KEY (organisation_id, assignment_rank)
) WITHOUT ROWID;

CREATE TABLE account_group (
    organisation_id BLOB NOT NULL,
    group_id BLOB NOT NULL,
    display_name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, group_id)
) WITHOUT ROWID;

CREATE TABLE group_member (
    organisation_id BLOB NOT NULL,
    group_id BLOB NOT NULL,
    account BLOB NOT NULL,
    PRIMARY KEY (organisation_id, group_id, account)
) WITHOUT ROWID;
CREATE INDEX group_member_by_account ON group_member (account, group_id);

-- Personal accounts have no organisation.
CREATE TABLE account (
    id BLOB PRIMARY KEY,
    organisation_id BLOB,
    user_principal_name TEXT NOT NULL,
    principal_key TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    mail TEXT,
    phone TEXT,
    profile TEXT,
    is_enabled INTEGER NOT NULL,
    is_minor INTEGER NOT NULL,
    roles INTEGER NOT NULL,
    settings TEXT,
    created_at INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    -- The policy assigned to the person.
    direct_policy TEXT,
    password_hash TEXT
) WITHOUT ROWID;
CREATE INDEX account_by_name ON account (organisation_id, name_key, id);
CREATE INDEX account_by_mail ON account (organisation_id, mail);

CREATE TABLE account_address (
    address TEXT PRIMARY KEY,
    account BLOB NOT NULL,
    verified_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX account_address_by_account ON account_address (account);

-- Of secrets only the SHA-256 is kept.
CREATE TABLE token (
    secret_hash BLOB PRIMARY KEY,
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX token_by_account ON token (account, id);
CREATE INDEX token_by_expiry ON token (expires_at);

CREATE TABLE contact_block (
    owner BLOB NOT NULL,
    peer BLOB NOT NULL,
    blocked_at INTEGER NOT NULL,
    PRIMARY KEY (owner, peer)
) WITHOUT ROWID;

CREATE TABLE chat (
    chat_key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind INTEGER NOT NULL,
    initiator BLOB NOT NULL,
    -- NULL when the initiator is a personal account.
    initiator_organisation BLOB,
    topic TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_position INTEGER NOT NULL,
    last_message INTEGER,
    access_version INTEGER NOT NULL,
    pending_sends INTEGER NOT NULL,
    has_accepted_outsider INTEGER NOT NULL,
    -- The newest event, so that a client that resumes need not look into every chat.
    last_watermark INTEGER NOT NULL
);

CREATE TABLE membership (
    chat_key INTEGER NOT NULL,
    account BLOB NOT NULL,
    state TEXT NOT NULL,
    consent TEXT NOT NULL,
    requested_by BLOB,
    requested_at INTEGER,
    is_high_risk INTEGER NOT NULL,
    has_previewed INTEGER NOT NULL,
    joined_at INTEGER NOT NULL,
    visible_from INTEGER NOT NULL,
    visible_until INTEGER,
    is_hidden INTEGER NOT NULL,
    read_up_to INTEGER,
    ended_at INTEGER,
    ended_topic TEXT,
    PRIMARY KEY (chat_key, account)
) WITHOUT ROWID;
CREATE INDEX membership_by_account ON membership (account, chat_key);

-- The homes of a chat's members, present and past, with the head of each one's chain. The personal
-- realm has the key 0 and no chain.
CREATE TABLE chat_home (
    chat_key INTEGER NOT NULL,
    organisation_key INTEGER NOT NULL,
    is_present INTEGER NOT NULL,
    audit_seq INTEGER NOT NULL,
    audit_hash BLOB NOT NULL,
    PRIMARY KEY (chat_key, organisation_key)
) WITHOUT ROWID;
CREATE INDEX chat_home_by_organisation ON chat_home (organisation_key, chat_key);

CREATE TABLE message (
    entry INTEGER PRIMARY KEY,
    chat_key INTEGER NOT NULL,
    id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    sender BLOB,
    content_type INTEGER NOT NULL,
    content TEXT NOT NULL,
    importance INTEGER NOT NULL,
    extras TEXT,
    -- NULL while nothing was changed: then the id says it.
    etag INTEGER,
    edited_at INTEGER,
    edited_position INTEGER,
    deleted_at INTEGER,
    only_for BLOB,
    UNIQUE (chat_key, id)
);
CREATE INDEX message_by_change ON message (chat_key, etag) WHERE etag IS NOT NULL;

CREATE TABLE message_version (
    entry INTEGER PRIMARY KEY,
    chat_key INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    replaced_at INTEGER NOT NULL,
    content_type INTEGER NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX message_version_by_message ON message_version (chat_key, message_id);

CREATE TABLE reaction (
    chat_key INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    account BLOB NOT NULL,
    kind TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (chat_key, message_id, account, kind)
) WITHOUT ROWID;

CREATE TABLE event (
    watermark INTEGER PRIMARY KEY,
    chat_key INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    message_id INTEGER,
    account BLOB,
    only_for BLOB,
    UNIQUE (chat_key, position)
);

-- Descriptions of participants (C-47), each stored once.
CREATE TABLE audit_context (
    context_key INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    content TEXT NOT NULL
);

CREATE TABLE audit (
    entry INTEGER PRIMARY KEY,
    -- 0 is the chain of administrative acts.
    chat_key INTEGER NOT NULL,
    organisation_key INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    -- NULL when it is the id of the message.
    at INTEGER,
    kind INTEGER NOT NULL,
    actor BLOB,
    client BLOB,
    message_id INTEGER,
    context_key INTEGER,
    detail TEXT,
    hash BLOB NOT NULL,
    UNIQUE (chat_key, organisation_key, seq)
);
CREATE INDEX audit_by_organisation ON audit (organisation_key);

-- The heads of chains at a checkpoint, of those that grew since the one before.
CREATE TABLE audit_checkpoint_head (
    organisation_key INTEGER NOT NULL,
    checkpoint_seq INTEGER NOT NULL,
    chat_key INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (organisation_key, checkpoint_seq, chat_key)
) WITHOUT ROWID;

-- slot is the beginning of a hash over account and key.
CREATE TABLE idempotency (
    entry INTEGER PRIMARY KEY,
    slot BLOB NOT NULL UNIQUE,
    fingerprint BLOB NOT NULL,
    result TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX idempotency_by_time ON idempotency (at);

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    content BLOB NOT NULL
) WITHOUT ROWID;
