//! A bakery that consumes and publishes, and the orchestrator beside it, on one database.

use chassis::transport::{Embedded, Routes};
use chassis::{Caller, Principal, Role, Seal, Secrets, Service, Transport};
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use events::account::AccountDeleted;
use events::{Cause, Envelope, ErasureId, Event};
use orchestrator::{MANIFEST, Settings, Watched};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use store::failures::{self, Failure};
use testkit::{Client, SchemaPlan, TestDatabase, config_for, principal, signed};
use uuid::Uuid;

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    /// The bakery's own way to its queue.
    pub(crate) bakery: Transport,
    /// The orchestrator's, to its own.
    pub(crate) orchestrator: Transport,
    pub(crate) service: Service,
    seal: Seal,
}

/// Something that an operator did: who, what, with which letter.
#[derive(Debug, PartialEq, Eq, QueryableByName)]
pub(crate) struct Kept {
    #[diesel(sql_type = Text)]
    pub(crate) operator: String,
    #[diesel(sql_type = Text)]
    pub(crate) action: String,
    #[diesel(sql_type = Text)]
    pub(crate) detail: String,
}

#[derive(QueryableByName)]
struct Deed {
    #[diesel(sql_type = Text)]
    deed: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(&Settings::default()).await
    }

    pub(crate) async fn with(settings: &Settings) -> Self {
        let plan = |service, operates| SchemaPlan {
            service,
            migrations: if operates {
                (orchestrator::MANIFEST.migrations)()
            } else {
                Vec::new()
            },
            consumes: true,
            operates,
        };
        let database = TestDatabase::create(vec![plan("bakery", false), plan("orchestrator", true)]).await;
        let routes = Routes::new([("bakery", vec![]), ("orchestrator", MANIFEST.subscriptions())]);
        let transport = |service: &str| {
            let address = database.address_of(service);
            Transport::Embedded(Embedded::new(&address, service, 2, routes.clone()).unwrap())
        };
        let seal = Seal::new(Secrets::random().key("edge"));
        let config = config_for(database.address_of("orchestrator"), &seal, Secrets::random());
        let watched = Watched {
            transport: transport("orchestrator"),
            queues: vec!["bakery"],
            outboxes: vec!["orchestrator", "bakery"],
        };
        let service = orchestrator::service(&config, settings, watched).unwrap();
        Self {
            bakery: transport("bakery"),
            orchestrator: transport("orchestrator"),
            database,
            service,
            seal,
        }
    }

    pub(crate) fn as_caller(&self, caller: &Caller) -> Client {
        signed(&self.service, &self.seal, caller)
    }

    /// Somebody of this role, and their account's id.
    pub(crate) fn somebody(&self, role: Role) -> (Client, String) {
        let who = Principal {
            role,
            ..principal("ada")
        };
        let id = who.account.to_string();
        (self.as_caller(&Caller::Account(Arc::new(who))), id)
    }

    pub(crate) fn admin(&self) -> Client {
        self.somebody(Role::Admin).0
    }

    pub(crate) async fn sql(&self, sql: &str) {
        self.database.session().await.batch_execute(sql).await.unwrap();
    }

    pub(crate) async fn as_bakery(&self, sql: &str) {
        let mut conn = self.database.session_of("bakery").await;
        conn.batch_execute(sql).await.unwrap();
    }

    pub(crate) async fn count(&self, from: &str) -> i64 {
        let mut conn = self.database.session().await;
        let query = format!("SELECT count(*) AS count FROM {from}");
        let found: Count = diesel::sql_query(query).get_result(&mut conn).await.unwrap();
        found.count
    }

    /// Letters with these numbers, each of an event that failed in these words.
    pub(crate) async fn dead(&self, numbers: std::ops::RangeInclusive<u32>, cause: &str) {
        let conn: AsyncPgConnection = self.database.session_of("bakery").await;
        for number in numbers {
            let event = event(number);
            let body = json!({
                "id": event, "type": "bakery.bread-burnt.v1", "source": "bakery", "subject": "an oven", "version": 1,
                "data": { "oven": event, "words": "Ada forgot it", "loaves": 12 },
            });
            let sql = format!(
                "INSERT INTO bus.bakery_dead (id, event_id, type, body, receive_count, sent_at) \
                 VALUES ({number}, '{event}', 'bakery.bread-burnt.v1', '{body}', 5, '2026-03-01T12:00:00Z')"
            );
            self.sql(&sql).await;
            let failure = Failure {
                handler: "ovens",
                event_id: event,
                event_type: "bakery.bread-burnt.v1",
                subject: "an oven",
                people: &[],
                fingerprint: cause,
                causes: &[cause.to_owned(), "no flour".to_owned()],
                release: "0.1.0",
            };
            failures::record(&conn, &failure).await.unwrap();
        }
    }

    /// Every operator's action, the first first.
    pub(crate) async fn actions(&self) -> Vec<Kept> {
        let mut conn = self.database.session().await;
        diesel::sql_query(
            "SELECT operator, action, (detail - 'requestId')::text AS detail FROM bus.operator_action ORDER BY id",
        )
        .load(&mut conn)
        .await
        .unwrap()
    }

    /// What the audit of all staff is told, the first first.
    pub(crate) async fn deeds(&self) -> Vec<String> {
        let mut conn = self.database.session_of("orchestrator").await;
        let told: Vec<Deed> = diesel::sql_query(
            "SELECT envelope::jsonb #>> '{data,deed}' AS deed FROM outbox \
             WHERE envelope::jsonb ->> 'type' = 'orchestrator.staff-acted.v1' ORDER BY envelope::jsonb #>> '{data,deedId}'",
        )
        .load(&mut conn)
        .await
        .unwrap();
        told.into_iter().map(|told| told.deed).collect()
    }

    /// Has the account be deleted, and whatever follows from that.
    pub(crate) async fn erase(&self, account: &str) {
        let deleted = AccountDeleted {
            account_id: account.parse().unwrap(),
            erasure_id: ErasureId::new(),
            deleted_at: Utc::now(),
        };
        let envelope = Envelope::new(1, Event::AccountDeleted(deleted), &Cause::system());
        let body = serde_json::to_string(&envelope).unwrap();
        let queue = &self.orchestrator;
        queue.send("orchestrator", &body, Duration::ZERO).await.unwrap();
        loop {
            let consumed = chassis::consume_once(&self.service, queue).await.unwrap();
            let worked = chassis::work_once(&self.service).await.unwrap();
            if consumed.received == 0 && worked == 0 {
                return;
            }
        }
    }
}

/// The event in the letter of this number.
pub(crate) fn event(number: u32) -> Uuid {
    Uuid::from_u128(0x0197_a2d0_5a10_7c3e_9a55_0000_0000_0000 + u128::from(number))
}

/// The ids of letters in a list, in its order.
pub(crate) fn ids(list: &Value) -> Vec<&str> {
    let letters = list["deadLetters"].as_array().unwrap();
    letters
        .iter()
        .map(|letter| letter["id"].as_str().unwrap())
        .collect()
}
