//! What is left in the database by who is gone, and that it holds up nobody.

use crate::support::{account, notes, start, start_with_one_connection, until};
use chassis::transport::{Message, VISIBILITY};
use chassis::{Error, deliver, relay_forever};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use events::{Cause, Envelope};
use serde_json::json;
use std::time::Duration;
use testkit::TestService;
use tokio_util::sync::CancellationToken;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

async fn count(conn: &mut AsyncPgConnection, sql: &str) -> i64 {
    diesel::sql_query(sql)
        .get_result::<Count>(conn)
        .await
        .unwrap()
        .count
}

/// A client that hangs up drops the request in the middle of its transaction.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_is_given_up_holds_its_locks_no_longer() {
    let app = start().await;
    let mut other = app.session().await;
    let endless = app.service.database.write(async |conn: &mut AsyncPgConnection| {
        conn.batch_execute("SELECT pg_advisory_xact_lock(7)").await?;
        std::future::pending::<Result<(), Error>>().await
    });
    let is_locked = "SELECT count(*) AS count FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 \
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let locked = until("the lock is taken", async || {
        count(&mut other, is_locked).await == 1
    });
    tokio::select! {
        _ = endless => panic!("it never ends by itself"),
        () = locked => {}
    }
    until("the lock is free", async || {
        count(&mut other, is_locked).await == 0
    })
    .await;
    app.at_rest().await;
}

/// What a consumer has in hand of what is on its queue.
async fn received(app: &TestService) -> Vec<Message> {
    let received = app
        .transport
        .receive(app.service.name, VISIBILITY, Duration::ZERO);
    received.await.unwrap()
}

async fn enqueue(app: &TestService, names: &[&str]) {
    for name in names {
        let envelope = Envelope::new(1, account(name), &Cause::system());
        app.enqueue(&envelope).await;
    }
}

/// What was given back comes again at once and not counted, and has its effect once.
async fn comes_again(app: &TestService) {
    let again = received(app).await;
    assert_eq!((again.len(), again[0].receive_count), (1, 1));
    app.transport.give_back(app.service.name, &again).await.unwrap();
    app.settle().await;
    assert_eq!(notes(app, "rain").await, 1);
    app.at_rest().await;
}

/// A restart of the database ends the lock that says whose the leases are, and with it a consumer's word that it gives back.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_in_hand_when_the_database_restarted_comes_again_at_once_and_uncounted() {
    let app = start().await;
    let (transport, queue) = (&app.transport, app.service.name);
    enqueue(&app, &["rain"]).await;
    transport.take_over(queue).await.unwrap();
    let held = received(&app).await;
    assert_eq!((held.len(), held[0].receive_count), (1, 1));
    app.database
        .session()
        .await
        .batch_execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await
        .unwrap();
    until("it is taken over", async || {
        transport.take_over(queue).await.is_ok()
    })
    .await;
    comes_again(&app).await;
}

/// Ends the session that holds the lock of the leases, as a crash of the server would; everything else lives on.
async fn lose_the_lease(app: &TestService) {
    let mut administrator = app.database.session().await;
    let leases =
        "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'valine-lease'";
    let ended = count(
        &mut administrator,
        &format!("SELECT count(pg_terminate_backend(pid)) AS count {leases}"),
    )
    .await;
    assert_eq!(ended, 1);
    let left = format!("SELECT count(*) AS count {leases}");
    until("the session has ended", async || {
        count(&mut administrator, &left).await == 0
    })
    .await;
}

/// Effects that were only committed in order are forgotten by a crash. A consumer that lives on and acknowledges them would
/// lose the event.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_before_the_database_came_up_anew_is_not_acknowledged_afterwards() {
    let app = start().await;
    let (transport, queue) = (&app.transport, app.service.name);
    enqueue(&app, &["rain"]).await;
    let batch = received(&app).await;
    let delivered = deliver(&app.service, transport, batch).await;
    assert_eq!(delivered.done.len(), 1);
    lose_the_lease(&app).await;
    // Nothing was forgotten here, as the server itself was not hurt; it could not know.
    assert!(transport.acknowledge(queue, &delivered.done).await[0].is_err());
    comes_again(&app).await;
}

/// An event of a transaction that a crash has forgotten may still be in somebody's hand; it never happened.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_received_before_the_database_came_up_anew_is_not_handled_afterwards() {
    let app = start().await;
    let (transport, queue) = (&app.transport, app.service.name);
    enqueue(&app, &["rain", "snow"]).await;
    let batch = received(&app).await;
    assert_eq!(batch.len(), 2);
    lose_the_lease(&app).await;
    let delivered = deliver(&app.service, transport, batch).await;
    assert_eq!((delivered.done.len(), delivered.untried.len()), (0, 2));
    assert_eq!(notes(&app, "rain").await + notes(&app, "snow").await, 0);
    transport.give_back(queue, &delivered.untried).await.unwrap();
    app.settle().await;
    assert_eq!(notes(&app, "rain").await + notes(&app, "snow").await, 2);
    app.at_rest().await;
}

/// The next one to use the connection may be a request, whose answer says that something lasts.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_in_order_leaves_the_next_transaction_of_its_connection_on_disk() {
    #[derive(QueryableByName)]
    struct Setting {
        #[diesel(sql_type = Text)]
        synchronous_commit: String,
    }
    let app = start_with_one_connection().await;
    let setting = async || {
        let mut conn = app.service.database.connection().await.unwrap();
        let shown = diesel::sql_query("SHOW synchronous_commit");
        shown
            .get_result::<Setting>(&mut conn)
            .await
            .unwrap()
            .synchronous_commit
    };
    let mut conn = app.service.database.connection().await.unwrap();
    conn.batch_execute("SET synchronous_commit = on").await.unwrap();
    drop(conn);
    assert_eq!(setting().await, "on");
    write(&app, 1).await;
    app.settle().await;
    assert_eq!(
        notes(&app, "n1").await,
        1,
        "relayed and delivered by that connection"
    );
    assert_eq!(setting().await, "on");
}

/// What no bus takes is tried again ever more seldom, and nobody waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_cannot_be_published_holds_up_no_other() {
    #[derive(QueryableByName)]
    struct Bad {
        #[diesel(sql_type = Integer)]
        attempts: i32,
    }
    let app = start().await;
    let mut conn = app.session().await;
    conn.batch_execute("INSERT INTO outbox (id, envelope) VALUES (gen_random_uuid(), '{}')")
        .await
        .unwrap();
    let stop = CancellationToken::new();
    let relaying = tokio::spawn(relay_forever(
        app.service.clone(),
        app.transport.clone(),
        stop.clone(),
    ));
    let tried = "SELECT count(*) AS count FROM outbox WHERE attempts > 0";
    until("it is refused", async || count(&mut conn, tried).await == 1).await;
    for n in 1..=40 {
        write(&app, n).await;
        until("it is published", async || {
            count(
                &mut conn,
                "SELECT count(*) AS count FROM outbox WHERE published_at IS NOT NULL",
            )
            .await
                == n
        })
        .await;
    }
    let bad: Bad = diesel::sql_query("SELECT attempts FROM outbox WHERE published_at IS NULL")
        .get_result(&mut conn)
        .await
        .unwrap();
    assert!(
        bad.attempts < 20,
        "tried {} times beside 40 that were published",
        bad.attempts
    );
    stop.cancel();
    relaying.await.unwrap();
}

async fn write(app: &TestService, n: i64) {
    let thing = json!({ "name": format!("n{n}") });
    app.member("alice").post("/things", thing).await.expect(201);
}
