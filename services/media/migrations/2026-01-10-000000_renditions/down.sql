DROP TABLE rendering;
DROP TABLE rendition;
UPDATE media SET state = 'removed', version = version + 1, file_name = '' WHERE state IN ('processing', 'failed');
DROP INDEX media_of_owner;
CREATE INDEX media_of_owner ON media (owner_id, id) WHERE state IN ('pending', 'ready');
COMMENT ON COLUMN media.state IS NULL;
ALTER TABLE media DROP CONSTRAINT media_state_check;
ALTER TABLE media ADD CONSTRAINT media_state_check CHECK (state IN ('pending', 'ready', 'rejected', 'removed'));
