-- Changes of messages, so that a walk over what changed shows each message once, at its newest
-- change. Sending does not write here.
CREATE INDEX event_by_message ON event (chat_key, message_id, position) WHERE kind > 3 AND kind < 7;
