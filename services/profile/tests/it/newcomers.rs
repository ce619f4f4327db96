use crate::support::{account_of, cards, newcomer, person, start};
use events::profile::Card;
use events::{Cause, Envelope, Event};
use insta::assert_json_snapshot;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn right_after_sign_up_the_session_is_enough() {
    let app = start().await;
    let ada = newcomer(&app, "ada");
    let me = ada.client.get("/users/me").await.expect(200);
    assert_json_snapshot!(me, { ".id" => "[id]", ".createdAt" => "[time]", ".updatedAt" => "[time]" });
    let at = me["createdAt"].as_str().unwrap();
    assert!(
        at.ends_with('Z') && at.len() == "2026-01-02T03:04:05.678Z".len(),
        "{at}"
    );
    // Their own page is there, too; to others it is not yet.
    ada.client.get("/users/ADA").await.expect(200);
    assert_eq!(
        app.anonymous().get("/users/ada").await.refused(404),
        "USER_NOT_FOUND"
    );
    assert_eq!(cards(&app).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_accounts_event_makes_the_profile_and_tells_everybody() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    let before = ada.client.get("/users/me").await.expect(200);
    let cards = cards(&app).await;
    assert_eq!((cards.len(), cards[0].0), (1, 1));
    assert_eq!((&*cards[0].1.username, &*cards[0].1.display_name), ("ada", "ada"));
    assert_eq!(
        app.anonymous().get("/users/ada").await.expect(200)["id"],
        before["id"]
    );
    app.at_rest().await;
}

/// Before or after the account's event, what was written stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_was_written_before_the_accounts_event_loses_nothing() {
    let app = start().await;
    let ada = newcomer(&app, "ada");
    let edit = json!({"displayName": "Ada L.", "bio": "Engines."});
    ada.client.patch("/users/me", edit).await.expect(200);
    let credit = json!({"title": "Notes", "role": "Author"});
    ada.client.post("/users/me/credits", credit).await.expect(201);
    let before = ada.client.get("/users/me").await.expect(200);
    app.consume(1, Event::AccountRegistered(account_of(&ada.principal)))
        .await;
    assert_eq!(ada.client.get("/users/me").await.expect(200), before);
    let versions: Vec<_> = cards(&app).await.iter().map(|(version, _)| *version).collect();
    assert_eq!(versions, [1, 2], "the event changed nothing that others read");
    app.at_rest().await;
}

/// The name at sign-up counts until the person chooses another.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_name_reaches_the_card_and_an_old_event_does_not_bring_it_back() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    let mut renamed = account_of(&ada.principal);
    renamed.username = "countess".to_owned();
    app.consume(2, Event::AccountRegistered(renamed)).await;
    app.consume(1, Event::AccountRegistered(account_of(&ada.principal)))
        .await;
    app.anonymous().get("/users/Countess").await.expect(200);
    assert_eq!(
        app.anonymous().get("/users/ada").await.refused(404),
        "USER_NOT_FOUND"
    );
    let cards = cards(&app).await;
    assert_eq!((cards.len(), &*cards[1].1.username), (2, "countess"));
    app.at_rest().await;
}

/// A first write, another, and the account's event at the same moment: one profile with everything, and no version twice.
#[tokio::test(flavor = "multi_thread")]
async fn first_writes_and_the_accounts_event_may_come_at_the_same_moment() {
    let app = start().await;
    for round in 0..10 {
        let ada = newcomer(&app, &format!("ada{round}"));
        let account = Event::AccountRegistered(account_of(&ada.principal));
        app.enqueue(&Envelope::new(1, account, &Cause::system())).await;
        let link = json!({"platform": "Site", "url": "https://example.org"});
        let (bio, title, link, ()) = tokio::join!(
            ada.client.patch("/users/me", json!({"bio": "Engines."})),
            ada.client.patch("/users/me", json!({"title": "Author"})),
            ada.client.post("/users/me/links", link),
            app.settle(),
        );
        bio.expect(200);
        title.expect(200);
        link.expect(201);
        app.settle().await;
        let me = ada.client.get("/users/me").await.expect(200);
        assert_eq!((&me["bio"], &me["title"]), (&json!("Engines."), &json!("Author")));
        assert_eq!(me["links"][0]["platform"], "Site");
        let of_ada = |(_, card): &(i64, Card)| card.account_id == ada.principal.account;
        let mut versions: Vec<_> = cards(&app)
            .await
            .into_iter()
            .filter(of_ada)
            .map(|(version, _)| version)
            .collect();
        versions.sort_unstable();
        let gapless: Vec<_> = (1..).take(versions.len()).collect();
        assert_eq!(versions, gapless);
    }
    app.at_rest().await;
}
