ALTER TABLE media DROP CONSTRAINT media_state_check;
ALTER TABLE media ADD CONSTRAINT media_state_check
    CHECK (state IN ('pending', 'processing', 'ready', 'failed', 'rejected', 'removed'));
DROP INDEX media_of_owner;
CREATE INDEX media_of_owner ON media (owner_id, id) WHERE state IN ('pending', 'processing', 'ready', 'failed');
COMMENT ON COLUMN media.state IS
    'pending: announced. processing: a picture that was confirmed and is not cleaned yet. ready. failed: it could not be cleaned. rejected: its bytes were not taken at all. removed.';

CREATE TABLE rendition (
    media_id UUID NOT NULL REFERENCES media (id),
    size TEXT NOT NULL CHECK (size IN ('thumb', 'large')),
    object_key TEXT NOT NULL,
    content_type TEXT NOT NULL,
    PRIMARY KEY (media_id, size)
);
COMMENT ON TABLE rendition IS 'Smaller copies of a picture that is ready; a picture that is small itself has none.';

CREATE TABLE rendering (
    media_id UUID PRIMARY KEY,
    cause JSONB NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    put_back INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX rendering_due ON rendering (due_at);
COMMENT ON TABLE rendering IS 'Pictures that are to be cleaned. A row goes in the transaction that makes its picture ready, or failed.';
COMMENT ON COLUMN rendering.due_at IS 'When it may be taken; whoever takes it moves this on, so that it comes again if they die.';
COMMENT ON COLUMN rendering.taken IS 'How often it was taken and not put back: a picture that takes the process with it is given up.';
COMMENT ON COLUMN rendering.put_back IS 'How often it was put back because the storage was away.';
