CREATE TABLE file (
    id UUID PRIMARY KEY,
    owner_id UUID NOT NULL,
    version BIGINT NOT NULL,
    removed BOOLEAN NOT NULL,
    ready BOOLEAN NOT NULL DEFAULT false,
    kind TEXT,
    content_type TEXT,
    width INTEGER,
    height INTEGER,
    duration DOUBLE PRECISION,
    alt_text TEXT
);
-- Whoever is erased.
CREATE INDEX file_owner ON file (owner_id);
COMMENT ON TABLE file IS 'Projection of media''s files, to be shown with the posts that are found; a removed one stays as a version.';
