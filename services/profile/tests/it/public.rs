use crate::support::{account_of, person, start};
use chassis::Role;
use events::Event;
use events::content::AuthorPostCount;
use events::identity::{Account, AccountState};
use events::social_graph::RelationshipCounts;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn others_see_what_is_shown_and_nothing_more() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    let counts = RelationshipCounts {
        account_id: ada.id(),
        followers: 3,
        following: 2,
        connections: 1,
    };
    app.consume(5, Event::RelationshipCountsChanged(counts)).await;
    let posts = AuthorPostCount {
        account_id: ada.id(),
        total: 9,
        public: 4,
    };
    app.consume(9, Event::AuthorPostCountChanged(posts)).await;
    let edit = json!({"location": "London", "vanityUrl": "countess"});
    ada.client.patch("/users/me", edit).await.expect(200);

    let open = app.anonymous().get("/users/Ada").await.expect(200);
    assert_json_snapshot!(open, { ".id" => "[id]", ".createdAt" => "[time]" });
    assert_eq!(app.anonymous().get("/users/countess").await.expect(200), open);

    let privacy = json!({"privacy": {"showLocation": false, "showConnections": false}});
    ada.client.patch("/users/me", privacy).await.expect(200);
    let ben = person(&app, "ben").await;
    let closed = ben.client.get("/users/ada").await.expect(200);
    assert_eq!(
        (&closed["location"], &closed["connectionCount"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&closed["followerCount"], &closed["postCount"]),
        (&json!(3), &json!(4))
    );
    let own = ada.client.get("/users/ada").await.expect(200);
    assert_eq!(
        (&own["location"], &own["connectionCount"], &own["postCount"]),
        (&json!("London"), &json!(1), &json!(9))
    );
    for answer in [open, closed, own] {
        for secret in ["email", "emailVerified", "theme", "privacy", "isOnboarded"] {
            assert_eq!(answer.get(secret), None, "{secret}");
        }
    }
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn suspended_people_are_there_for_moderators_only_and_deleted_ones_for_nobody() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    let mut moderator = testkit::principal("mod");
    moderator.role = Role::Moderator;
    let moderator = app.logged_in(moderator);
    let state = |state| Account {
        state,
        ..account_of(&ada.principal)
    };
    app.consume(2, testkit::account_event(2, state(AccountState::Suspended)))
        .await;
    assert_eq!(
        app.anonymous().get("/users/ada").await.refused(404),
        "USER_NOT_FOUND"
    );
    moderator.get("/users/ada").await.expect(200);
    app.consume(3, Event::AccountRegistered(state(AccountState::Deleted)))
        .await;
    assert_eq!(moderator.get("/users/ada").await.refused(404), "USER_NOT_FOUND");
    app.consume(4, Event::AccountRegistered(state(AccountState::Active)))
        .await;
    app.anonymous().get("/users/ada").await.expect(200);
    assert_eq!(
        app.anonymous().get("/users/nobody").await.refused(404),
        "USER_NOT_FOUND"
    );
    assert_eq!(
        app.anonymous().get("/users/%00").await.refused(400),
        "VALIDATION_ERROR"
    );
    app.at_rest().await;
}
