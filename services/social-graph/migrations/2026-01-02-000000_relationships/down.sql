DROP TABLE counts;
DROP TABLE block;
DROP TABLE connection;
DROP TABLE follow;
DROP TABLE account;
