//! People and posts, found by their words.
