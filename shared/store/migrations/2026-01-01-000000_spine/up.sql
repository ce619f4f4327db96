-- The sequence of partitions is made by store::partitions; rows outside them go to the default one.
-- An id is a UUIDv7, so a range of ids is a range of time.

CREATE TABLE outbox (
    id UUID PRIMARY KEY,
    envelope JSON NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    published_at TIMESTAMPTZ
) PARTITION BY RANGE (id);
CREATE TABLE outbox_default PARTITION OF outbox DEFAULT;
CREATE INDEX outbox_pending ON outbox (attempts, id) WHERE published_at IS NULL;
COMMENT ON TABLE outbox IS 'Events decided in this schema. Pending until the relay has put them on the bus.';
COMMENT ON COLUMN outbox.attempts IS 'Failed tries to publish; a row that cannot be published sinks behind the others.';

CREATE TABLE inbox (
    handler TEXT NOT NULL,
    event_id UUID NOT NULL,
    PRIMARY KEY (handler, event_id)
) PARTITION BY RANGE (event_id);
CREATE TABLE inbox_default PARTITION OF inbox DEFAULT;
COMMENT ON TABLE inbox IS 'Events whose effects are in this schema, by handler: the reason why a repeated message does nothing.';

CREATE TABLE failure (
    handler TEXT NOT NULL,
    event_id UUID NOT NULL,
    event_type TEXT NOT NULL,
    subject TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    causes JSONB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 1,
    release TEXT NOT NULL,
    first_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    last_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    resolved_at TIMESTAMPTZ,
    PRIMARY KEY (handler, event_id)
);
CREATE INDEX failure_open ON failure (fingerprint) WHERE resolved_at IS NULL;
COMMENT ON TABLE failure IS 'The last failure of each event that could not be consumed, so that dead letters can be grouped by cause.';
COMMENT ON COLUMN failure.causes IS 'The chain of causes, outermost first.';

CREATE TABLE reply (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    digest BYTEA NOT NULL,
    status SMALLINT,
    body JSONB,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, key)
);
CREATE INDEX reply_age ON reply (created_at);
COMMENT ON TABLE reply IS 'The first answer to each Idempotency-Key, given again when the request comes again.';
COMMENT ON COLUMN reply.digest IS 'Keyed hash of the request: the same key with other words is refused.';
