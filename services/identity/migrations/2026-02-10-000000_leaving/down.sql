CREATE OR REPLACE FUNCTION keep_security_event() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP FUNCTION forget_account(UUID);
DROP TABLE export_arrival;
DROP TABLE export;
DROP TABLE reserved_username;
DROP TABLE erasure_confirmation;
DROP TABLE erasure;
