-- Whose it is, so that a mail to an address which somebody had long ago goes with them, too.
ALTER TABLE mail ADD COLUMN account_id UUID;
CREATE INDEX mail_of_account ON mail (account_id);
COMMENT ON COLUMN mail.account_id IS 'Whom it is about. Absent in mails of before there was this column, to addresses that nobody has now.';
UPDATE mail SET account_id = account.id FROM account WHERE account.normalized_email = mail.recipient;
