CREATE TABLE known_name (
    digest BYTEA PRIMARY KEY,
    account_id UUID
);
CREATE INDEX known_name_of_account ON known_name (account_id);
COMMENT ON TABLE known_name IS 'Every user name that was heard of, as a keyed hash of how it reads in an address: nobody else''s vanity URL may read so, for links and mentions lead to it.';
COMMENT ON COLUMN known_name.account_id IS 'NULL: whose it was is erased; it is nobody''s ever again.';
