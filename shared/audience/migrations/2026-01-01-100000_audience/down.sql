DROP TABLE audience_block;
DROP TABLE audience_connection;
DROP TABLE audience_follow;
DROP TABLE audience_account;
