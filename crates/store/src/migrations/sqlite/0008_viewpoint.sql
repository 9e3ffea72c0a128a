-- What somebody keeps of a chat for themselves, besides hiding it.
ALTER TABLE membership ADD COLUMN is_muted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE membership ADD COLUMN is_pinned INTEGER NOT NULL DEFAULT 0;
CREATE INDEX membership_by_pin ON membership (account) WHERE is_pinned = 1;
