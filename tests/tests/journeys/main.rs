//! What people do, from one service's door to another's, over everything that lies between.
#![cfg(test)]

mod audit;
mod by_aws;
mod contract;
mod dead_letters;
mod doctor;
mod first_day;
mod functions;
mod idle;
mod leaving;
mod mail;
mod operated;
mod pictures;
mod policy;
mod processes;
mod rebuild;
mod reference;
mod secrets;
mod subscriptions;
mod suspension;
