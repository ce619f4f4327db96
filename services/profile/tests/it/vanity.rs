use crate::support::{newcomer, person, start};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_one_persons_and_never_somebody_elses_name() {
    let app = start().await;
    let (ada, ben) = (person(&app, "Ada").await, person(&app, "ben_b").await);
    ada.client
        .patch("/users/me", json!({"vanityUrl": "countess"}))
        .await
        .expect(200);
    // One's own address again, and one's own name, are fine.
    ada.client
        .patch("/users/me", json!({"vanityUrl": "countess"}))
        .await
        .expect(200);
    for taken in ["countess", "ada", "admin"] {
        let answer = ben.client.patch("/users/me", json!({"vanityUrl": taken})).await;
        assert_eq!(answer.refused(409), "VANITY_URL_TAKEN", "{taken}");
    }
    let alike = ada.client.patch("/users/me", json!({"vanityUrl": "ben-b"})).await;
    assert_eq!(alike.refused(409), "VANITY_URL_TAKEN");
    ben.client
        .patch("/users/me", json!({"vanityUrl": "ben-b"}))
        .await
        .expect(200);

    // What was given up is free again.
    ada.client
        .patch("/users/me", json!({"vanityUrl": null}))
        .await
        .expect(200);
    ben.client
        .patch("/users/me", json!({"vanityUrl": "countess"}))
        .await
        .expect(200);
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_want_the_same_address_at_once_do_not_both_get_it() {
    let app = start().await;
    for round in 0..10 {
        let (one, other) = (
            newcomer(&app, &format!("one{round}")),
            newcomer(&app, &format!("other{round}")),
        );
        let ask = json!({"vanityUrl": format!("same-{round}")});
        let (one, other) = tokio::join!(
            one.client.patch("/users/me", ask.clone()),
            other.client.patch("/users/me", ask.clone())
        );
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.text, other.text);
    }
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_name_wins_over_an_address_that_was_there_before() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    ada.client
        .patch("/users/me", json!({"vanityUrl": "grace"}))
        .await
        .expect(200);
    let grace = person(&app, "Grace").await;
    let found = app.anonymous().get("/users/grace").await.expect(200);
    assert_eq!(found["id"], grace.id().to_string());
    app.at_rest().await;
}
