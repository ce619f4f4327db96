CREATE TABLE suspension (
    account_id UUID PRIMARY KEY REFERENCES account (id),
    reason TEXT NOT NULL,
    until TIMESTAMPTZ,
    suspended_at TIMESTAMPTZ NOT NULL,
    suspended_by UUID
);
CREATE INDEX suspension_until ON suspension (until);
COMMENT ON TABLE suspension IS 'Why accounts are suspended, and until when. Gone when they are restored; the security log remembers.';
COMMENT ON COLUMN suspension.until IS 'Absent: until somebody restores it.';
COMMENT ON COLUMN suspension.suspended_by IS 'Absent: an operator did, or another service asked for it.';

CREATE INDEX session_end ON session (least(expires_at, revoked_at));
CREATE INDEX verification_end ON verification (expires_at);
CREATE INDEX password_reset_end ON password_reset (expires_at);
CREATE INDEX account_username_prefix ON account (lower(username) text_pattern_ops);
CREATE INDEX account_role ON account (role) WHERE role <> 'member';
CREATE INDEX security_event_of_staff ON security_event (id)
    WHERE type IN ('role-changed', 'account-suspended', 'account-restored', 'allow-list-added', 'allow-list-removed', 'operator-key-used');
