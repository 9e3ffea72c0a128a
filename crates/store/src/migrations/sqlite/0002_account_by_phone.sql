-- The telephone number as the directory has it, whether or not it is a verified address.
CREATE INDEX account_by_phone ON account (organisation_id, phone) WHERE phone IS NOT NULL;
