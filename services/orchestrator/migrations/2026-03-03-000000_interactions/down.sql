DROP TABLE conversation;
DROP TABLE interaction;
