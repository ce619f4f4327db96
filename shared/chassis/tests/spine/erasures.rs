//! Somebody is erased: what comes late is refused, what is being written is waited for, and the spine forgets them.

use crate::support::{HOURLY, notes, start};
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use events::account::AccountDeleted;
use events::identity::{Account, AccountState};
use events::{AccountId, Cause, Envelope, ErasureId, Event, EventId};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{TestService, hasten, principal};

/// Nothing here takes as long as this, however busy the machine is.
const LONG: Duration = Duration::from_secs(20);

fn registered(id: AccountId, name: &str) -> Event {
    Event::AccountRegistered(Account {
        account_id: id,
        username: name.to_owned(),
        display_name: name.to_owned(),
        state: AccountState::Active,
        email_verified: false,
        created_at: Utc::now(),
    })
}

fn deleted(id: AccountId) -> Event {
    Event::AccountDeleted(AccountDeleted {
        account_id: id,
        erasure_id: ErasureId::new(),
        deleted_at: Utc::now(),
    })
}

async fn count(app: &TestService, from: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let query = format!("SELECT count(*) AS count FROM {from}");
    let found: Count = diesel::sql_query(query)
        .get_result(&mut app.session().await)
        .await
        .unwrap();
    found.count
}

/// The rows of the spine in which a word stands.
async fn spine(app: &TestService, word: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        row: String,
    }
    let mut conn: AsyncPgConnection = app.database.session().await;
    let mut found = Vec::new();
    let tables = [
        "outbox",
        "failure",
        "reply",
        "allowance",
        "erased_account",
        "export_part",
    ];
    let tables = tables.map(|table| format!("identity.{table}"));
    for table in tables
        .into_iter()
        .chain(["bus.identity".to_owned(), "bus.identity_dead".to_owned()])
    {
        let query = format!("SELECT '{table} ' || t::text AS row FROM {table} AS t");
        let rows: Vec<Row> = diesel::sql_query(query).load(&mut conn).await.unwrap();
        found.extend(
            rows.into_iter()
                .map(|row| row.row)
                .filter(|row| row.contains(word)),
        );
    }
    found
}

/// Whether an erasure of this service has been confirmed.
async fn is_confirmed(app: &TestService) -> bool {
    app.published()
        .await
        .iter()
        .any(|envelope| envelope.event.erased().is_some())
}

