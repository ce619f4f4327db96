DROP INDEX post_of_author;
DROP INDEX media_ever_of_owner;
