DROP TABLE post_counts;
DROP TABLE relationship_counts;
DROP TABLE media;
DROP TABLE link;
DROP TABLE education;
DROP TABLE credit;
DROP TABLE profile;
