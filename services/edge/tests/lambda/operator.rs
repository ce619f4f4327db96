//! The operator's key, which lifts limits and does nothing else.

use crate::identity::Health;
use crate::stage::{OPERATOR, Stage, judged, through_cloudfront};
use chassis::Caller;
use testkit::lambda::requests::Asked;

fn write() -> Asked {
    through_cloudfront(Asked::get("/api/posts").at("/api/posts"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_key_is_in_the_word_and_in_the_audit() {
    let stage = Stage::set().await;
    let authorizer = stage.function("lambda-authorizer").await;
    let asked = write().with("X-Valine-Operator", OPERATOR);
    for _ in 0..2 {
        let verdict = judged(&authorizer, &asked).await;
        let voucher = stage.opened("content", &verdict).unwrap();
        assert_eq!((&voucher.caller, voucher.operator), (&Caller::Anonymous, true));
    }
    let noted = stage.identity.operators.lock().unwrap().clone();
    assert_eq!(noted, ["203.0.113.7"], "once an hour for each address");

    let verdict = judged(&authorizer, &write()).await;
    assert!(!stage.opened("content", &verdict).unwrap().operator);
    authorizer.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_denied() {
    let stage = Stage::set().await;
    let variables = stage.variables("lambda-authorizer");
    let authorizer = stage.function_told("with", &variables).await;
    let wrong = write().with("X-Valine-Operator", OPERATOR.replace('o', "x"));
    let twice = write()
        .with("X-Valine-Operator", OPERATOR)
        .with("X-Valine-Operator", OPERATOR);
    for asked in [wrong, twice] {
        assert!(!judged(&authorizer, &asked).await.is_allowed);
    }
    authorizer.end().await;

    let mut variables = variables;
    variables.remove("OPERATOR_KEY_ARN");
    let without = stage.function_told("without", &variables).await;
    let asked = write().with("X-Valine-Operator", OPERATOR);
    assert!(!judged(&without, &asked).await.is_allowed);
    assert!(judged(&without, &write()).await.is_allowed);
    without.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_turned_away_because_it_could_not_be_noted_and_it_is_noted_later() {
    let stage = Stage::set().await;
    let authorizer = stage.function("lambda-authorizer").await;
    let asked = write().with("X-Valine-Operator", OPERATOR);
    stage.identity.is_now(Health::Broken);
    let verdict = judged(&authorizer, &asked).await;
    assert!(stage.opened("content", &verdict).unwrap().operator);
    stage.identity.is_now(Health::Well);
    assert!(judged(&authorizer, &asked).await.is_allowed);
    assert_eq!(stage.identity.operators.lock().unwrap().len(), 1);
    authorizer.end().await;
}
