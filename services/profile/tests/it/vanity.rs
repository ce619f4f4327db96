use crate::support::{account_of, newcomer, person, start, text};
use chrono::DateTime;
use events::account::AccountDeleted;
use events::{ErasureId, Event};
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

/// Links and mentions of before lead to who was called so, or to nobody.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_as_an_address_what_somebody_else_was_called() {
    let app = start().await;
    let (ada, gone, ben) = (
        person(&app, "Ada_B").await,
        person(&app, "gone").await,
        person(&app, "ben").await,
    );
    let mut renamed = account_of(&ada.principal);
    "countess".clone_into(&mut renamed.username);
    app.consume(2, Event::AccountRenamed(renamed)).await;
    // Whom no event has told of yet is known by their session.
    let newcomer = newcomer(&app, "unheard");
    newcomer
        .client
        .patch("/users/me", json!({"bio": "Hello"}))
        .await
        .expect(200);
    for (version, account) in [(2, gone.id()), (1, newcomer.id())] {
        let deleted = AccountDeleted {
            account_id: account,
            erasure_id: ErasureId::new(),
            deleted_at: DateTime::UNIX_EPOCH,
        };
        app.consume(version, Event::AccountDeleted(deleted)).await;
    }
    for taken in ["ada-b", "countess", "gone", "unheard"] {
        let answer = ben.client.patch("/users/me", json!({"vanityUrl": taken})).await;
        assert_eq!(answer.refused(409), "VANITY_URL_TAKEN", "{taken}");
        let led = app.anonymous().get(&format!("/users/{taken}")).await;
        assert_ne!(led.json["id"], ben.id().to_string(), "{taken}");
    }
    // Whose it was may have it.
    ada.client
        .patch("/users/me", json!({"vanityUrl": "ada-b"}))
        .await
        .expect(200);
    // Nobody can tell who is gone.
    let kept = "SELECT count(*) || ' of ' || count(account_id) AS text FROM known_name";
    assert_eq!(text(&app, kept).await, "5 of 3");
}
