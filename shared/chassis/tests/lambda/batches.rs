//! A batch of a queue's in, those that have failed out.

use crate::stage::Stage;
use crate::things::account;
use diesel_async::SimpleAsyncConnection;
use events::{Cause, Envelope};
use serde_json::{Value, json};
use store::inbox;
use testkit::lambda::requests::batch;

fn wish(wish: &str) -> Envelope {
    Envelope::new(1, account(wish), &Cause::system())
}

fn body(envelope: &Envelope) -> String {
    serde_json::to_string(envelope).unwrap()
}

fn failures(answer: &Value) -> Vec<&str> {
    let items = answer["batchItemFailures"].as_array().unwrap().iter();
    let mut failures: Vec<_> = items
        .map(|item| item["itemIdentifier"].as_str().unwrap())
        .collect();
    failures.sort_unstable();
    failures
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_bad_a_failing_a_panicking_and_a_good_message_three_have_failed() {
    let stage = Stage::set().await;
    let function = stage.function("lambda-events").await;
    let good = wish("good");
    let messages = [
        ("bad", "no envelope".to_owned()),
        ("failing", body(&wish("failing"))),
        ("panicking", body(&wish("panicking"))),
        ("good", body(&good)),
    ];
    let answer = function.answers(batch(&messages)).await;
    assert_eq!(failures(&answer), ["bad", "failing", "panicking"], "{answer}");
    let conn = stage.app.session().await;
    let claimed = inbox::claim(&conn, "notes", &[good.id.0], store::Lasting::Committed).await;
    assert!(claimed.unwrap().is_empty(), "the good one was not done");
    // Received for the second time, so they come again after five seconds or so.
    let mut leases = stage.cloud.leases();
    leases.sort_unstable();
    let receipts: Vec<_> = leases.iter().map(|(receipt, _)| receipt.as_str()).collect();
    assert_eq!(
        receipts,
        ["receipt of bad", "receipt of failing", "receipt of panicking"]
    );
    assert!(
        leases.iter().all(|(_, seconds)| (4..=7).contains(seconds)),
        "{leases:?}"
    );

    // The process has lived on, and what was done is not done again.
    let messages = [("good", body(&good)), ("another", body(&wish("another")))];
    let answer = function.answers(batch(&messages)).await;
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
    let nothing = function.answers(batch(&[])).await;
    assert_eq!(nothing, json!({ "batchItemFailures": [] }));
    function.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_does_not_let_it_in_all_have_failed_and_the_secret_is_read_again() {
    let stage = Stage::set().await;
    // A role that nobody else uses: roles belong to the whole server.
    let (schema, role) = ("identity", format!("test_{}", uuid::Uuid::now_v7().simple()));
    let mut administrator = stage.app.database.session().await;
    let create = format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'one'; GRANT valine_{schema} TO {role}; \
         ALTER ROLE {role} SET search_path = {schema}, extensions; ALTER ROLE {role} SET role = valine_{schema}"
    );
    administrator.batch_execute(&create).await.unwrap();
    let login = |password: &str| json!({ "username": role, "password": password }).to_string();
    let variables = stage.variables("lambda-events");
    let _arn = stage.cloud.keep("database/identity", &login("another"));
    let function = stage.function_told("lambda-events", &variables).await;

    let answer = function.answers(batch(&[("early", body(&wish("early")))])).await;
    assert_eq!(failures(&answer), ["early"], "{answer}");
    assert!(stage.cloud.leases().is_empty(), "it counts as tried");
    let _arn = stage.cloud.keep("database/identity", &login("one"));
    let answer = function.answers(batch(&[("late", body(&wish("late")))])).await;
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
    function.end().await;
    let drop = format!("DROP ROLE {role}");
    administrator.batch_execute(&drop).await.unwrap();
}
