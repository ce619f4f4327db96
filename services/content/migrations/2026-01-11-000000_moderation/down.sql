DROP TABLE moderation_audit;
DROP FUNCTION moderation_audit_is_append_only;
DROP TABLE report;
DROP INDEX post_removed;
COMMENT ON TABLE post IS 'Posts. A removed one keeps its id, author and version, so that versions never restart; its text is gone.';
DROP TABLE post_history;
