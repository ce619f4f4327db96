//! What people do, from one service's door to another's, over everything that lies between.
#![cfg(test)]

mod by_aws;
mod first_day;
mod pictures;
mod policy;
mod rebuild;
mod reference;
mod subscriptions;
