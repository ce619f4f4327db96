//! Connections: who they say they are, when they give up, and how many there may be.

use crate::tls::{self, Target};
use anyhow::Context;
use deadpool::Runtime;
use diesel::ConnectionError;
use diesel_async::pooled_connection::deadpool::{self as diesel_pool, Object};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures::FutureExt;
use futures::future::BoxFuture;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;
use url::Url;

/// A service's connections to its own schema.
pub type Pool = diesel_pool::Pool<AsyncPgConnection>;

/// A connection out of a [`Pool`]; it goes back when dropped.
pub type Connection = Object<AsyncPgConnection>;

/// Asks for the address anew, when the server has turned the role away: passwords change.
#[derive(Clone)]
pub struct AddressAgain(Arc<Asking>);

type Asking = dyn Fn() -> BoxFuture<'static, anyhow::Result<String>> + Send + Sync;

impl AddressAgain {
    /// By this way.
    pub fn new(ask: impl Fn() -> BoxFuture<'static, anyhow::Result<String>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(ask))
    }
}

impl fmt::Debug for AddressAgain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressAgain(…)")
    }
}

/// What a pool needs to know.
#[derive(Clone, Debug)]
pub struct PoolOptions {
    /// Most connections at one time: 10 at most in a process, 1 or 2 in a Lambda.
    pub size: usize,
    /// What `pg_stat_activity` shows.
    pub application_name: String,
    /// After this a statement is cancelled.
    pub statement_timeout: Duration,
    /// How long to wait for a free connection before saying that the service is busy.
    pub wait: Duration,
    /// See [`PoolOptions::by_index`].
    by_index: bool,
    /// See [`PoolOptions::again`].
    again: Option<AddressAgain>,
}

impl PoolOptions {
    /// The usual limits for a service of this name.
    #[must_use]
    pub fn new(application_name: impl Into<String>) -> Self {
        Self {
            size: 10,
            application_name: application_name.into(),
            statement_timeout: Duration::from_secs(10),
            wait: Duration::from_secs(3),
            by_index: false,
            again: None,
        }
    }

    /// With a way to ask for the address anew, once the server turns the role away.
    #[must_use]
    pub fn again(self, again: Option<AddressAgain>) -> Self {
        Self { again, ..self }
    }

    /// Rows are found by index alone: for tables whose size changes a million times between a plan and its use, as a
    /// queue's does. A plan made while it was empty would read and sort all of it.
    #[must_use]
    pub fn by_index(self) -> Self {
        Self {
            by_index: true,
            ..self
        }
    }

    /// With another number of connections.
    #[must_use]
    pub fn size(self, size: usize) -> Self {
        Self { size, ..self }
    }
}

/// Makes a pool. Nothing is connected, and nothing migrated, before the first use.
///
/// # Errors
/// When the address cannot be read or its CA file is missing.
pub fn pool(address: &str, options: PoolOptions) -> anyhow::Result<Pool> {
    let target = Arc::new(Mutex::new(Target::parse(address)?));
    let (size, wait) = (options.size, options.wait);
    let mut manager = ManagerConfig::default();
    // A broken connection is found out by the first statement; asking first would cost every request a round trip.
    manager.recycling_method = RecyclingMethod::Fast;
    manager.custom_setup = Box::new(move |_| {
        let (target, options) = (target.clone(), options.clone());
        async move {
            connect_or_again(&target, &options)
                .await
                .map_err(|refused| refused.error)
        }
        .boxed()
    });
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config("", manager);
    diesel_pool::Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(wait))
        .create_timeout(Some(wait))
        .build()
        .context("the pool cannot be built")
}

/// One connection outside any pool: for migrations and operators.
///
/// # Errors
/// When the address cannot be read or the server not reached.
pub async fn session(address: &str, application_name: &str) -> anyhow::Result<AsyncPgConnection> {
    let mut options = PoolOptions::new(application_name);
    options.statement_timeout = Duration::from_secs(600);
    connect(&Target::parse(address)?, &options)
        .await
        .map_err(|refused| refused.error)
        .context("the database cannot be reached")
}

/// Why there is no connection.
struct Refused {
    error: ConnectionError,
    /// Whether the server does not let this role in with this password.
    is_of_login: bool,
}

impl From<ConnectionError> for Refused {
    fn from(error: ConnectionError) -> Self {
        Self {
            error,
            is_of_login: false,
        }
    }
}

impl From<tokio_postgres::Error> for Refused {
    fn from(error: tokio_postgres::Error) -> Self {
        let of_login = [
            SqlState::INVALID_PASSWORD,
            SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        ];
        Self {
            is_of_login: error.code().is_some_and(|code| of_login.contains(code)),
            error: ConnectionError::BadConnection(describe(&error)),
        }
    }
}

/// A connection; where the server turns the role away, with the address as it is then.
async fn connect_or_again(
    target: &Mutex<Target>,
    options: &PoolOptions,
) -> Result<AsyncPgConnection, Refused> {
    let known = target.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (refused, again) = match (connect(&known, options).await, &options.again) {
        (Err(refused), Some(again)) if refused.is_of_login => (refused, again),
        (other, _) => return other,
    };
    let asked = (again.0)().await.and_then(|address| Target::parse(&address));
    let Ok(fresh) = asked else { return Err(refused) };
    *target.lock().unwrap_or_else(PoisonError::into_inner) = fresh.clone();
    connect(&fresh, options).await
}

async fn connect(target: &Target, options: &PoolOptions) -> Result<AsyncPgConnection, Refused> {
    let mut config = target.config.clone();
    config.application_name(&options.application_name);
    config.connect_timeout(options.wait);
    let mut connection = match &target.tls {
        Some(tls) => {
            let (client, connection) = config.connect(tls.clone()).await?;
            AsyncPgConnection::try_from_client_and_connection(client, connection).await?
        }
        None => {
            let (client, connection) = config.connect(NoTls).await?;
            AsyncPgConnection::try_from_client_and_connection(client, connection).await?
        }
    };
    // Set afterwards and not as start-up options, which a proxy may refuse.
    let mut limits = format!(
        "SET statement_timeout = {timeout}; SET idle_in_transaction_session_timeout = {idle}",
        timeout = options.statement_timeout.as_millis(),
        idle = options.statement_timeout.as_millis() * 3,
    );
    if options.by_index {
        for way in ["seqscan", "bitmapscan", "hashjoin", "mergejoin"] {
            limits.push_str(&format!("; SET enable_{way} = off"));
        }
    }
    connection
        .batch_execute(&limits)
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

/// The error with its causes; tokio-postgres names only the outermost by itself. Where one of them is of TLS, also what to do.
fn describe(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    let mut advice = None;
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        advice = advice.or_else(|| tls::advice(error));
        cause = error.source();
    }
    match advice {
        Some(advice) => format!("{text} ({advice})"),
        None => text,
    }
}

/// The same database, entered as another role.
///
/// # Errors
/// When the address is not a URL that can carry a user.
pub fn as_role(address: &str, role: &str, password: &str) -> anyhow::Result<String> {
    let mut url = Url::parse(address).context("the database address is not a URL")?;
    let taken = url
        .set_username(role)
        .and_then(|()| url.set_password(Some(password)));
    taken.map_err(|()| anyhow::anyhow!("the database address cannot carry a user name"))?;
    Ok(url.into())
}
