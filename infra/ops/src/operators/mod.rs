//! What operators do with a running system. Each action leaves a row in `bus.operator_action`.

pub mod accounts;
mod bus;
pub mod dead_letters;
pub mod events;
pub mod search;
pub mod session_keys;

pub(crate) use bus::Bus;
