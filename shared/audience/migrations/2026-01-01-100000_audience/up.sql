CREATE TABLE audience_account (
    account_id UUID PRIMARY KEY,
    state TEXT NOT NULL,
    version BIGINT NOT NULL
);
COMMENT ON TABLE audience_account IS 'Projection of identity''s accounts: whether what they published may be seen at all.';

CREATE TABLE audience_follow (
    follower_id UUID NOT NULL,
    following_id UUID NOT NULL,
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (follower_id, following_id)
);
CREATE INDEX audience_follow_following ON audience_follow (following_id) WHERE active;
COMMENT ON TABLE audience_follow IS 'Projection of social-graph''s follows; an ended one stays with its version.';

CREATE TABLE audience_connection (
    low_id UUID NOT NULL,
    high_id UUID NOT NULL,
    connected BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (low_id, high_id)
);
CREATE INDEX audience_connection_high ON audience_connection (high_id) WHERE connected;
COMMENT ON TABLE audience_connection IS 'Projection of social-graph''s connections, one row a pair; an ended one stays with its version.';

CREATE TABLE audience_block (
    blocker_id UUID NOT NULL,
    blocked_id UUID NOT NULL,
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id)
);
CREATE INDEX audience_block_blocked ON audience_block (blocked_id) WHERE active;
COMMENT ON TABLE audience_block IS 'Projection of social-graph''s blocks; a lifted one stays with its version.';
