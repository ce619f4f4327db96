CREATE TABLE link_request (
    id UUID PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('verification', 'password-reset')),
    normalized_email TEXT NOT NULL,
    ip_address TEXT,
    user_agent TEXT,
    created_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE link_request IS 'That somebody asked for a link to an address, whether there is an account for it or not. Gone once it was looked into.';

CREATE TABLE password_reset (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    normalized_email TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX password_reset_of_account ON password_reset (account_id, created_at);
COMMENT ON TABLE password_reset IS 'Links by which a password is set anew, once each. The secret in the link is derived from the id and stored nowhere.';
COMMENT ON COLUMN password_reset.normalized_email IS 'Where it was sent; worth nothing once the account has another.';
COMMENT ON COLUMN password_reset.used_at IS 'Or void: the password was changed in another way.';

ALTER TABLE verification ADD COLUMN new_email TEXT;
COMMENT ON COLUMN verification.new_email IS 'As it was written, where the address is to become the account''s once it is proved.';

CREATE TABLE notice (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX notice_of_account ON notice (account_id);
COMMENT ON TABLE notice IS 'What people are to be told by mail about their accounts, and at which address. Gone once it was mailed.';

CREATE TABLE held_username (
    name TEXT PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    since TIMESTAMPTZ NOT NULL
);
CREATE INDEX held_username_of_account ON held_username (account_id, since);
COMMENT ON TABLE held_username IS 'Every user name that an account has or had, in lower case: nobody else may ever have it, for links and mentions lead to it.';
INSERT INTO held_username (name, account_id, since) SELECT lower(username), id, created_at FROM account;
