-- Cards tell the part and the name of a credit one by one. Those that came before did not; `valine search rebuild` asks for all.
ALTER TABLE credit ADD COLUMN role TEXT, ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
-- Shadows are made like the documents; whoever is filling some of before has to begin anew.
DELETE FROM rebuild;
DROP TABLE IF EXISTS person_shadow, credit_shadow, post_shadow;

CREATE TABLE post_counts (
    post_id UUID PRIMARY KEY,
    version BIGINT NOT NULL,
    reactions JSON NOT NULL,
    comments BIGINT NOT NULL
);
COMMENT ON TABLE post_counts IS 'Projection of content''s counts, to be shown with the posts that are found; of a removed post a row without any, and the last version.';
