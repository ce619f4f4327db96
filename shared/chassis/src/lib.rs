//! What a service stands on: one error, one description of a service, one way to read the environment,
//! the principal, the transport with its relay and its delivery, and the ways to run.
//!
//! Nothing here knows what any service is about.

mod asker;
pub mod aws;
pub mod config;
mod database;
mod deliver;
pub mod erasure;
mod error;
pub mod export;
pub mod http;
mod idempotency;
pub mod metrics;
pub mod operators;
mod principal;
pub mod process;
mod readiness;
pub mod relay;
mod run;
mod secrets;
mod serve;
mod service;
pub mod session;
pub mod storage;
pub mod telemetry;
pub mod transport;
mod validate;

pub use database::{Database, Wake};
pub use deliver::{Delivered, deliver};
pub use error::{Error, FieldError, Refusal, Result};
pub use idempotency::{Once, Replayable};
pub use principal::{
    ACCOUNT_HEADER, CLIENT_HEADER, Caller, GOOD_FOR, Gate, IsOperator, PRINCIPAL_HEADER, Principal, Role,
    Seal, Voucher,
};
pub use run::{
    Consumed, consume_forever, consume_once, consume_once_leased, housekeep, housekeep_forever,
    relay_forever, stop_signal, work_forever, work_once,
};
pub use secrets::{Secrets, same_secret};
pub use serve::{Limits, serve, serve_within};
pub use service::{
    Config, Consumer, Consuming, Housekeeping, Manifest, Service, SnapshotPage, Snapshotting, Subscription,
    Working, schema_of,
};
pub use transport::Transport;
pub use validate::Fields;

/// The version of the code that runs; failure records name it.
pub const RELEASE: &str = env!("CARGO_PKG_VERSION");
