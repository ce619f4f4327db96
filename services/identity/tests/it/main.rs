//! Identity through its own door, on a database.
#![cfg(test)]

mod admin;
mod cards;
mod changes;
mod harness;
mod locks;
mod log_in;
mod mail;
mod operators;
mod owners;
mod passwords;
mod races;
mod resets;
mod right_passwords;
mod sessions;
mod sign_up;
mod suspended_for_a_time;
mod throttles;
mod tidying;
mod two_factor;
mod verification;
