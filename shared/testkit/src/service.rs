//! One service, alone, as its tests meet it.

use crate::client::{Client, signed};
use crate::database::{SchemaPlan, TestDatabase};
use crate::witness::witness;
use chassis::storage::Bucket;
use chassis::transport::{Embedded, Routes};
use chassis::{
    Caller, Config, Principal, Role, Seal, Secrets, Service, Transport, consume_once, relay, schema_of,
    work_once,
};
use chrono::{SubsecRound, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use events::identity::{Account, AccountState};
use events::social_graph::{Block, Connection, ConnectionState, Follow};
use events::{AccountId, Cause, Envelope, Event, SessionId};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// A service on a database of its own. Nothing moves by itself: [`TestService::settle`] carries events to their end.
pub struct TestService {
    /// The service.
    pub service: Service,
    /// Its bus: what it publishes reaches only itself.
    pub transport: Transport,
    /// Its database.
    pub database: TestDatabase,
    /// Signs principals as the edge would.
    pub seal: Seal,
}

/// What a service in a test is configured with; its pool is small, so that a request that takes two connections is found soon.
#[must_use]
pub fn config_for(address: String, seal: &Seal, secrets: Secrets) -> Config {
    Config {
        database_url: address,
        database_again: None,
        pool_size: 4,
        public_url: Url::parse("http://127.0.0.1:8080").expect("a URL"),
        origins: Vec::new(),
        secrets,
        gate: seal.gate(),
        bucket: Bucket::nowhere(),
    }
}

/// Somebody of this name, with a session.
#[must_use]
pub fn principal(username: &str) -> Principal {
    Principal {
        account: AccountId::new(),
        session: SessionId::new(),
        role: Role::Member,
        username: username.to_owned(),
        display_name: username.to_owned(),
        email: format!("{username}@mail.example"),
        email_verified: true,
        created_at: Utc::now().trunc_subsecs(3),
    }
}

/// What identity says of an account that is new, or has come to be in this state, at this version.
#[must_use]
pub fn account_event(version: i64, account: Account) -> Event {
    match account.state {
        AccountState::Suspended => Event::AccountSuspended(account),
        AccountState::Active if version > 1 => Event::AccountRestored(account),
        AccountState::Active | AccountState::Deleted => Event::AccountRegistered(account),
    }
}

/// What social-graph says of two people, each step with its version: one follows the other, they connect, one blocks the other, and
/// each of that ends again, or begins anew.
#[must_use]
pub fn edge_events(one: AccountId, other: AccountId) -> Vec<(i64, Event)> {
    let at = Utc::now().trunc_subsecs(3);
    let follow = Follow {
        follower_id: one,
        following_id: other,
        at,
    };
    let block = Block {
        blocker_id: other,
        blocked_id: one,
        at,
    };
    let connection = |state| {
        Event::ConnectionChanged(Connection {
            low_id: one.min(other),
            high_id: one.max(other),
            state,
            at,
        })
    };
    vec![
        (1, Event::Followed(follow.clone())),
        (2, Event::Unfollowed(follow.clone())),
        (3, Event::Followed(follow)),
        (1, connection(ConnectionState::LowAsked)),
        (2, connection(ConnectionState::Connected)),
        (3, connection(ConnectionState::None)),
        (1, Event::Blocked(block.clone())),
        (2, Event::Unblocked(block)),
    ]
}

impl TestService {
    /// Builds a service and gives it a migrated database.
    pub async fn start(build: impl Fn(&Config) -> anyhow::Result<Service>) -> Self {
        let (seal, secrets) = (Seal::new(Secrets::random().key("edge")), Secrets::random());
        witness().learn("the installation's secret", &secrets.to_hex());
        // What it is called and which tables it has is known without a database.
        let nowhere = config_for(
            "postgres://nobody@127.0.0.1/nowhere".to_owned(),
            &seal,
            secrets.clone(),
        );
        let plan = build(&nowhere).expect("the service can be built");
        let manifest = plan.manifest;
        let database = TestDatabase::create(vec![SchemaPlan {
            service: plan.name,
            migrations: (manifest.migrations)(),
            consumes: true,
            operates: manifest.operates,
        }])
        .await;
        let address = database.address_of(plan.name);
        let service = build(&config_for(address.clone(), &seal, secrets)).expect("the service can be built");
        let routes = Routes::new([(service.name, manifest.subscriptions())]);
        let embedded = Embedded::new(&address, service.name, 2, routes).expect("an address");
        Self {
            service,
            transport: Transport::Embedded(embedded),
            database,
            seal,
        }
    }

    /// Somebody new with a session.
    #[must_use]
    pub fn member(&self, username: &str) -> Client {
        self.logged_in(principal(username))
    }

    /// This person.
    #[must_use]
    pub fn logged_in(&self, principal: Principal) -> Client {
        self.as_caller(&Caller::Account(Arc::new(principal)))
    }

    /// Somebody without a session.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        self.as_caller(&Caller::Anonymous)
    }

    /// Whoever the edge says.
    #[must_use]
    pub fn as_caller(&self, caller: &Caller) -> Client {
        signed(&self.service, &self.seal, caller)
    }

    /// Somebody who goes around the edge.
    #[must_use]
    pub fn outsider(&self) -> Client {
        Client::new(self.service.router.clone())
    }

    /// Puts an event on this service's queue, as if another had published it, and settles.
    pub async fn consume(&self, version: i64, event: Event) -> Envelope {
        let envelope = Envelope::new(version, event, &Cause::system());
        self.redeliver(&envelope).await;
        envelope
    }

    /// Puts this very envelope on the queue (again), and settles.
    pub async fn redeliver(&self, envelope: &Envelope) {
        self.enqueue(envelope).await;
        self.settle().await;
    }

    /// Puts this very envelope on the queue.
    pub async fn enqueue(&self, envelope: &Envelope) {
        let body = serde_json::to_string(envelope).expect("an envelope is JSON");
        self.transport
            .send(self.service.name, &body, Duration::ZERO)
            .await
            .expect("the queue takes it");
    }

    /// Relays, consumes and works until nothing is left to do now. What failed waits for its time; see [`hasten`].
    pub async fn settle(&self) {
        loop {
            let relayed = relay::once(&self.service, &self.transport)
                .await
                .expect("the relay works");
            let consumed = consume_once(&self.service, &self.transport)
                .await
                .expect("the queue can be read");
            let worked = work_once(&self.service).await.expect("the worker works");
            if relayed.published == 0 && consumed.received == 0 && worked == 0 {
                return;
            }
        }
    }

    /// Everything this service has published, oldest first.
    pub async fn published(&self) -> Vec<Envelope> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            body: String,
        }
        let mut conn = self.session().await;
        let query = diesel::sql_query("SELECT envelope::text AS body FROM outbox ORDER BY id");
        let rows: Vec<Row> = query.load(&mut conn).await.expect("the outbox can be read");
        rows.iter()
            .map(|row| serde_json::from_str(&row.body).expect("an envelope"))
            .collect()
    }

    /// A session in this service's schema.
    pub async fn session(&self) -> AsyncPgConnection {
        self.database.session_of(self.service.name).await
    }

    /// Settles, and checks that nothing is left: every outbox empty, every queue quiet, nothing dead.
    ///
    /// # Panics
    /// When something is left.
    pub async fn at_rest(&self) {
        self.settle().await;
        let backlog = store::outbox::backlog(&self.session().await)
            .await
            .expect("the outbox can be counted");
        assert_eq!(
            backlog.pending, 0,
            "{} events were never published",
            backlog.pending
        );
        let depth = self
            .transport
            .depth(self.service.name)
            .await
            .expect("the queue can be counted");
        assert!(
            depth.is_quiet() && depth.dead == 0,
            "the queue is not at rest: {depth:?}"
        );
    }
}

/// Lets everything on a queue be received now, however long it was to wait.
pub async fn hasten(database: &TestDatabase, service: &str) {
    let sql = format!("UPDATE bus.{} SET visible_at = now()", schema_of(service));
    database
        .session()
        .await
        .batch_execute(&sql)
        .await
        .expect("the queue can be changed");
}
