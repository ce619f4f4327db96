-- By itself, for it may take long: whoever searches goes on.
UPDATE post_counts c SET author_id = p.author_id FROM post p WHERE p.id = c.post_id;
