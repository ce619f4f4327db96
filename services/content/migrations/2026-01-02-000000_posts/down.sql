DROP TABLE comment, reaction, author_post_count, post_counts, post_media, post_tag, post, media, author;
