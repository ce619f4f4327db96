//! How often one person may do something.

use crate::support::{HOURLY, notes, start};
use chassis::{Caller, PRINCIPAL_HEADER};
use chrono::Utc;
use diesel_async::SimpleAsyncConnection;
use futures::FutureExt;
use futures::future::join_all;
use serde_json::json;
use std::sync::Arc;
use testkit::{Answer, principal};

fn said(answer: &Answer) -> (&str, &str, u64) {
    let header = |name: &str| answer.headers[name].to_str().unwrap();
    let reset = header("x-ratelimit-reset").parse().unwrap();
    (
        header("x-ratelimit-limit"),
        header("x-ratelimit-remaining"),
        reset,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_one_too_many_is_refused_with_when_to_come_again() {
    let app = start().await;
    let alice = app.member("alice");
    for left in (0..HOURLY).rev() {
        let answer = alice.post("/limited", json!({ "name": "one" })).await;
        let (limit, remaining, reset) = said(&answer);
        assert_eq!((limit, remaining), ("3", left.to_string().as_str()));
        assert!((3_590..=3_600).contains(&reset), "{reset}");
        answer.expect(201);
    }
    let answer = alice.post("/limited", json!({ "name": "one" })).await;
    let (limit, remaining, reset) = said(&answer);
    assert_eq!((limit, remaining), ("3", "0"));
    assert_eq!(answer.headers["retry-after"], reset.to_string());
    assert_eq!(answer.refused(429), "RATE_LIMITED");
    // Others are counted for themselves, and so are other deeds.
    app.member("bob")
        .post("/limited", json!({ "name": "one" }))
        .await
        .expect(201);
    let other = alice.post("/things", json!({ "name": "one" })).await;
    assert!(!other.headers.contains_key("x-ratelimit-limit"));
    other.expect(201);
    // An hour later the window is over, and the next one begins with the next deed.
    app.session()
        .await
        .batch_execute("UPDATE allowance SET began_at = began_at - interval '1 hour'")
        .await
        .unwrap();
    let answer = alice.post("/limited", json!({ "name": "one" })).await;
    assert_eq!(said(&answer).1, "2");
    answer.expect(201);
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_to_nothing_and_what_was_done_before_is_not_counted() {
    let app = start().await;
    let alice = app.member("alice");
    for _ in 0..5 {
        let answer = alice.post("/limited", json!({ "name": "refuse" })).await;
        assert_eq!(said(&answer).1, "3");
        assert_eq!(answer.refused(409), "REFUSED");
    }
    let repeating = alice.with("idempotency-key", "once");
    for _ in 0..5 {
        let answer = repeating.post("/limited", json!({ "name": "once" })).await;
        assert_eq!(said(&answer).1, "2");
        answer.expect(201);
    }
    for _ in 0..2 {
        alice
            .post("/limited", json!({ "name": "more" }))
            .await
            .expect(201);
    }
    // Used up, and what was done before is still answered.
    repeating
        .post("/limited", json!({ "name": "once" }))
        .await
        .expect(201);
    let fresh = alice.with("idempotency-key", "fresh");
    assert_eq!(
        fresh
            .post("/limited", json!({ "name": "fresh" }))
            .await
            .refused(429),
        "RATE_LIMITED"
    );
    app.settle().await;
    assert_eq!((notes(&app, "once").await, notes(&app, "fresh").await), (1, 0));
    app.at_rest().await;
}

/// At once, by one person and by two, also by the same key: nobody gets more than the limit, and nobody less.
#[tokio::test(flavor = "multi_thread")]
async fn however_many_ask_at_once_the_limit_is_the_limit() {
    let app = start().await;
    for round in 0..6 {
        let (alice, bob) = (app.member("alice"), app.member("bob"));
        let repeating = alice.with("idempotency-key", &format!("round {round}"));
        let asks = (0..10).map(|n| match n {
            0..3 => repeating.post("/limited", json!({ "name": "again" })),
            3..8 => alice.post("/limited", json!({ "name": "more" })),
            _ => bob.post("/limited", json!({ "name": "bob's" })),
        });
        let answers = join_all(asks.map(FutureExt::boxed)).await;
        let created = |range: std::ops::Range<usize>| {
            answers[range]
                .iter()
                .filter(|answer| answer.status == 201)
                .count()
        };
        // The repeated one counts once, if it came in time.
        let repeated = created(0..3);
        assert!([0, 3].contains(&repeated), "{repeated}");
        assert_eq!(created(3..8) + repeated / 3, 3, "{answers:?}");
        assert_eq!(created(8..10), 2);
        assert!(
            answers
                .iter()
                .all(|answer| [201, 429].contains(&answer.status.as_u16()))
        );
    }
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_key_lifts_the_limit() {
    let app = start().await;
    let alice = Caller::Account(Arc::new(principal("alice")));
    let voucher = app.seal.vouch(app.service.name, &alice, true, Utc::now());
    let voucher = voucher.unwrap();
    let operator = app
        .outsider()
        .with(PRINCIPAL_HEADER.as_str(), voucher.to_str().unwrap());
    for _ in 0..6 {
        let answer = operator.post("/limited", json!({ "name": "one" })).await;
        assert!(!answer.headers.contains_key("x-ratelimit-limit"));
        answer.expect(201);
    }
    // Nothing of it was counted.
    let answer = app
        .as_caller(&alice)
        .post("/limited", json!({ "name": "one" }))
        .await;
    assert_eq!(said(&answer).1, "2");
    answer.expect(201);
    assert_eq!(
        app.anonymous()
            .post("/limited", json!({ "name": "one" }))
            .await
            .refused(401),
        "UNAUTHENTICATED"
    );
    app.at_rest().await;
}
