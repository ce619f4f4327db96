//! Posts, reactions and comments, and the feeds made of them.
