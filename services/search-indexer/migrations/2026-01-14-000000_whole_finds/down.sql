DROP TABLE post_counts;
DELETE FROM rebuild;
DROP TABLE IF EXISTS person_shadow, credit_shadow, post_shadow;
ALTER TABLE credit DROP COLUMN role, DROP COLUMN position;
