//! A service, described as a value. Whoever runs it needs nothing else.

use crate::erasure::{self, Erasing, Erasure, Progress};
use crate::export::{self, Exporting, Holdings};
use crate::http::{Guard, Origins, guarded};
use crate::readiness::Readiness;
use crate::storage::Bucket;
use crate::{Caller, Database, Gate, Result, Secrets, Transport};
use axum::Router;
use axum::routing::get;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use diesel_migrations::EmbeddedMigrations;
use events::{AccountId, Envelope};
use futures::future::BoxFuture;
use std::sync::Arc;
use store::AddressAgain;
use url::Url;
use utoipa_axum::router::OpenApiRouter;

/// What every service is configured with. What only one needs stands in that service's own configuration.
#[derive(Clone)]
pub struct Config {
    /// Its own role's address of its own schema.
    pub database_url: String,
    /// Asks for that address anew, once the server turns the role away.
    pub database_again: Option<AddressAgain>,
    /// Most connections: 10 at most in a process, 1 or 2 in a Lambda.
    pub pool_size: usize,
    /// Where people reach the site; links are made of it, never of a Host header.
    pub public_url: Url,
    /// Other origins whose pages may ask.
    pub origins: Vec<Url>,
    /// The installation's secret.
    pub secrets: Secrets,
    /// Checks that the edge vouches for the asker.
    pub gate: Gate,
    /// Where files and archives are.
    pub bucket: Bucket,
}

impl Config {
    /// The service's pool, not yet connected.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn database(&self, service: &str) -> anyhow::Result<Database> {
        let options = store::PoolOptions::new(format!("valine-{service}"))
            .size(self.pool_size)
            .again(self.database_again.clone());
        Ok(Database::new(store::pool(&self.database_url, options)?))
    }
}

/// Handles an event inside the transaction that claimed it.
pub type Consuming =
    Arc<dyn for<'a> Fn(&'a mut AsyncPgConnection, &'a Envelope) -> BoxFuture<'a, Result<()>> + Send + Sync>;

/// A service's own tidying, as of a time; any number of processes may be at it at once.
pub type Housekeeping = Arc<dyn Fn(DateTime<Utc>) -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// What one handler takes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The handler's name in the inbox; two handlers of one service claim apart.
    pub handler: &'static str,
    /// The event types it handles.
    pub types: &'static [&'static str],
}

impl Subscription {
    /// A handler of these types.
    #[must_use]
    pub const fn new(handler: &'static str, types: &'static [&'static str]) -> Self {
        Self { handler, types }
    }
}

/// One handler of events.
///
/// It runs in a transaction that has already claimed the event for it: what it writes and publishes lasts
/// together with the claim or not at all. It must not reach for the network.
#[derive(Clone)]
pub struct Consumer {
    /// What it takes in, and by which name.
    pub subscription: Subscription,
    pub(crate) consume: Consuming,
}

impl Consumer {
    /// A handler of what it is subscribed to.
    pub fn new(
        subscription: Subscription,
        consume: impl for<'a> Fn(&'a mut AsyncPgConnection, &'a Envelope) -> BoxFuture<'a, Result<()>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self {
            subscription,
            consume: Arc::new(consume),
        }
    }
}

/// Does one thing that was written down to be done, if there is one; answers how many it has done.
pub type Working = Arc<dyn Fn() -> BoxFuture<'static, Result<usize>> + Send + Sync>;

/// A page of what a service has now.
#[derive(Debug, Default)]
pub struct SnapshotPage {
    /// The state of one aggregate each, with its version, as the newest event about it says it. Their ids are fresh.
    pub envelopes: Vec<Envelope>,
    /// Where the next page begins; nothing after the last.
    pub next: Option<String>,
}

/// Answers a page of a service's current state, removed aggregates included, as ordinary envelopes: the first, or the one that begins
/// here.
///
/// What is written while somebody turns the pages is on a later page, or in an event that comes after they began; versions
/// tell which is newer.
pub type Snapshotting = fn(Database, Option<String>) -> BoxFuture<'static, Result<SnapshotPage>>;

/// What a service is, told without making it: for whoever lays out its tables and its queue, and looks after them. A program that
/// knows a service by this alone has nothing else of it.
#[derive(Clone, Copy)]
pub struct Manifest {
    /// `social-graph`: the first part of its events' type names and the name of its queue.
    pub name: &'static str,
    /// Its migrations, in order, without those of the spine.
    pub migrations: fn() -> Vec<EmbeddedMigrations>,
    /// What each of its handlers of events takes in.
    pub consumes: &'static [Subscription],
    /// Tells what it has, for those who begin anew with what they make of it.
    pub snapshot: Option<Snapshotting>,
    /// Whether operators look after everybody's queues by it: then its role may, see [`crate::transport::provision`].
    pub operates: bool,
}

impl Manifest {
    /// Of a service that has no tables but those of the spine, and consumes nothing.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            migrations: Vec::new,
            consumes: &[],
            snapshot: None,
            operates: false,
        }
    }

    /// Every event type some handler wants: the queue's subscription.
    #[must_use]
    pub fn subscriptions(&self) -> Vec<&'static str> {
        let mut types: Vec<_> = self.consumes.iter().flat_map(|one| one.types).copied().collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// The name of its schema, and the end of its role's.
    #[must_use]
    pub fn schema(&self) -> String {
        schema_of(self.name)
    }
}

