//! Content through its real door, on a real database.
#![cfg(test)]

mod comments;
mod counts;
mod feeds;
mod media;
mod moderation;
mod once;
mod pages;
mod policy;
mod posts;
mod projections;
mod publishing;
mod reactions;
mod reading;
mod reports;
mod snapshot;
mod stage;
