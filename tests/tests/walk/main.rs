//! Walks over every operation that the network's own API document names, so that a route that is added later is
//! walked, too, without anybody remembering to.
#![cfg(test)]

mod addresses;
mod anonymous;
mod around;
mod bad_addresses;
mod bad_bodies;
mod contract;
mod described;
mod document;
mod fill;
mod methods;
mod raw;
mod roles;
mod rows;
mod staff;
mod storm;
mod stranger;
mod world;
mod wrong;
