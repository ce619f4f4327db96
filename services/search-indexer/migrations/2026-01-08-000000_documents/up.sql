-- Everything is folded and stemmed the same way, whether it is a name, a title or a sentence: accents and case do not
-- count, endings do not count, and no word is too common to be searched for (people are called Will and May).
CREATE TEXT SEARCH DICTIONARY stem (TEMPLATE = snowball, LANGUAGE = english);
CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION words
    ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part WITH unaccent, stem;

-- The parser takes whatever stands between < and > for a tag and skips it; nobody writes HTML here.
CREATE FUNCTION words_of(said TEXT) RETURNS TSVECTOR LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT to_tsvector('words', translate(said, '<>', '  ')) $$;

CREATE FUNCTION folded(name TEXT) RETURNS TEXT LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT lower(unaccent(name)) $$;

-- The pattern of names in which some word starts like this. In person.names a space stands before each word.
CREATE FUNCTION starting(name TEXT) RETURNS TEXT LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT '% ' || regexp_replace(folded(name), '([\\%_])', '\\\1', 'g') || '%' $$;

CREATE TABLE person (
    id UUID PRIMARY KEY,
    version BIGINT NOT NULL,
    removed BOOLEAN NOT NULL DEFAULT false,
    searchable BOOLEAN NOT NULL DEFAULT false,
    username TEXT NOT NULL DEFAULT '',
    display_name TEXT NOT NULL DEFAULT '',
    title TEXT,
    avatar_media_id UUID,
    names TEXT NOT NULL DEFAULT '',
    document TSVECTOR NOT NULL DEFAULT ''
);
-- Without a pending list: what is committed is in the index, and no search pays for somebody else's writes.
CREATE INDEX person_document ON person USING gin (document) WITH (fastupdate = off);
CREATE INDEX person_names ON person USING gin (names gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX person_username ON person (lower(username) text_pattern_ops);
COMMENT ON TABLE person IS 'Projection of profile''s cards, made for searching; a removed person stays as a version without words.';
COMMENT ON COLUMN person.names IS 'User name and display name, folded, a space before each word: for prefixes and typing errors.';

CREATE TABLE credit (
    account_id UUID NOT NULL,
    id UUID NOT NULL,
    title TEXT NOT NULL,
    company TEXT,
    year INTEGER,
    description TEXT,
    document TSVECTOR NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX credit_document ON credit USING gin (document) WITH (fastupdate = off);
COMMENT ON TABLE credit IS 'The credits of the card that person holds; they change with its version.';

CREATE TABLE post (
    id UUID PRIMARY KEY,
    version BIGINT NOT NULL,
    removed BOOLEAN NOT NULL DEFAULT false,
    author_id UUID NOT NULL,
    content TEXT NOT NULL DEFAULT '',
    tags TEXT[] NOT NULL DEFAULT '{}',
    media UUID[] NOT NULL DEFAULT '{}',
    visibility TEXT NOT NULL DEFAULT 'private',
    state TEXT NOT NULL DEFAULT 'hidden',
    created_at TIMESTAMPTZ,
    edited_at TIMESTAMPTZ,
    document TSVECTOR NOT NULL DEFAULT ''
);
CREATE INDEX post_document ON post USING gin (document) WITH (fastupdate = off);
COMMENT ON TABLE post IS 'Projection of content''s posts, made for searching; a removed post stays as a version without words.';

-- People whose names are nearly these words, whoever asks; the caller filters. A function, because the threshold belongs
-- to this search and to no other. The first call loads pg_trgm, without which its setting is not known.
SELECT word_similarity('a', 'a');
CREATE FUNCTION resembling(name TEXT) RETURNS TABLE (id UUID, likeness REAL) LANGUAGE sql STABLE ROWS 20
    SET pg_trgm.word_similarity_threshold = 0.3 AS
    $$
    SELECT p.id, word_similarity(folded(name), p.names) FROM person p WHERE folded(name) <% p.names
    ORDER BY 2 DESC, 1 DESC LIMIT 500
    $$;
