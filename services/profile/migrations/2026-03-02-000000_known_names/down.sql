DROP TABLE known_name;
