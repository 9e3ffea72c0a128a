-- What personal accounts have reported, for the operator: no organisation's trail has it.
CREATE TABLE report (
    entry INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    reporter BLOB NOT NULL,
    chat_key INTEGER NOT NULL,
    message_id INTEGER,
    person BLOB,
    reason TEXT NOT NULL,
    comment TEXT
);
CREATE INDEX report_by_time ON report (at);
