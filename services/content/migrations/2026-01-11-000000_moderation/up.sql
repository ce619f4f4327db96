CREATE TABLE post_history (
    post_id UUID NOT NULL REFERENCES post (id),
    version BIGINT NOT NULL,
    content TEXT NOT NULL,
    visibility TEXT NOT NULL,
    tags TEXT[] NOT NULL,
    media UUID[] NOT NULL,
    state TEXT NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('edited', 'hidden', 'restored', 'removed')),
    changed_by UUID NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    reason TEXT,
    PRIMARY KEY (post_id, version)
);
COMMENT ON TABLE post_history IS 'What each post was before a change, and the change that ended it: for moderators. What it is now stands in post.';
COMMENT ON COLUMN post_history.reason IS 'A moderator''s, for hiding it.';

COMMENT ON TABLE post IS 'Posts. A removed one keeps its id, author and version for ever, so that versions never restart, and its text and history for moderators for thirty days.';
-- What is still to be wiped of removed posts.
CREATE INDEX post_removed ON post (removed_at) WHERE removed_at IS NOT NULL AND content <> '';

CREATE TABLE report (
    id UUID PRIMARY KEY,
    post_id UUID NOT NULL REFERENCES post (id),
    reporter_id UUID NOT NULL,
    reason TEXT NOT NULL,
    description TEXT,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'taken', 'resolved', 'dismissed')),
    moderator_id UUID,
    note TEXT,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    CHECK ((state = 'open') = (moderator_id IS NULL))
);
-- Whoever waits for an answer need not ask again.
CREATE UNIQUE INDEX report_pending ON report (post_id, reporter_id) WHERE state IN ('open', 'taken');
CREATE INDEX report_post ON report (post_id);
CREATE INDEX report_oldest ON report (state, created_at, id);
COMMENT ON TABLE report IS 'What members told the moderators about posts, and what became of it.';

CREATE TABLE moderation_audit (
    id UUID PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    actor_id UUID NOT NULL,
    deed TEXT NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('post', 'report')),
    subject_id UUID NOT NULL,
    request_id UUID NOT NULL
);
CREATE INDEX moderation_audit_newest ON moderation_audit (at DESC, id DESC);
COMMENT ON TABLE moderation_audit IS 'What moderators did, when, in which request. Ids only: nobody''s words stand here. Rows are added and never changed.';

CREATE FUNCTION moderation_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit is added to and never changed'; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON moderation_audit
    FOR EACH STATEMENT EXECUTE FUNCTION moderation_audit_is_append_only();
