//! What becomes of an event, whatever goes wrong.

use crate::support::{account, notes, start, start_with_one_connection};
use chassis::transport::{DeadLetterFilter, Embedded, Routes};
use chassis::{Transport, consume_once, relay};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use events::{Cause, Envelope, EventId};
use serde_json::json;
use store::outbox::Waiting;
use testkit::hasten;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_published_and_consumed_once_however_often_it_comes() {
    let app = start().await;
    app.member("alice")
        .post("/things", json!({ "name": "rain" }))
        .await
        .expect(201);
    app.settle().await;
    assert_eq!(notes(&app, "rain").await, 1);

    app.session()
        .await
        .batch_execute("UPDATE outbox SET published_at = NULL")
        .await
        .unwrap();
    app.settle().await;
    let envelope = app.published().await.remove(0);
    app.redeliver(&envelope).await;
    assert_eq!(notes(&app, "rain").await, 1);
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_publishes_nothing() {
    let app = start().await;
    app.member("alice")
        .post("/things", json!({ "name": "fail after writing" }))
        .await
        .expect(500);
    app.settle().await;
    assert!(app.published().await.is_empty());
    app.at_rest().await;
}

/// Every way a handler can go wrong leaves nothing behind, not even its claim, and harms no neighbour.
#[tokio::test(flavor = "multi_thread")]
async fn what_fails_fails_alone_and_whole_and_is_put_aside_after_five_tries() {
    let app = start_with_one_connection().await;
    let bad = ["refused", "failing", "panicking"];
    let mut envelopes = Vec::new();
    for name in ["one", "refused", "two", "failing", "three", "panicking", "four"] {
        envelopes.push(Envelope::new(1, account(name), &Cause::system()));
    }
    for envelope in &envelopes {
        app.enqueue(envelope).await;
    }
    app.transport
        .send("identity", "not json", std::time::Duration::ZERO)
        .await
        .unwrap();

    for attempt in 1..=5 {
        let consumed = consume_once(&app.service, &app.transport).await.unwrap();
        assert_eq!(consumed.failed, 4, "attempt {attempt}");
        assert_eq!(consumed.done, if attempt == 1 { 4 } else { 0 });
        hasten(&app.database, "identity").await;
    }
    assert_eq!(
        consume_once(&app.service, &app.transport).await.unwrap().received,
        0
    );
    for name in ["one", "two", "three", "four"] {
        assert_eq!(notes(&app, name).await, 1, "{name}");
    }
    for name in bad {
        assert_eq!(notes(&app, name).await, 0, "{name}");
    }
    let depth = app.transport.depth("identity").await.unwrap();
    assert!(depth.is_quiet(), "{depth:?}");
    assert_eq!(depth.dead, 4);

    let failed: Vec<_> = envelopes.iter().map(|envelope| envelope.id.0).collect();
    let kept = store::failures::of_events(&app.session().await, &failed)
        .await
        .unwrap();
    assert_eq!(kept.len(), 3);
    assert!(kept.iter().all(|failure| failure.attempts == 5), "{kept:?}");
    let blamed = |failure: &store::failures::Kept| failure.handler == "notes";
    assert!(
        kept.iter().all(blamed),
        "the other handler did its part: {kept:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_forgotten_long_after_its_dead_letter_is_gone() {
    let app = start().await;
    let (old, older) = (EventId::new(), EventId::new());
    let mut session = app.session().await;
    for (event, days) in [(old, 89), (older, 91)] {
        let sql = "INSERT INTO failure (handler, event_id, event_type, subject, fingerprint, causes, release, last_at) \
            VALUES ('notes', $1, 'a.b.v1', 'a/1', 'f', '[]', '1', now() - make_interval(days => $2))";
        diesel::sql_query(sql)
            .bind::<SqlUuid, _>(event.0)
            .bind::<Integer, _>(days)
            .execute(&mut session)
            .await
            .unwrap();
    }
    chassis::housekeep(&app.service, chrono::Utc::now())
        .await
        .unwrap();
    let kept = store::failures::of_events(&session, &[old.0, older.0])
        .await
        .unwrap();
    let kept: Vec<_> = kept.iter().map(|failure| failure.event_id).collect();
    assert_eq!(kept, [old.0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_that_is_replayed_brings_its_effect_once() {
    let app = start().await;
    let envelope = Envelope::new(1, account("failing"), &Cause::system());
    app.enqueue(&envelope).await;
    for _ in 0..6 {
        consume_once(&app.service, &app.transport).await.unwrap();
        hasten(&app.database, "identity").await;
    }
    // The cause is mended: this name is no longer one that fails.
    let mut administrator = app.database.session().await;
    administrator
        .batch_execute("UPDATE bus.identity_dead SET body = replace(body, 'failing', 'mended')")
        .await
        .unwrap();

    let routes = Routes::new([("identity", app.service.manifest.subscriptions())]);
    let operator =
        Transport::Embedded(Embedded::new(app.database.administrator(), "operator", 1, routes).unwrap());
    let letters = operator
        .dead_letters("identity", &DeadLetterFilter::default(), 10)
        .await
        .unwrap();
    assert_eq!(letters.len(), 1);
    assert!(operator.replay("identity", &letters).await.remove(0).unwrap());
    assert!(
        !operator.replay("identity", &letters).await.remove(0).unwrap(),
        "it is no longer there"
    );
    app.settle().await;
    assert_eq!(notes(&app, "mended").await, 1);
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_cannot_be_published_sinks_behind_the_rest() {
    let app = start().await;
    let bad = "INSERT INTO outbox (id, envelope) SELECT gen_random_uuid(), '{}' FROM generate_series(1, 150)";
    app.session().await.batch_execute(bad).await.unwrap();
    app.member("alice")
        .post("/things", json!({ "name": "still heard" }))
        .await
        .expect(201);
    for _ in 0..2 {
        relay::once(&app.service, &app.transport).await.unwrap();
    }
    consume_once(&app.service, &app.transport).await.unwrap();
    assert_eq!(notes(&app, "still heard").await, 1);
    assert_eq!(
        store::outbox::backlog(&app.session().await)
            .await
            .unwrap()
            .pending,
        150
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn relays_at_once_publish_each_event_once() {
    let app = start().await;
    for n in 0..30 {
        app.member("alice")
            .post("/things", json!({ "name": format!("n{n}") }))
            .await
            .expect(201);
    }
    let relays = (0..4).map(|_| relay::once(&app.service, &app.transport));
    let published: usize = futures::future::join_all(relays)
        .await
        .into_iter()
        .map(|relayed| relayed.unwrap().published)
        .sum();
    assert_eq!(published, 30);
    assert_eq!(app.transport.depth("identity").await.unwrap().ready, 30);
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_commits_late_is_not_passed_over() {
    let app = start().await;
    let mut late = app.session().await;
    late.batch_execute("BEGIN").await.unwrap();
    store::outbox::append(&late, &Cause::system(), 1, account("late"))
        .await
        .unwrap();
    app.member("alice")
        .post("/things", json!({ "name": "early" }))
        .await
        .expect(201);
    app.settle().await;
    late.batch_execute("COMMIT").await.unwrap();
    app.settle().await;
    assert_eq!((notes(&app, "early").await, notes(&app, "late").await), (1, 1));
    app.at_rest().await;
}

/// A relay keeps the events it has in hand locked until the bus has answered for each; that may take long.
#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_waits_for_the_bus_holds_back_only_what_it_has_in_hand() {
    let app = start().await;
    let alice = app.member("alice");
    alice.post("/things", json!({ "name": "slow" })).await.expect(201);
    let mut waiting = app.session().await;
    waiting.batch_execute("BEGIN").await.unwrap();
    let held = store::outbox::lock_pending(&waiting, Waiting::All, 100)
        .await
        .unwrap();
    assert_eq!(held.len(), 1);

    alice
        .post("/things", json!({ "name": "quick" }))
        .await
        .expect(201);
    app.settle().await;
    assert_eq!((notes(&app, "slow").await, notes(&app, "quick").await), (0, 1));
    waiting.batch_execute("ROLLBACK").await.unwrap();
    app.settle().await;
    assert_eq!(notes(&app, "slow").await, 1);
    app.at_rest().await;
}

/// After a busy moment the statistics say that much waits, and for a while they are wrong.
#[tokio::test(flavor = "multi_thread")]
async fn whether_anything_waits_is_told_without_reading_what_was_published() {
    let app = start().await;
    let mut conn = app.session().await;
    conn.batch_execute(
        "BEGIN; INSERT INTO outbox (id, envelope, published_at) \
         SELECT gen_random_uuid(), '{}', CASE WHEN n % 2 = 0 THEN now() END FROM generate_series(1, 4000) AS n; \
         ANALYZE outbox",
    )
    .await
    .unwrap();
    assert!(store::outbox::is_waiting(&conn, Waiting::All).await.unwrap());
    conn.batch_execute("UPDATE outbox SET published_at = now()")
        .await
        .unwrap();
    let before = read_in_sequence(&mut conn).await;
    assert!(!store::outbox::is_waiting(&conn, Waiting::All).await.unwrap());
    assert!(
        store::outbox::lock_pending(&conn, Waiting::All, 100)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(read_in_sequence(&mut conn).await, before);
    conn.batch_execute("ROLLBACK").await.unwrap();
}

/// Rows of outboxes that this transaction has read without an index.
async fn read_in_sequence(conn: &mut AsyncPgConnection) -> i64 {
    #[derive(QueryableByName)]
    struct Rows {
        #[diesel(sql_type = BigInt)]
        read: i64,
    }
    let rows: Rows = diesel::sql_query(
        "SELECT coalesce(sum(seq_tup_read), 0)::bigint AS read FROM pg_stat_xact_user_tables WHERE relname LIKE 'outbox%'",
    )
    .get_result(conn)
    .await
    .unwrap();
    rows.read
}

/// Two consumers that look into one queue at the same instant pass over what the other has just locked.
#[tokio::test(flavor = "multi_thread")]
async fn consumers_at_once_do_not_wait_for_each_other() {
    let app = start().await;
    for name in ["first", "second"] {
        app.enqueue(&Envelope::new(1, account(name), &Cause::system()))
            .await;
    }
    let mut other = app.database.session_of("identity").await;
    other
        .batch_execute("BEGIN; SELECT id FROM bus.identity ORDER BY id LIMIT 1 FOR UPDATE")
        .await
        .unwrap();
    let consumed = consume_once(&app.service, &app.transport).await.unwrap();
    assert_eq!((consumed.received, consumed.done), (1, 1));
    assert_eq!((notes(&app, "first").await, notes(&app, "second").await), (0, 1));
    other.batch_execute("ROLLBACK").await.unwrap();
    app.settle().await;
    assert_eq!(notes(&app, "first").await, 1);
    app.at_rest().await;
}
