-- Lists of chats are sorted by what their person may know of each: the index has what decides it, so
-- that none of the memberships need be read for the order.
DROP INDEX membership_by_account;
CREATE INDEX membership_by_account ON membership (account, chat_key, consent, requested_at, ended_at);
