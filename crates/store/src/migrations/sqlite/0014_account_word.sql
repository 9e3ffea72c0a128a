-- By which words the people of an organisation are found in its directory, whose order comes with each.
CREATE TABLE account_word (
    organisation_id BLOB NOT NULL,
    word TEXT NOT NULL,
    name_key TEXT NOT NULL,
    account BLOB NOT NULL,
    PRIMARY KEY (organisation_id, word, name_key, account)
) WITHOUT ROWID;
CREATE INDEX account_word_by_account ON account_word (account, word);
