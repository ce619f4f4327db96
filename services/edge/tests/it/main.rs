//! The edge before small services that are written here: what passes, what does not, and what a service is told.
#![cfg(test)]

mod answers;
mod client;
mod cross_origin;
mod documents;
mod limits;
mod over_http;
mod principal;
mod reference;
mod routing;
mod sessions;
mod web_app;
mod world;
