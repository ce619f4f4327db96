-- What is one person's, also what was removed: read for nothing but their export and their erasure.
CREATE INDEX post_of_author ON post (author_id, id);
CREATE INDEX comment_of_author ON comment (author_id, id);
CREATE INDEX reaction_of_account ON reaction (account_id, post_id);
CREATE INDEX report_of_reporter ON report (reporter_id);
