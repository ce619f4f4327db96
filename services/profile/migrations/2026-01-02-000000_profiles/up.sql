CREATE TABLE profile (
    id UUID PRIMARY KEY,
    username TEXT NOT NULL,
    signup_name TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'deleted')),
    account_version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    display_name TEXT,
    bio TEXT,
    title TEXT,
    location TEXT,
    pronouns TEXT,
    roles TEXT[] NOT NULL DEFAULT '{}',
    skills TEXT[] NOT NULL DEFAULT '{}',
    vanity_url TEXT UNIQUE,
    avatar_media_id UUID,
    banner_media_id UUID,
    theme TEXT NOT NULL DEFAULT 'light' CHECK (theme IN ('light', 'dark')),
    is_onboarded BOOLEAN NOT NULL DEFAULT false,
    searchable BOOLEAN NOT NULL DEFAULT true,
    show_connections BOOLEAN NOT NULL DEFAULT true,
    show_location BOOLEAN NOT NULL DEFAULT true,
    version BIGINT NOT NULL DEFAULT 0,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX profile_username ON profile (lower(username));
CREATE INDEX profile_username_alike ON profile (translate(lower(username), '_', '-'));
COMMENT ON TABLE profile IS 'What a person says of themselves, beside what identity says of their account.';
COMMENT ON COLUMN profile.account_version IS 'Of identity''s columns (username, signup_name, state, created_at); 0: from the person''s own session, before any event.';
COMMENT ON COLUMN profile.username IS 'Unique in identity; here two may have the same for the moment between two events.';
COMMENT ON COLUMN profile.display_name IS 'NULL: as at sign-up.';
COMMENT ON COLUMN profile.version IS 'Of the published card.';

CREATE TABLE credit (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    role TEXT NOT NULL,
    company TEXT,
    year INTEGER,
    description TEXT,
    position INTEGER NOT NULL
);
CREATE INDEX credit_of_account ON credit (account_id, position, id);
COMMENT ON TABLE credit IS 'What a person worked on, in the order they chose; positions begin at 0 and have no gaps.';

CREATE TABLE education (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
    institution TEXT NOT NULL,
    degree TEXT NOT NULL,
    field TEXT,
    start_year INTEGER,
    end_year INTEGER,
    CHECK (start_year <= end_year)
);
CREATE INDEX education_of_account ON education (account_id, id);
COMMENT ON TABLE education IS 'Where a person learned.';

CREATE TABLE link (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
    platform TEXT NOT NULL,
    url TEXT NOT NULL
);
CREATE INDEX link_of_account ON link (account_id, id);
COMMENT ON TABLE link IS 'Where else a person is found.';

CREATE TABLE media (
    id UUID PRIMARY KEY,
    owner_id UUID NOT NULL,
    is_image BOOLEAN NOT NULL,
    removed BOOLEAN NOT NULL,
    version BIGINT NOT NULL
);
COMMENT ON TABLE media IS 'Projection of media: which files can be a picture. What is removed stays as a tombstone.';

CREATE TABLE relationship_counts (
    account_id UUID PRIMARY KEY,
    followers BIGINT NOT NULL,
    following BIGINT NOT NULL,
    connections BIGINT NOT NULL,
    version BIGINT NOT NULL
);
COMMENT ON TABLE relationship_counts IS 'Projection of social-graph: how many people somebody is related to.';

CREATE TABLE post_counts (
    account_id UUID PRIMARY KEY,
    total BIGINT NOT NULL,
    public BIGINT NOT NULL,
    version BIGINT NOT NULL
);
COMMENT ON TABLE post_counts IS 'Projection of content: how many posts somebody has, all of them and those that everybody may see.';
