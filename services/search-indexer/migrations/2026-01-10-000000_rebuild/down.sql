DROP TABLE IF EXISTS person_shadow, credit_shadow, post_shadow;
DROP FUNCTION finish_rebuild();
DROP FUNCTION begin_rebuild(UUID, TIMESTAMPTZ);
DROP TABLE rebuild;