/// A service: its address book, its tables, what it consumes.
#[derive(Clone)]
pub struct Service {
    /// What it is called, as its manifest says.
    pub name: &'static str,
    /// What is known of it without making it.
    pub manifest: Manifest,
    /// Its routes, guarded.
    pub router: Router,
    /// Its routes, described.
    pub api: utoipa::openapi::OpenApi,
    /// Its schema.
    pub database: Database,
    /// Its handlers of events.
    pub consumers: Vec<Consumer>,
    /// What it stands on, asked by `/ready`.
    readiness: Readiness,
    /// What it tidies up besides the spine.
    pub(crate) housekeeping: Vec<Housekeeping>,
    /// Do what may not be done in a transaction.
    pub workers: Vec<Working>,
    /// Whether it is shown the cookies by which accounts know a device; nobody else sees any cookie.
    pub knows_devices: bool,
}

impl Service {
    /// Puts the guard before the routes, and health beside them.
    pub fn new(manifest: Manifest, config: &Config, database: Database, routes: OpenApiRouter) -> Self {
        let name = manifest.name;
        let (router, api) = routes.split_for_parts();
        let origins = Origins::new(&config.public_url, &config.origins);
        let readiness = Readiness::new(name, database.clone());
        let ready = readiness.clone();
        let health = Router::new()
            .route("/health", get(async || "ok"))
            .route("/ready", get(async move || ready.answer().await));
        let router = guarded(
            router,
            Guard {
                service: name,
                gate: config.gate.clone(),
                origins,
            },
        )
        .merge(health);
        Self {
            name,
            manifest,
            router,
            api,
            database,
            consumers: Vec::new(),
            readiness,
            housekeeping: Vec::new(),
            workers: Vec::new(),
            knows_devices: false,
        }
    }

    /// With a handler of events.
    #[must_use]
    pub fn consuming(mut self, consumer: Consumer) -> Self {
        self.consumers.push(consumer);
        self
    }

    /// Has it ask bus and queue, too, whether it is ready: for whoever runs its relay and consumers beside its routes. A function that
    /// answers requests has neither.
    pub fn carried_by(&self, transport: &Transport) {
        self.readiness.carried_by(transport, !self.consumers.is_empty());
    }

    /// With something to tidy up about once an hour: it must be harmless to repeat, and to do in many processes at once.
    #[must_use]
    pub fn tidying<F>(mut self, tidy: impl Fn(DateTime<Utc>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.housekeeping.push(Arc::new(move |now| Box::pin(tidy(now))));
        self
    }

    /// With one more who does what a handler or command may only write down, because it reaches for the network or
    /// takes long.
    ///
    /// Whoever runs the service calls it after every commit and every now and then, until nothing is left; so it writes nothing
    /// when it has found nothing, or it would call itself for ever. It takes its work from a table, outside of any transaction that could be somebody else's, and writes down what came of
    /// it together with the events that tell so; what it had in hand when it was killed must come to it again. When it
    /// cannot go on now (a server is away), it puts its work back for later and answers 0.
    #[must_use]
    pub fn working<F, Fut>(mut self, work: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<usize>> + Send + 'static,
    {
        self.workers.push(Arc::new(move || Box::pin(work())));
        self
    }

    /// With what erases a person here, in bounded steps; see [`Erasing`]. The bucket is where parts of exports are.
    ///
    /// Whoever runs the service carries each erasure through the steps, and takes the person out of the spine
    /// afterwards. From the moment on at which it is heard of, nothing about the person is taken in any more.
    #[must_use]
    pub fn erasing<F, Fut>(self, bucket: &Bucket, step: F) -> Self
    where
        F: Fn(Erasure) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Progress>> + Send + 'static,
    {
        let (name, database, bucket) = (self.name, self.database.clone(), bucket.clone());
        let step: Erasing = Arc::new(move |erasure| Box::pin(step(erasure)));
        self.consuming(erasure::consumer()).working(move || {
            let (database, bucket, step) = (database.clone(), bucket.clone(), step.clone());
            async move { erasure::work(name, &database, &bucket, &step).await }
        })
    }

    /// With what tells all that is held about a person, so that it can be handed out; see [`Exporting`].
    #[must_use]
    pub fn exporting<F, Fut>(self, bucket: &Bucket, tell: F) -> Self
    where
        F: Fn(AccountId) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Holdings>> + Send + 'static,
    {
        let (name, database, bucket) = (self.name, self.database.clone(), bucket.clone());
        let tell: Exporting = Arc::new(move |account| Box::pin(tell(account)));
        self.consuming(export::consumer(name)).working(move || {
            let (database, bucket, tell) = (database.clone(), bucket.clone(), tell.clone());
            async move { export::work(name, &database, &bucket, &tell).await }
        })
    }

    /// Which knows accounts' devices by their cookies.
    #[must_use]
    pub fn knowing_devices(mut self) -> Self {
        self.knows_devices = true;
        self
    }

    /// The name of its schema, and the end of its role's.
    #[must_use]
    pub fn schema(&self) -> String {
        schema_of(self.name)
    }
}

/// The name of a service's schema.
#[must_use]
pub fn schema_of(service: &str) -> String {
    service.replace('-', "_")
}

impl Caller {
    /// Refuses everybody but the edge itself.
    ///
    /// # Errors
    /// 404, as if the address did not exist.
    pub fn must_be_edge(&self) -> Result<(), crate::Refusal> {
        match self {
            Self::Edge => Ok(()),
            Self::Anonymous | Self::Account(_) => Err(crate::Refusal::nothing_here()),
        }
    }
}
