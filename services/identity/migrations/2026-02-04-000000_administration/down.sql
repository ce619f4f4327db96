DROP INDEX security_event_of_staff;
DROP INDEX account_role;
DROP INDEX account_username_prefix;
DROP INDEX password_reset_end;
DROP INDEX verification_end;
DROP INDEX session_end;
DROP TABLE suspension;
