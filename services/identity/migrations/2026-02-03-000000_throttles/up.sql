CREATE TABLE throttle (
    key BYTEA PRIMARY KEY,
    tries DOUBLE PRECISION NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    blocked_until TIMESTAMPTZ NOT NULL
);
CREATE INDEX throttle_last_at ON throttle (last_at);
COMMENT ON TABLE throttle IS 'How often something was tried in vain, by whom or against whom: the more often, the longer the next try has to wait.';
COMMENT ON COLUMN throttle.key IS 'A keyed hash: neither an address nor a name can be read from it.';
COMMENT ON COLUMN throttle.tries IS 'As of last_at; they are forgiven one by one as time goes by.';
