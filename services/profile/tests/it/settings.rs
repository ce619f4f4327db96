use crate::support::{cards, person, start};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn every_field_can_be_set_and_cleared() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    let all = json!({
        "displayName": " Ada Lovelace ", "bio": "Engines.\nAnd notes.", "title": "Voice actor", "location": "London",
        "theme": "dark", "pronouns": "she/her", "roles": ["Narrator", "narrator", "Writer"], "skills": ["Latin"],
        "vanityUrl": "ada-l", "isOnboarded": true,
        "privacy": {"searchable": false, "showConnections": false, "showLocation": true}
    });
    let answer = ada.client.patch("/users/me", all).await.expect(200);
    assert_eq!(answer["user"], ada.client.get("/users/me").await.expect(200));
    assert_json_snapshot!(answer, { ".user.id" => "[id]", ".user.createdAt" => "[time]", ".user.updatedAt" => "[time]" });

    let some = json!({"bio": null, "title": "  ", "roles": null, "privacy": {"searchable": true}});
    let user = ada.client.patch("/users/me", some).await.expect(200)["user"].clone();
    assert_eq!(
        (&user["bio"], &user["title"], &user["roles"]),
        (&Value::Null, &Value::Null, &json!([]))
    );
    assert_eq!(
        (&user["location"], &user["skills"]),
        (&json!("London"), &json!(["Latin"]))
    );
    assert_eq!(
        user["privacy"],
        json!({"searchable": true, "showConnections": false, "showLocation": true})
    );
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_told_with_the_next_version_and_no_change_is_not() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    for title in ["One", "One", "Two"] {
        ada.client
            .patch("/users/me", json!({"title": title}))
            .await
            .expect(200);
    }
    let told: Vec<_> = cards(&app)
        .await
        .into_iter()
        .map(|(version, card)| (version, card.title))
        .collect();
    let title = |text: &str| Some(text.to_owned());
    assert_eq!(told, [(1, None), (2, title("One")), (3, title("Two"))]);
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_of_every_field_at_once() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    let wrong = json!({
        "displayName": "", "bio": "b".repeat(501), "title": "a\u{7}", "location": "l".repeat(101),
        "roles": [""], "vanityUrl": "Ada"
    });
    let answer = ada.client.patch("/users/me", wrong).await.expect(400);
    assert_json_snapshot!(answer["details"]);

    for wrong in [
        json!({"theme": "blue"}),
        json!({"displayName": null}),
        json!({"isOnboarded": "yes"}),
        json!({"roles": "Narrator"}),
        json!({"avatarMediaId": "x"}),
        json!({"privacy": {"searchable": null}}),
        // Serde would take these for fields, one by one.
        json!({"privacy": []}),
        json!({"privacy": [false, false, false]}),
        json!([]),
    ] {
        let answer = ada.client.patch("/users/me", wrong.clone()).await;
        assert_eq!(answer.refused(400), "VALIDATION_ERROR", "{wrong}");
    }
    assert_eq!(cards(&app).await.len(), 1, "nothing was changed");
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_nothing_is_ones_own() {
    let app = start().await;
    let nobody = app.anonymous();
    for path in ["", "/credits", "/education", "/links"] {
        let path = format!("/users/me{path}");
        assert_eq!(nobody.get(&path).await.refused(401), "UNAUTHENTICATED");
    }
    assert_eq!(
        nobody.patch("/users/me", json!({})).await.refused(401),
        "UNAUTHENTICATED"
    );
    assert_eq!(
        app.outsider().get("/users/me").await.refused(403),
        "NOT_THROUGH_THE_EDGE"
    );
}
