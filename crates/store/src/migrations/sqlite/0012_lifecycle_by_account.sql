-- What waits for one account: bounded, the newest of a kind for each subscription.
CREATE INDEX subscription_lifecycle_by_account ON subscription_lifecycle (account, entry);
