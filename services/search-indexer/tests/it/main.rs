//! Search, through its real router on a real database.

#![cfg(test)]

mod long;
mod order;
mod people;
mod plans;
mod posts;
mod together;
mod world;
