-- The bytes of images in messages. What kind they are stands with the message.
CREATE TABLE hosted_content (
    entry INTEGER PRIMARY KEY,
    chat_key INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (chat_key, message_id, number)
);
