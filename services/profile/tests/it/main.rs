//! Profile through its real router, on a real database.
#![cfg(test)]

mod card;
mod entries;
mod newcomers;
mod pictures;
mod projections;
mod public;
mod settings;
mod snapshot;
mod support;
mod vanity;
