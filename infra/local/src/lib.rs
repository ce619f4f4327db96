//! What a laptop needs that a cloud account would give: a private PostgreSQL and an S3 endpoint.
//!
//! Everything here keeps to itself: its files lie below one folder (`.valine` by convention), its
//! secrets are made at the first start and readable by their owner alone, it listens on sockets and
//! loopback only, and it never touches a server that somebody else runs.

mod disk;
mod lock;
pub mod postgres;
mod progress;
mod secret;

pub use lock::Lock;
pub use progress::Progress;
