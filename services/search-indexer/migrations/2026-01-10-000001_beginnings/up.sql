-- What is searched for, as people type it; the last word may be a beginning, unless it is quoted or excluded.
CREATE FUNCTION asked(said TEXT) RETURNS TSQUERY LANGUAGE sql STABLE PARALLEL SAFE AS
    $$
    SELECT (CASE WHEN told ~ '[^'' ]{3,}''$' AND told !~ '!' AND said !~ '"\s*$' THEN told || ':*' ELSE told END)::tsquery
    FROM (SELECT websearch_to_tsquery('words', said)::text AS told) query
    $$;
