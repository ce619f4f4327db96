CREATE TABLE staff_deed (
    id UUID PRIMARY KEY,
    deed TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor_id UUID NOT NULL,
    owner_id UUID,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    request_id UUID NOT NULL
);
CREATE INDEX staff_deed_of_actor ON staff_deed (actor_id, id);
COMMENT ON TABLE staff_deed IS 'What moderators and admins did elsewhere, as the services told it: ids only. Rows are added and never changed.';
COMMENT ON COLUMN staff_deed.owner_id IS 'Whose the subject is, where it is somebody''s.';

CREATE FUNCTION staff_deed_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit is added to and never changed'; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON staff_deed
    FOR EACH STATEMENT EXECUTE FUNCTION staff_deed_is_append_only();
