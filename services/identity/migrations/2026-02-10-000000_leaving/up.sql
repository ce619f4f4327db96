CREATE TABLE erasure (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL,
    token_digest BYTEA NOT NULL,
    requested_at TIMESTAMPTZ NOT NULL,
    completed_at TIMESTAMPTZ,
    readable_until TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX erasure_token ON erasure (token_digest);
CREATE UNIQUE INDEX erasure_of_account ON erasure (account_id);
CREATE INDEX erasure_readable ON erasure (readable_until);
COMMENT ON TABLE erasure IS 'Receipts of accounts that were deleted. Forgotten when nobody may read them any more; that the account is erased stands in erased_account, for ever.';
COMMENT ON COLUMN erasure.token_digest IS 'SHA-256 of the secret in the receipt''s address, which was told once and is stored nowhere.';

CREATE TABLE erasure_confirmation (
    erasure_id UUID NOT NULL REFERENCES erasure (id) ON DELETE CASCADE,
    service TEXT NOT NULL,
    confirmed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (erasure_id, service)
);
COMMENT ON TABLE erasure_confirmation IS 'Which services have said that nothing of the person is left with them.';

CREATE TABLE reserved_username (
    digest BYTEA PRIMARY KEY,
    since TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE reserved_username IS 'User names of erased accounts, as keyed hashes of their lower case: nobody else may ever have them, for links and mentions lead to them.';

CREATE TABLE export (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL,
    requested_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ,
    ready_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ,
    archive_key TEXT,
    size BIGINT
);
CREATE INDEX export_of_account ON export (account_id, requested_at);
CREATE INDEX export_due ON export (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX export_expiring ON export (expires_at) WHERE expires_at IS NOT NULL;
COMMENT ON TABLE export IS 'Archives of what is held about people, and how far they are.';
COMMENT ON COLUMN export.due_at IS 'When the archive may be put together: once every part is there. Whoever takes it moves this on, so that it comes again if they die.';
COMMENT ON COLUMN export.expires_at IS 'When the archive is deleted.';

CREATE TABLE export_arrival (
    export_id UUID NOT NULL REFERENCES export (id) ON DELETE CASCADE,
    service TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (export_id, service)
);
COMMENT ON TABLE export_arrival IS 'The parts of exports that have come, and where each lies.';

-- What hangs on an account goes with it, whatever it is: a table that is added later is found by its column. What stays
-- says what was done, with ids alone.
CREATE FUNCTION forget_account(gone UUID) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    hanging RECORD;
    waiting INTEGER;
BEGIN
    FOR round IN 1..5 LOOP
        waiting := 0;
        FOR hanging IN
            SELECT c.oid::regclass AS place FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND a.attname = 'account_id' AND NOT a.attisdropped
            AND c.relname NOT IN ('erased_account', 'erasure', 'export', 'export_part', 'security_event')
            ORDER BY c.relname
        LOOP
            BEGIN
                EXECUTE format('DELETE FROM %s WHERE account_id = $1', hanging.place) USING gone;
            EXCEPTION WHEN foreign_key_violation THEN
                -- Something hangs on it that comes later in the alphabet.
                waiting := waiting + 1;
            END;
        END LOOP;
        EXIT WHEN waiting = 0;
    END LOOP;
    DELETE FROM account WHERE id = gone;
END $$;

CREATE OR REPLACE FUNCTION keep_security_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Erasing a person takes away where they were and what is said beside it. What was done, when and by whom stays.
    IF TG_OP = 'UPDATE' THEN
        OLD.ip_address := NULL;
        OLD.user_agent := NULL;
        OLD.detail := NULL;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'security_event is append-only';
END
$$;