async fn write_notes(app: &TestService, names: &[String]) {
    let mut conn = app.session().await;
    for name in names {
        conn.batch_execute(&format!("INSERT INTO note VALUES ('{name}')"))
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_about_somebody_who_is_erased_is_done_with_and_nothing_comes_of_it() {
    let app = start().await;
    let (gone, there) = (principal("gone"), principal("there"));
    app.consume(1, registered(gone.account, "before")).await;
    assert_eq!(notes(&app, "before").await, 1);
    app.consume(2, deleted(gone.account)).await;
    app.consume(3, registered(gone.account, "after")).await;
    app.consume(1, registered(there.account, "after")).await;
    assert_eq!(notes(&app, "after").await, 1, "only of whoever is there");
    // A batch is sorted out one by one.
    for (id, name) in [
        (gone.account, "late"),
        (there.account, "in time"),
        (gone.account, "late"),
    ] {
        let envelope = Envelope::new(9, registered(id, name), &Cause::system());
        app.enqueue(&envelope).await;
    }
    app.settle().await;
    assert_eq!((notes(&app, "late").await, notes(&app, "in time").await), (0, 1));
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_somebody_who_is_erased_writes_nothing() {
    let app = start().await;
    let (gone, there) = (principal("gone"), principal("there"));
    app.consume(2, deleted(gone.account)).await;
    let before = app.published().await.len();
    let (gone, there) = (app.logged_in(gone), app.logged_in(there));
    for client in [gone.clone(), gone.with("idempotency-key", "once")] {
        let answer = client.post("/things", json!({ "name": "words" })).await;
        assert_eq!(answer.refused(401), "UNAUTHENTICATED");
    }
    assert_eq!(
        (app.published().await.len(), count(&app, "reply").await),
        (before, 0)
    );
    there
        .post("/things", json!({ "name": "words" }))
        .await
        .expect(201);
    assert_eq!(app.published().await.len(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_about_somebody_is_waited_for_before_they_are_erased() {
    let app = start().await;
    let id = AccountId::new();
    let mut other = app.session().await;
    let ask = format!("BEGIN; SELECT erased_among(ARRAY['{id}']::uuid[])");
    other.batch_execute(&ask).await.unwrap();
    let write = async {
        let waiting = "pg_locks WHERE locktype = 'advisory' AND NOT granted AND objsubid = 1 \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let begun = Instant::now();
        while count(&app, waiting).await == 0 {
            assert!(begun.elapsed() < LONG, "the erasure waits for nobody");
        }
        let late = format!("INSERT INTO note VALUES ('words of {id}'); COMMIT");
        other.batch_execute(&late).await.unwrap();
    };
    let (_, ()) = tokio::join!(app.consume(2, deleted(id)), write);
    assert_eq!(
        count(&app, "note").await,
        0,
        "what was being written was not seen"
    );
    assert!(is_confirmed(&app).await);
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_goes_on_after_each_step_and_is_confirmed_once() {
    let app = start().await;
    let id = AccountId::new();
    let names = ["one", "in hand", "two", "stuck", "three"].map(|name| format!("{name} of {id}"));
    write_notes(&app, &names).await;
    let envelope = app.consume(2, deleted(id)).await;
    let mut looks = 0;
    while !is_confirmed(&app).await {
        assert!(looks < 10, "it does not come to an end");
        let mut conn = app.session().await;
        conn.batch_execute("UPDATE erased_account SET due_at = now()")
            .await
            .unwrap();
        app.settle().await;
        looks += 1;
    }
    assert_eq!(looks, 2, "once for what was in hand, once for what was stuck");
    assert_eq!(count(&app, "note").await, 0);
    // Said again, in both ways, it is done already.
    app.redeliver(&envelope).await;
    app.redeliver(&Envelope {
        id: EventId::new(),
        ..envelope.clone()
    })
    .await;
    let confirmations = app.published().await;
    let confirmations = confirmations
        .iter()
        .filter(|envelope| envelope.event.erased().is_some());
    assert_eq!(confirmations.count(), 1);
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_spine_keeps_ids_of_whoever_is_erased_and_none_of_their_words() {
    let app = start().await;
    let (gone, there) = (principal("walrus"), principal("there"));
    let id = gone.account;
    let client = app.logged_in(gone).with("idempotency-key", "of walrus");
    for path in ["/things", "/limited"] {
        client.post(path, json!({ "name": "walrus" })).await.expect(201);
    }
    app.logged_in(there.clone())
        .with("idempotency-key", "of there")
        .post("/things", json!({ "name": "thing" }))
        .await
        .expect(201);
    app.settle().await;
    // One that fails until it is put aside; one that cannot be read and waits.
    let failing = Envelope::new(1, registered(id, "failing"), &Cause::system());
    app.enqueue(&failing).await;
    for _ in 0..6 {
        hasten(&app.database, "identity").await;
        app.settle().await;
    }
    let mut conn = app.session().await;
    // As the service's own role: it may.
    conn.batch_execute("UPDATE bus.identity_dead SET body = replace(body, 'failing', 'walrus')")
        .await
        .unwrap();
    conn.batch_execute("UPDATE failure SET causes = '[\"the walrus is to blame\"]'")
        .await
        .unwrap();
    let unreadable =
        json!({ "id": EventId::new(), "type": "x", "subject": id, "words": "walrus" }).to_string();
    app.transport
        .send("identity", &unreadable, Duration::ZERO)
        .await
        .unwrap();
    app.settle().await;
    let before = spine(&app, "walrus").await;
    for table in ["outbox", "failure", "reply", "bus.identity ", "bus.identity_dead"] {
        assert!(
            before.iter().any(|row| row.contains(table)),
            "{table} has no word: {before:#?}"
        );
    }
    assert!(
        spine(&app, "allowance")
            .await
            .iter()
            .any(|row| row.contains(&id.to_string()))
    );

    app.consume(2, deleted(id)).await;
    assert!(is_confirmed(&app).await);
    assert_eq!(spine(&app, "walrus").await, [""; 0]);
    let after = spine(&app, &id.to_string()).await;
    for table in ["outbox", "bus.identity ", "bus.identity_dead", "failure"] {
        assert!(
            after.iter().any(|row| row.contains(table)),
            "{table} has no id: {after:#?}"
        );
    }
    assert!(!after.iter().any(|row| row.contains("allowance")), "{after:#?}");
    // Others have theirs, and are still limited as they were.
    let reply = spine(&app, &there.account.to_string()).await;
    assert!(
        reply
            .iter()
            .any(|row| row.starts_with("identity.reply") && row.contains("thing")),
        "{reply:#?}"
    );
    assert_eq!(HOURLY, 3);
}
