//! The orchestrator through its own door, beside a bakery whose queue, outbox and failures it looks after.
#![cfg(test)]

mod leaving;
mod letters;
mod queues;
mod roles;
mod world;
