CREATE TABLE account (
    id UUID PRIMARY KEY,
    username TEXT,
    signup_name TEXT,
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'deleted')),
    account_version BIGINT NOT NULL DEFAULT -1,
    card_username TEXT,
    display_name TEXT,
    avatar_media_id UUID,
    card_version BIGINT NOT NULL DEFAULT -1
);
CREATE INDEX account_unseen ON account (id) WHERE state <> 'active';
COMMENT ON TABLE account IS 'Projection: what lists show of a person, as identity and profile last said it.';
COMMENT ON COLUMN account.account_version IS 'Of identity''s columns (username, signup_name, state); 0: from a principal, before any event; -1: not heard of.';
COMMENT ON COLUMN account.card_version IS 'Of profile''s columns (card_username, display_name, avatar_media_id); -1: not heard of.';

CREATE TABLE follow (
    follower_id UUID NOT NULL,
    following_id UUID NOT NULL,
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (follower_id, following_id),
    CHECK (follower_id <> following_id)
);
CREATE INDEX follow_followers ON follow (following_id, at DESC, follower_id DESC) WHERE active;
CREATE INDEX follow_following ON follow (follower_id, at DESC, following_id DESC) WHERE active;
COMMENT ON TABLE follow IS 'Who follows whom. A row outlives the edge, so that its version never restarts.';
COMMENT ON COLUMN follow.at IS 'When it last changed.';

CREATE TABLE connection (
    low_id UUID NOT NULL,
    high_id UUID NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('none', 'low-asked', 'high-asked', 'connected')),
    version BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (low_id, high_id),
    CHECK (low_id < high_id)
);
CREATE INDEX connection_of_low ON connection (low_id, state, at DESC, high_id DESC) WHERE state <> 'none';
CREATE INDEX connection_of_high ON connection (high_id, state, at DESC, low_id DESC) WHERE state <> 'none';
COMMENT ON TABLE connection IS 'How far two people are with connecting. One row for the pair, which outlives the connection.';

CREATE TABLE block (
    blocker_id UUID NOT NULL,
    blocked_id UUID NOT NULL,
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id),
    CHECK (blocker_id <> blocked_id)
);
CREATE INDEX block_by ON block (blocker_id, at DESC, blocked_id DESC) WHERE active;
CREATE INDEX block_of ON block (blocked_id) WHERE active;
COMMENT ON TABLE block IS 'Who blocks whom. A row outlives the block, so that its version never restarts.';

CREATE TABLE counts (
    account_id UUID PRIMARY KEY,
    followers BIGINT NOT NULL DEFAULT 0 CHECK (followers >= 0),
    following BIGINT NOT NULL DEFAULT 0 CHECK (following >= 0),
    connections BIGINT NOT NULL DEFAULT 0 CHECK (connections >= 0),
    version BIGINT NOT NULL DEFAULT 0
);
COMMENT ON TABLE counts IS 'How many people somebody is related to. Its row is also the lock: whoever changes anything between two people holds both rows, taken in the order of their ids.';
