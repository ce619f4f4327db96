ALTER TABLE media ADD COLUMN alt_text TEXT;
COMMENT ON COLUMN media.alt_text IS 'What its owner says to those who do not see or hear it.';
