//! The clock in, and everything that waits is on its way.

use crate::stage::Stage;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_published_and_numbers_are_told() {
    let stage = Stage::set().await;
    // Nobody carries what follows from it.
    let ask = json!({ "name": "rain" });
    stage.app.member("ada").post("/things", ask).await.expect(201);
    let relay = stage.function("lambda-relay").await;
    assert_eq!(
        relay.answers(json!({ "source": "aws.events" })).await,
        Value::Null
    );
    assert_eq!(stage.cloud.published(), ["identity.account-registered.v1"]);
    let conn = stage.app.session().await;
    assert_eq!(store::outbox::backlog(&conn).await.unwrap().pending, 0);

    let numbers = relay.numbers();
    let told = |name: &str| {
        numbers.iter().any(|number| {
            number[name].is_number() && number["Stage"] == "joint-test" && number["Service"] == "identity"
        })
    };
    assert!(told("OutboxAge") && told("OutboxRefused"), "{numbers:?}");
    // Once more, with nothing to do.
    assert_eq!(relay.answers(json!({})).await, Value::Null);
    assert!(stage.cloud.published().is_empty());
    relay.end().await;
}
