//! For tests only: a database per test, clients that read like sentences, and a way to carry every event to its
//! end without waiting by the clock.
//!
//! Whatever is answered or logged passes by [`witness`](mod@witness), which knows what must never be told.
//!
//! Everything goes through the real door on a real database: `make test` provides one server per run, each test
//! clones its own database from a template that was migrated once. Tests run on a multi-threaded runtime
//! (`#[tokio::test(flavor = "multi_thread")]`), because diesel's migrations block their thread.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is how failure is said"
)]

mod client;
mod database;
pub mod lambda;
mod ports;
mod service;
mod shapes;
mod witness;

pub use client::{Answer, Client, call, signed};
pub use database::{SchemaPlan, TestDatabase};
pub use ports::free_port;
pub use service::{TestService, account_event, config_for, edge_events, hasten, principal};
pub use shapes::{shape_of, shape_of_an_envelope};
pub use witness::{Exchange, LOGGED, Witness, learn_from_rows, witness};
