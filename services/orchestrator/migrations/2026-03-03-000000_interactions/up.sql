CREATE TABLE interaction (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    who TEXT NOT NULL CHECK (length(who) BETWEEN 1 AND 64),
    about TEXT CHECK (length(about) BETWEEN 1 AND 64),
    command TEXT NOT NULL CHECK (length(command) BETWEEN 1 AND 64),
    correlation_id UUID NOT NULL UNIQUE,
    asked_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    progress TEXT NOT NULL CHECK (progress IN ('asked', 'working', 'done', 'failed')),
    lease UUID,
    leased_until TIMESTAMPTZ,
    outcome TEXT CHECK (length(outcome) BETWEEN 1 AND 64),
    CHECK ((lease IS NULL) = (progress = 'asked')),
    CHECK ((leased_until IS NULL) = (progress <> 'working')),
    CHECK ((outcome IS NULL) = (progress IN ('asked', 'working')))
);
CREATE INDEX interaction_of_who ON interaction (who);
CREATE INDEX interaction_about ON interaction (about) WHERE about IS NOT NULL;
CREATE INDEX interaction_expiring ON interaction (expires_at);
COMMENT ON TABLE interaction IS 'What operators asked for by commands, each taken once, until it expires. Where INTERACTIONS_TABLE is set it stands there instead.';
COMMENT ON COLUMN interaction.who IS 'Who asked: an account or somebody elsewhere, by an id.';
COMMENT ON COLUMN interaction.about IS 'Whom or what it is done to, by an id.';
COMMENT ON COLUMN interaction.lease IS 'Of whom works on it, or brought it to its end.';

CREATE TABLE conversation (
    id UUID PRIMARY KEY,
    who TEXT NOT NULL CHECK (length(who) BETWEEN 1 AND 64),
    about TEXT CHECK (length(about) BETWEEN 1 AND 64),
    contents TEXT NOT NULL CHECK (octet_length(contents) <= 2048),
    version UUID NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX conversation_of_who ON conversation (who);
CREATE INDEX conversation_about ON conversation (about) WHERE about IS NOT NULL;
CREATE INDEX conversation_expiring ON conversation (expires_at);
COMMENT ON TABLE conversation IS 'How far somebody has come who is asked step by step, until it expires. Where INTERACTIONS_TABLE is set it stands there instead.';
COMMENT ON COLUMN conversation.contents IS 'JSON, as it was handed in.';
COMMENT ON COLUMN conversation.version IS 'Another one after every change: whoever changes it says which one they saw.';
