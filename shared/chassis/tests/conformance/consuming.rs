//! A service that consumes, whatever carries its events.

use crate::stage::{LONG, MEANWHILE, Stage, until};
use chassis::{
    Config, Consumer, Manifest, Result, Service, Subscription, Transport, consume_forever, consume_once,
    consume_once_leased, relay,
};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use events::identity::{Account, AccountState};
use events::{AccountId, Cause, Envelope, Event};
use futures::FutureExt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::TestService;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use utoipa_axum::router::OpenApiRouter;

/// It consumes accounts, as the real one does.
pub(crate) const SERVICE: &str = "profile";

/// More than a message has lives.
const CONSUMERS: usize = 8;

fn account(name: &str) -> Event {
    Event::AccountRegistered(Account {
        account_id: AccountId::new(),
        username: name.to_owned(),
        display_name: name.to_owned(),
        state: AccountState::Active,
        email_verified: false,
        created_at: chrono::Utc::now(),
    })
}

/// Notes the name, when it may pass the gate.
async fn note(conn: &mut AsyncPgConnection, envelope: &Envelope, gate: &Semaphore) -> Result<()> {
    let _passed = gate
        .acquire()
        .await
        .map_err(anyhow::Error::from)
        .map_err(chassis::Error::Failed)?;
    let Event::AccountRegistered(account) = &envelope.event else {
        return Ok(());
    };
    let insert = diesel::sql_query("INSERT INTO note (name) VALUES ($1)");
    insert.bind::<Text, _>(&account.username).execute(conn).await?;
    Ok(())
}

fn service(config: &Config, gate: Arc<Semaphore>) -> anyhow::Result<Service> {
    const NOTES: Subscription = Subscription::new("notes", &["identity.account-registered.v1"]);
    const MANIFEST: Manifest = Manifest {
        consumes: &[NOTES],
        ..Manifest::new(SERVICE)
    };
    let consumer = Consumer::new(NOTES, move |conn, envelope| {
        let gate = gate.clone();
        async move { note(conn, envelope, &gate).await }.boxed()
    });
    let database = config.database(SERVICE)?;
    Ok(Service::new(MANIFEST, config, database, OpenApiRouter::new()).consuming(consumer))
}

/// The service with its table, behind a gate that lets so many through.
async fn start(open: usize) -> (TestService, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(open));
    let app = TestService::start(|config| service(config, gate.clone())).await;
    let table = "CREATE TABLE note (name TEXT NOT NULL)";
    app.session().await.batch_execute(table).await.unwrap();
    (app, gate)
}

async fn notes(app: &TestService) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let query = diesel::sql_query("SELECT count(*) AS count FROM note");
    query
        .get_result::<Count>(&mut app.session().await)
        .await
        .unwrap()
        .count
}

/// What carries this service's events: the embedded one lives in the service's own database.
fn transport_of(stage: &Stage, app: &TestService) -> Transport {
    match &stage.transport {
        Transport::Embedded(_) => app.transport.clone(),
        Transport::Aws(_) => stage.transport.clone(),
    }
}

async fn send(transport: &Transport, name: &str) {
    let envelope = Envelope::new(1, account(name), &Cause::system());
    let body = serde_json::to_string(&envelope).unwrap();
    transport.send(SERVICE, &body, Duration::ZERO).await.unwrap();
}

pub(crate) async fn what_is_decided_is_consumed_by_way_of_the_bus(stage: &Stage) {
    let (app, _gate) = start(100).await;
    let transport = transport_of(stage, &app);
    let events = (0..15).map(|number| (1, account(&format!("n{number}"))));
    store::outbox::append_all(&app.session().await, &Cause::system(), events)
        .await
        .unwrap();
    // A bus that is busy refuses some, which the next round brings.
    until("all published", async || {
        relay::once(&app.service, &transport).await.unwrap();
        let backlog = store::outbox::backlog(&app.session().await).await.unwrap();
        (backlog.pending == 0).then_some(())
    })
    .await;
    // What it says is shown where it fails: whether one is lost, in hand, or put aside.
    let mut told = None;
    until("all consumed", async || {
        consume_once(&app.service, &transport).await.unwrap();
        let now = (notes(&app).await, transport.depth(SERVICE).await.unwrap());
        if told.replace(now) != Some(now) {
            println!("{} notes, {:?}", now.0, now.1);
        }
        (now.0 == 15).then_some(())
    })
    .await;
    until("quiet", async || {
        transport.depth(SERVICE).await.unwrap().is_quiet().then_some(())
    })
    .await;
    assert_eq!(relay::once(&app.service, &transport).await.unwrap().published, 0);
}

