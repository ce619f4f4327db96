-- Any of the words that a query asks for, each once and wherever it stands. What is found by all of them is ranked and
-- marked by this: to weigh the places of all words against each other takes as many steps as there are pairs of places,
-- in a long text thousands of times as many (ts_headline: 229 ms against 2 ms).
CREATE FUNCTION any_of(query TSQUERY) RETURNS TSQUERY LANGUAGE sql STABLE PARALLEL SAFE AS
    $$
    SELECT coalesce(string_agg(DISTINCT term[1], ' | ')::tsquery, query)
    FROM regexp_matches(querytree(query), '(''(?:[^'']|'''')*''(?::[*A-D]+)?)', 'g') term
    $$;
