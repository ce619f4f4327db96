//! Media, through its real router, on a real database and a real S3 endpoint.

#![cfg(test)]

mod access;
mod alt_text;
mod cdn;
mod cleaning;
mod confirming;
mod leaving;
mod limits;
mod order;
mod uploading;
mod world;
