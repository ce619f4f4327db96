DROP TABLE held_username;
DROP TABLE notice;
ALTER TABLE verification DROP COLUMN new_email;
DROP TABLE password_reset;
DROP TABLE link_request;
