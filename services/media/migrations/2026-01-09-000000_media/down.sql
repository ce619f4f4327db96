DROP TABLE portrait;
DROP TABLE post;
DROP TABLE object;
DROP TABLE media;
