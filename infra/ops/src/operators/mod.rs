//! What operators do with a running system. Whatever changes something, or shows what people wrote, leaves a row in
//! `bus.operator_action` before it is done.

pub mod accounts;
mod bus;
pub mod dead_letters;
pub mod events;
pub mod search;
pub mod session_keys;

pub(crate) use bus::{Bus, operator};
