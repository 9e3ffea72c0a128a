-- Who may do more than chat.
CREATE INDEX account_by_role ON account (organisation_id, name_key, id) WHERE roles > 0;
