CREATE TABLE account (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    normalized_email TEXT NOT NULL,
    username TEXT NOT NULL,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'moderator', 'admin')),
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'deleted')),
    email_verified_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX account_email ON account (normalized_email);
CREATE UNIQUE INDEX account_username ON account (lower(username));
COMMENT ON TABLE account IS 'Who may come in. The two unique indexes decide who was first; nobody looks before.';
COMMENT ON COLUMN account.display_name IS 'As given at sign-up; the card has the present one.';
COMMENT ON COLUMN account.version IS 'Of the public state that is published; never restarts.';

CREATE TABLE credential (
    account_id UUID PRIMARY KEY REFERENCES account (id),
    password_hash TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE credential IS 'Password hashes, apart from the accounts, so that no query for an account can carry one away.';
COMMENT ON COLUMN credential.password_hash IS 'bcrypt over a keyed hash of the password.';

CREATE TABLE session (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    user_agent TEXT,
    ip_address TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    last_active_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX session_of_account ON session (account_id, last_active_at);
COMMENT ON TABLE session IS 'One log-in on one device. The cookie only names it; what it may do is read here at every request.';
COMMENT ON COLUMN session.last_active_at IS 'Kept to the minute, so that reading does not write every time.';

CREATE TABLE verification (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    normalized_email TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX verification_of_account ON verification (account_id, created_at);
COMMENT ON TABLE verification IS 'Links that prove who reads an address. The secret in the link is derived from the id and stored nowhere.';
COMMENT ON COLUMN verification.normalized_email IS 'The address it proves; worth nothing once the account has another.';

CREATE TABLE allow_list (
    normalized_email TEXT PRIMARY KEY,
    added_by UUID,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
COMMENT ON TABLE allow_list IS 'Addresses that may sign up while only owners may, besides those of the configuration.';

CREATE TABLE security_event (
    id UUID PRIMARY KEY,
    type TEXT NOT NULL,
    account_id UUID,
    actor_id UUID,
    at TIMESTAMPTZ NOT NULL,
    ip_address TEXT,
    user_agent TEXT,
    detail JSONB
);
CREATE INDEX security_event_of_account ON security_event (account_id, id);
COMMENT ON TABLE security_event IS 'What happened to accounts, and from where. Append-only: rows are neither removed nor rewritten.';
COMMENT ON COLUMN security_event.account_id IS 'Absent when somebody tried an address that has no account.';
COMMENT ON COLUMN security_event.actor_id IS 'Who did it; absent when an operator or nobody known did.';

CREATE FUNCTION keep_security_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Erasing a person takes away where they were, and nothing else.
    IF TG_OP = 'UPDATE' THEN
        OLD.ip_address := NULL;
        OLD.user_agent := NULL;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'security_event is append-only';
END
$$;
CREATE TRIGGER security_event_is_append_only BEFORE UPDATE OR DELETE ON security_event
    FOR EACH ROW EXECUTE FUNCTION keep_security_event();

CREATE TABLE mail (
    event_id UUID PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    links TEXT[] NOT NULL,
    sent_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX mail_of_recipient ON mail (recipient, event_id);
COMMENT ON TABLE mail IS 'The development mailbox: what would have been sent. The event that asked for a mail names it, so none is sent twice.';
COMMENT ON COLUMN mail.recipient IS 'Lower case.';

CREATE TABLE card (
    account_id UUID PRIMARY KEY,
    version BIGINT NOT NULL,
    display_name TEXT NOT NULL,
    avatar_media_id UUID,
    theme TEXT NOT NULL
);
COMMENT ON TABLE card IS 'What identity answers of each profile: a projection of profile-changed, in which the newest version wins.';
