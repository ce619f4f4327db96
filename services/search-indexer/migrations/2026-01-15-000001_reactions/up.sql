-- Whose post it is, so that what a post was given is erased with its author also where the post never came.
ALTER TABLE post_counts ADD COLUMN author_id UUID;
CREATE INDEX post_counts_author ON post_counts (author_id);

-- Those that were before it are told of by `valine search rebuild`.
CREATE TABLE reaction (
    post_id UUID NOT NULL,
    account_id UUID NOT NULL,
    author_id UUID NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT,
    PRIMARY KEY (post_id, account_id)
);
-- Whoever is erased.
CREATE INDEX reaction_account ON reaction (account_id);
CREATE INDEX reaction_author ON reaction (author_id);
COMMENT ON TABLE reaction IS 'Projection of content''s reactions, so that whoever finds a post sees their own; one that was taken back stays as a version; none of a removed post is shown.';

-- What posts were given is made anew with them. Whoever is filling shadows has to begin anew.
DELETE FROM rebuild;
DROP TABLE IF EXISTS person_shadow, credit_shadow, post_shadow;

CREATE OR REPLACE FUNCTION begin_rebuild(new_id UUID, now_at TIMESTAMPTZ) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    name TEXT;
BEGIN
    -- Whoever writes to shadows holds this row, so they are through with them.
    INSERT INTO rebuild (id, started_at) VALUES (new_id, now_at)
        ON CONFLICT (one) DO UPDATE SET id = excluded.id, started_at = excluded.started_at;
    FOREACH name IN ARRAY ARRAY['person', 'credit', 'post', 'post_counts', 'reaction'] LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I', name || '_shadow');
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name || '_shadow', name);
        EXECUTE format('COMMENT ON TABLE %I IS %L', name || '_shadow', obj_description(name::regclass));
    END LOOP;
END $$;

-- The shadows of these tables take the place, the names and the indexes' names of the tables.
CREATE FUNCTION finish_rebuild(names TEXT[]) RETURNS TABLE (people BIGINT, credits BIGINT, posts BIGINT) LANGUAGE plpgsql
    -- Below a second, after which the server would look for a deadlock and end one of two, perhaps the other.
    SET lock_timeout = '400ms' AS $$
DECLARE
    name TEXT;
    fresh_names TEXT[];
    old_names TEXT[];
BEGIN
    LOCK TABLE person, credit, post, post_counts, reaction, person_shadow, credit_shadow, post_shadow, post_counts_shadow, reaction_shadow
        IN ACCESS EXCLUSIVE MODE;
    -- Owners do not tell of accounts that are no more; nobody comes back by being told of late.
    INSERT INTO person_shadow AS known (id, version, removed)
        SELECT account_id, 9223372036854775807, true FROM audience_account WHERE state = 'deleted'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, removed = true, searchable = false, username = '',
            display_name = '', title = NULL, avatar_media_id = NULL, names = '', document = '';
    DELETE FROM credit_shadow c USING audience_account a WHERE a.account_id = c.account_id AND a.state = 'deleted';
    -- A release of before these two knows nothing of them when it erases somebody meanwhile. (A minute, as clocks differ.)
    DELETE FROM reaction_shadow r USING erased_account e, rebuild b WHERE e.account_id = r.account_id
        AND (e.erased_at IS NULL OR e.erased_at >= b.started_at - interval '1 minute');
    DELETE FROM reaction_shadow r USING erased_account e, rebuild b WHERE e.account_id = r.author_id
        AND (e.erased_at IS NULL OR e.erased_at >= b.started_at - interval '1 minute');
    DELETE FROM post_counts_shadow c USING erased_account e, rebuild b WHERE e.account_id = c.author_id
        AND (e.erased_at IS NULL OR e.erased_at >= b.started_at - interval '1 minute');
    FOREACH name IN ARRAY names LOOP
        SELECT array_agg(fresh.indexrelid::regclass::text), array_agg(old.relname::text) INTO fresh_names, old_names
            FROM pg_index fresh
            JOIN pg_index known ON known.indrelid = name::regclass
                AND split_part(pg_get_indexdef(known.indexrelid), ' USING ', 2)
                  = split_part(pg_get_indexdef(fresh.indexrelid), ' USING ', 2)
                AND known.indisunique = fresh.indisunique
            JOIN pg_class old ON old.oid = known.indexrelid
            WHERE fresh.indrelid = (name || '_shadow')::regclass;
        EXECUTE format('DROP TABLE %I', name);
        EXECUTE format('ALTER TABLE %I RENAME TO %I', name || '_shadow', name);
        FOR place IN 1 .. cardinality(old_names) LOOP
            EXECUTE format('ALTER INDEX %s RENAME TO %I', fresh_names[place], old_names[place]);
        END LOOP;
    END LOOP;
    DELETE FROM rebuild;
    RETURN QUERY SELECT (SELECT count(*) FROM person WHERE NOT removed), (SELECT count(*) FROM credit),
        (SELECT count(*) FROM post WHERE NOT removed);
END $$;

-- A release of before this made three tables anew, and writes what posts were given to the tables alone.
CREATE OR REPLACE FUNCTION finish_rebuild() RETURNS TABLE (people BIGINT, credits BIGINT, posts BIGINT) LANGUAGE plpgsql
    SET lock_timeout = '400ms' AS $$
BEGIN
    RETURN QUERY SELECT * FROM finish_rebuild(ARRAY['person', 'credit', 'post']);
    DROP TABLE post_counts_shadow, reaction_shadow;
END $$;
