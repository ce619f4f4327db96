DROP INDEX post_author;
