//! Social-graph through its real router, on a real database.
#![cfg(test)]

mod blocks;
mod connections;
mod counts;
mod follows;
mod lists;
mod projections;
mod suggestions;
mod support;
