//! Search, through its real router on a real database.

#![cfg(test)]

mod counts;
mod long;
mod operators;
mod order;
mod people;
mod plans;
mod posts;
mod together;
mod world;
