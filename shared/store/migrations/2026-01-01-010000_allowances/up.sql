CREATE TABLE allowance (
    account_id UUID NOT NULL,
    deed TEXT NOT NULL,
    began_at TIMESTAMPTZ NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (account_id, deed)
) WITH (fillfactor = 70);
CREATE INDEX allowance_age ON allowance (began_at);
COMMENT ON TABLE allowance IS 'How often each person has done something that is limited, since their window began. A row of one''s own, so that nobody waits for another.';
COMMENT ON COLUMN allowance.began_at IS 'A window begins with the first deed after the one before has ended.';
