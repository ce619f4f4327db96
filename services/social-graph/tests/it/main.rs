//! Social-graph through its real router, on a real database.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is how failure is said"
)]

mod blocks;
mod connections;
mod counts;
mod follows;
mod lists;
mod projections;
mod support;
