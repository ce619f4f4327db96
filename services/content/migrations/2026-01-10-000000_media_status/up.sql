ALTER TABLE media ADD COLUMN ready BOOLEAN NOT NULL DEFAULT true;
COMMENT ON COLUMN media.ready IS 'Whether it can be seen; a picture that was confirmed and is still being cleaned can already be attached.';
