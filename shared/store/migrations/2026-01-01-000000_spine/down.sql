DROP TABLE reply;
DROP TABLE failure;
DROP TABLE inbox;
DROP TABLE outbox;
