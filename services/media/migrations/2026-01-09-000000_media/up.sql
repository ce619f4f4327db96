CREATE TABLE media (
    id UUID PRIMARY KEY,
    owner_id UUID NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'ready', 'rejected', 'removed')),
    kind TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    upload_key TEXT NOT NULL,
    object_key TEXT,
    width INTEGER,
    height INTEGER,
    duration DOUBLE PRECISION,
    rejected_for TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    CHECK (state <> 'ready' OR object_key IS NOT NULL)
);
CREATE INDEX media_of_owner ON media (owner_id, id) WHERE state IN ('pending', 'ready');
CREATE INDEX media_pending ON media (created_at) WHERE state = 'pending';
COMMENT ON TABLE media IS 'Files people upload. A removed one stays as a version without a name.';
COMMENT ON COLUMN media.upload_key IS 'Where its upload URL writes, once. Nothing is ever shown from there.';
COMMENT ON COLUMN media.object_key IS 'Where its verified bytes are; no URL that writes was ever made for it.';
COMMENT ON COLUMN media.rejected_for IS 'Why its bytes were not taken, so that whoever asks again hears the same.';

CREATE TABLE object (
    key TEXT PRIMARY KEY,
    media_id UUID NOT NULL,
    doomed_at TIMESTAMPTZ
);
CREATE INDEX object_media ON object (media_id);
CREATE INDEX object_doomed ON object (doomed_at) WHERE doomed_at IS NOT NULL;
COMMENT ON TABLE object IS 'Every key in storage under which something may be, written down before anything can be there.';
COMMENT ON COLUMN object.doomed_at IS 'When the sweep deletes it. Only the verified bytes of a file that is ready have no such time.';

CREATE TABLE post (
    id UUID PRIMARY KEY,
    version BIGINT NOT NULL,
    removed BOOLEAN NOT NULL DEFAULT false,
    author_id UUID NOT NULL,
    visibility TEXT NOT NULL DEFAULT 'private',
    state TEXT NOT NULL DEFAULT 'hidden',
    media UUID[] NOT NULL DEFAULT '{}'
);
CREATE INDEX post_media ON post USING gin (media) WITH (fastupdate = off);
COMMENT ON TABLE post IS 'Projection of content''s posts: who may see the files attached to them. A removed one stays as a version.';

CREATE TABLE portrait (
    account_id UUID PRIMARY KEY,
    version BIGINT NOT NULL,
    avatar_media_id UUID,
    banner_media_id UUID
);
COMMENT ON TABLE portrait IS 'Projection of profile''s cards: which files are somebody''s pictures, and so may be seen by everybody.';
