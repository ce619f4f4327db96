//! A service's program as a function on Lambda, driven through the Runtime API's own protocol: what API Gateway, a queue and the
//! clock send in, and what comes out. The service is that of the spine's tests, which stands for any.
#![cfg(test)]

mod batches;
mod requests;
mod stage;
mod sweep;
#[path = "../spine/things.rs"]
mod things;
