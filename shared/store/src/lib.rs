//! PostgreSQL as every service meets it: a pool, TLS, migrations, and the tables of the spine
//! (outbox, inbox, failures, replies, allowances, tombstones of accounts) that stand in each service's own schema.
//!
//! Everything here is a function on a connection that returns `QueryResult`; what the caller's
//! transaction is, it does not know.

pub mod allowances;
pub mod erasures;
pub mod exports;
pub mod failures;
pub mod inbox;
mod lasting;
pub mod migrate;
pub mod outbox;
pub mod partitions;
mod pool;
pub mod replies;
pub mod scrub;
mod statement;
mod tls;

pub use lasting::Lasting;
pub use pool::{AddressAgain, Connection, Pool, PoolOptions, as_role, pool, session};
pub use statement::{Statement, statement};

use diesel_migrations::{EmbeddedMigrations, embed_migrations};

/// The tables of the spine; they come first in every service's schema.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// An `async` closure whose future is `Send`; the bound that diesel-async itself puts on a transaction's body.
///
/// It is a work-around for `AsyncFnOnce::CallOnceFuture: Send` not being expressible on stable Rust.
pub trait AsyncFunc<T, R>: AsyncFnOnce(T) -> R + FnOnce(T) -> <Self as AsyncFunc<T, R>>::Fut {
    /// What calling it gives.
    type Fut: Future<Output = R>;
}

impl<F, T, Fut, R> AsyncFunc<T, R> for F
where
    F: AsyncFnOnce(T) -> R + FnOnce(T) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}
