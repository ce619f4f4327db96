//! What people do, from one service's door to another's, over everything that lies between.
#![cfg(test)]

mod first_day;
mod policy;
mod subscriptions;
mod pictures;
mod rebuild;
