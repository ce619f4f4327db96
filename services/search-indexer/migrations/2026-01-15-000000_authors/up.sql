-- Whoever is erased. By itself, for who writes posts waits while it is made.
CREATE INDEX post_author ON post (author_id);
