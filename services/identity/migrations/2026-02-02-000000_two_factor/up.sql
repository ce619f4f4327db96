CREATE TABLE two_factor (
    account_id UUID PRIMARY KEY REFERENCES account (id),
    sealed_secret BYTEA NOT NULL,
    last_step BIGINT NOT NULL DEFAULT 0,
    set_up_at TIMESTAMPTZ NOT NULL,
    enabled_at TIMESTAMPTZ
);
COMMENT ON TABLE two_factor IS 'Second factors (TOTP). The secret is encrypted, with a key that is not in the database.';
COMMENT ON COLUMN two_factor.last_step IS 'The last time step whose code was used. It only grows, so that no code counts twice.';
COMMENT ON COLUMN two_factor.enabled_at IS 'Absent until a code of it was entered once.';

CREATE TABLE recovery_code (
    account_id UUID NOT NULL REFERENCES account (id),
    code_hash BYTEA NOT NULL,
    used_at TIMESTAMPTZ,
    PRIMARY KEY (account_id, code_hash)
);
COMMENT ON TABLE recovery_code IS 'What lets somebody in once without their second factor. Keyed hashes of 80 random bits each.';
