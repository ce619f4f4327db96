CREATE TABLE reaction (
    post_id UUID NOT NULL,
    account_id UUID NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT,
    PRIMARY KEY (post_id, account_id)
);
-- Whoever is erased.
CREATE INDEX reaction_account ON reaction (account_id);
COMMENT ON TABLE reaction IS 'Projection of content''s reactions, so that whoever finds a post sees their own; one that was taken back stays as a version, and none of a removed post.';
