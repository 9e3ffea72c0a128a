-- Messages that are pinned in a chat, with the place in its order at which each was.
CREATE TABLE pinned_message (
    chat_key INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (chat_key, message_id)
) WITHOUT ROWID;
