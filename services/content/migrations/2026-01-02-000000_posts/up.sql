CREATE TABLE author (
    account_id UUID PRIMARY KEY,
    username TEXT NOT NULL,
    display_name TEXT NOT NULL,
    avatar_media_id UUID,
    account_version BIGINT NOT NULL DEFAULT 0,
    profile_version BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX author_username ON author (lower(username));
COMMENT ON TABLE author IS 'Projection of identity''s accounts and profile''s cards: how the people who write here are shown.';
COMMENT ON COLUMN author.account_version IS 'Of the account event that gave the user name; 0 while none has come.';
COMMENT ON COLUMN author.profile_version IS 'Of the profile event that gave the display name and the picture; 0 while none has come.';

CREATE TABLE media (
    id UUID PRIMARY KEY,
    owner_id UUID NOT NULL,
    version BIGINT NOT NULL,
    removed BOOLEAN NOT NULL,
    kind TEXT,
    content_type TEXT,
    width INTEGER,
    height INTEGER,
    duration DOUBLE PRECISION
);
COMMENT ON TABLE media IS 'Projection of media''s files: those that may be attached, and tombstones of those that may not any more.';

CREATE TABLE post (
    id UUID PRIMARY KEY,
    author_id UUID NOT NULL,
    content TEXT NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('public', 'followers', 'connections', 'private')),
    tags TEXT[] NOT NULL,
    state TEXT NOT NULL DEFAULT 'published' CHECK (state IN ('published', 'hidden')),
    created_at TIMESTAMPTZ NOT NULL,
    edited_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    removed_at TIMESTAMPTZ
);
-- A person's posts, and the home feed, which reads the newest of each followed person.
CREATE INDEX post_author ON post (author_id, created_at DESC, id DESC) WHERE removed_at IS NULL;
-- The public feed.
CREATE INDEX post_public ON post (created_at DESC, id DESC)
    WHERE removed_at IS NULL AND visibility = 'public' AND state = 'published';
COMMENT ON TABLE post IS 'Posts. A removed one keeps its id, author and version, so that versions never restart; its text is gone.';

CREATE TABLE post_tag (
    tag TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    post_id UUID NOT NULL REFERENCES post (id),
    PRIMARY KEY (post_id, tag)
);
-- A tag's posts in the order of the feed. An index of the arrays would find them, too, but all, to be sorted.
CREATE INDEX post_tag_newest ON post_tag (tag, created_at DESC, post_id DESC);
COMMENT ON TABLE post_tag IS 'The tags of each post once more, for the public feed by tag; created_at is the post''s.';

CREATE TABLE post_media (
    post_id UUID NOT NULL REFERENCES post (id),
    position SMALLINT NOT NULL,
    media_id UUID NOT NULL,
    PRIMARY KEY (post_id, position)
);
CREATE INDEX post_media_media ON post_media (media_id);
COMMENT ON TABLE post_media IS 'The files attached to each post, in their order. Positions may have gaps.';

CREATE TABLE post_counts (
    post_id UUID PRIMARY KEY REFERENCES post (id),
    like_count BIGINT NOT NULL DEFAULT 0,
    love_count BIGINT NOT NULL DEFAULT 0,
    applause_count BIGINT NOT NULL DEFAULT 0,
    insight_count BIGINT NOT NULL DEFAULT 0,
    comment_count BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
COMMENT ON TABLE post_counts IS 'Reactions and comments of each post, counted in the transaction that changes them. Whoever changes what stands below a post holds this row''s lock.';

CREATE TABLE author_post_count (
    account_id UUID PRIMARY KEY,
    total BIGINT NOT NULL,
    public BIGINT NOT NULL,
    version BIGINT NOT NULL
) WITH (fillfactor = 70);
COMMENT ON TABLE author_post_count IS 'Posts of each author: all, and those that anybody may see.';

CREATE TABLE reaction (
    post_id UUID NOT NULL REFERENCES post (id),
    account_id UUID NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('like', 'love', 'applause', 'insight')),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (post_id, account_id)
);
CREATE INDEX reaction_newest ON reaction (post_id, at DESC, account_id DESC);
COMMENT ON TABLE reaction IS 'One reaction of each person to each post.';

CREATE TABLE comment (
    id UUID PRIMARY KEY,
    post_id UUID NOT NULL REFERENCES post (id),
    author_id UUID NOT NULL,
    parent_id UUID REFERENCES comment (id),
    content TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    edited_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    removed_at TIMESTAMPTZ
);
CREATE INDEX comment_oldest ON comment (post_id, created_at, id);
CREATE INDEX comment_parent ON comment (parent_id);
COMMENT ON TABLE comment IS 'Comments and, with a parent, answers to them. A removed one keeps its id and version; its text is gone.';
