CREATE TABLE erased_account (
    account_id UUID PRIMARY KEY,
    erasure_id UUID NOT NULL,
    cause JSONB NOT NULL,
    heard_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    due_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    scrubbed_to UUID,
    erased_at TIMESTAMPTZ
);
CREATE INDEX erased_account_due ON erased_account (due_at) WHERE erased_at IS NULL;
COMMENT ON TABLE erased_account IS 'Accounts that are gone for good. A row stays for ever: no event and no request that comes late brings anything back.';
COMMENT ON COLUMN erased_account.due_at IS 'When it may be worked on; whoever takes it moves this on, so that it comes again if they die.';
COMMENT ON COLUMN erased_account.scrubbed_to IS 'Up to which event the outbox has been scrubbed.';
COMMENT ON COLUMN erased_account.erased_at IS 'When nothing was left; this is confirmed in the same transaction.';

CREATE TABLE export_part (
    export_id UUID PRIMARY KEY,
    account_id UUID NOT NULL,
    cause JSONB NOT NULL,
    key TEXT NOT NULL,
    due_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX export_part_due ON export_part (due_at);
CREATE INDEX export_part_of_account ON export_part (account_id);
COMMENT ON TABLE export_part IS 'Parts of exports that are still to be written. A row stands before anything lies under its key, and goes in the transaction that tells of the part.';
COMMENT ON COLUMN export_part.due_at IS 'When it may be written; whoever takes it moves this on, so that it comes again if they die.';

ALTER TABLE failure ADD COLUMN people UUID[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN failure.people IS 'Whom the event is about, so that their erasure finds what may have been said of them.';

-- Of one account in one schema; the database is shared by many.
CREATE FUNCTION erasure_lock(account UUID) RETURNS BIGINT LANGUAGE sql STABLE AS
    $$ SELECT hashtextextended(current_schema()::text || ' erasure ' || account::text, 0) $$;

-- Those of these accounts that are gone. The others cannot go before the transaction ends: who writes about somebody and
-- who erases them happen one after the other. Locks are taken in one order; each look comes after them.
CREATE FUNCTION erased_among(accounts UUID[]) RETURNS SETOF UUID LANGUAGE plpgsql AS $$
DECLARE
    account UUID;
BEGIN
    FOR account IN SELECT DISTINCT one FROM unnest(accounts) AS one ORDER BY one LOOP
        PERFORM pg_advisory_xact_lock_shared(erasure_lock(account));
    END LOOP;
    RETURN QUERY SELECT e.account_id FROM erased_account e WHERE e.account_id = ANY(accounts);
END $$;
