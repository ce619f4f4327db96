DROP INDEX report_of_reporter;
DROP INDEX reaction_of_account;
DROP INDEX comment_of_author;
DROP INDEX post_of_author;
