-- What is one person's, in any state: read for nothing but their export and their erasure.
CREATE INDEX media_ever_of_owner ON media (owner_id, id);
CREATE INDEX post_of_author ON post (author_id);
