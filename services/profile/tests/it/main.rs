//! Profile through its real router, on a real database.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is how failure is said"
)]

mod card;
mod entries;
mod newcomers;
mod pictures;
mod projections;
mod public;
mod settings;
mod support;
mod vanity;