pub(crate) async fn a_message_that_takes_long_is_leased_for_as_long(stage: &Stage) {
    let (app, gate) = start(0).await;
    let transport = transport_of(stage, &app);
    send(&transport, "slow").await;
    let lease = MEANWHILE;
    let (consumed, ()) = tokio::join!(
        until("consumed", async || {
            let consumed = consume_once_leased(&app.service, &transport, lease)
                .await
                .unwrap();
            (consumed.received > 0).then_some(consumed)
        }),
        async {
            let depth = async || transport.depth(SERVICE).await.unwrap();
            until("in hand", async || (depth().await.in_flight == 1).then_some(())).await;
            let began = Instant::now();
            let mut looks = tokio::time::interval(Duration::from_millis(100));
            // More than two leases; at none of their ends it comes to anybody else.
            while began.elapsed() < lease * 5 / 2 {
                looks.tick().await;
                assert!(
                    transport
                        .receive(SERVICE, LONG, Duration::ZERO)
                        .await
                        .unwrap()
                        .is_empty()
                );
            }
            gate.add_permits(1);
        }
    );
    assert_eq!((consumed.received, consumed.done), (1, 1));
    assert_eq!(notes(&app).await, 1);
    until("quiet", async || {
        transport.depth(SERVICE).await.unwrap().is_quiet().then_some(())
    })
    .await;
}

pub(crate) async fn who_is_told_to_stop_stops_though_the_queue_is_empty(stage: &Stage) {
    let (app, _gate) = start(100).await;
    let transport = transport_of(stage, &app);
    let stop = CancellationToken::new();
    let consuming = tokio::spawn(consume_forever(
        app.service.clone(),
        transport.clone(),
        stop.clone(),
    ));
    send(&transport, "first").await;
    until("it consumes", async || (notes(&app).await == 1).then_some(())).await;
    // By the clock, on purpose: now it waits for the next.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let told = Instant::now();
    stop.cancel();
    consuming.await.unwrap();
    assert!(
        told.elapsed() < Duration::from_secs(5),
        "after {:?}",
        told.elapsed()
    );
    stage.feed_dropped_waits(SERVICE, 1).await;
}

pub(crate) async fn no_message_dies_of_its_consumers_database_being_away(stage: &Stage) {
    let (app, _gate) = start(100).await;
    let transport = transport_of(stage, &app);
    send(&transport, "patient").await;
    let mut administrator = app.database.session().await;
    let connecting =
        |change| format!("DO $$ BEGIN EXECUTE format('{change} PUBLIC', current_database()); END $$");
    let (forbid, allow) = (
        connecting("REVOKE CONNECT ON DATABASE %I FROM"),
        connecting("GRANT CONNECT ON DATABASE %I TO"),
    );
    administrator.batch_execute(&forbid).await.unwrap();
    let disconnect = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                      WHERE datname = current_database() AND pid <> pg_backend_pid()";
    administrator.batch_execute(disconnect).await.unwrap();

    let (stop, mut consuming) = (CancellationToken::new(), JoinSet::new());
    for _ in 0..CONSUMERS {
        consuming.spawn(consume_forever(
            app.service.clone(),
            transport.clone(),
            stop.clone(),
        ));
    }
    // By the clock, on purpose: long enough for each of them to receive it and give it back.
    tokio::time::sleep(Duration::from_secs(5)).await;
    administrator.batch_execute(&allow).await.unwrap();
    until("it is consumed", async || (notes(&app).await == 1).then_some(())).await;
    until("quiet", async || {
        transport.depth(SERVICE).await.unwrap().is_quiet().then_some(())
    })
    .await;
    assert_eq!(transport.depth(SERVICE).await.unwrap().dead, 0);
    stop.cancel();
    consuming.join_all().await;
    stage.feed_dropped_waits(SERVICE, CONSUMERS).await;
}
