use crate::support::{kinds, newcomer, person, start};
use chassis::Caller;
use events::Event;
use serde_json::json;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn following_is_told_once_and_answered_alike_when_repeated() {
    let app = start().await;
    let (ada, ben) = (person(&app, "ada").await, person(&app, "ben").await);
    let path = format!("/social/follow/{}", ben.id());
    let first = ada.client.send(http::Method::POST, &path, None).await.expect(200);
    let again = ada.client.post(&path, json!({})).await.expect(200);
    assert_eq!(first, again);
    assert_eq!(first["follow"]["followerId"], ada.id());
    assert_eq!(first["follow"]["followingId"], ben.id());
    let at = first["follow"]["createdAt"].as_str().unwrap();
    assert!(
        at.ends_with('Z') && at.len() == "2026-01-02T03:04:05.678Z".len(),
        "{at}"
    );
    assert_eq!(
        kinds(&app).await,
        [
            "social-graph.followed.v1",
            "social-graph.relationship-counts-changed.v1",
            "social-graph.relationship-counts-changed.v1"
        ]
    );
    let published = app.published().await;
    assert!(
        published
            .iter()
            .all(|it| it.cause.actor == Some(ada.principal.account))
    );
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_taken_up_again_goes_on_counting_its_versions() {
    let app = start().await;
    let (ada, ben) = (person(&app, "ada").await, person(&app, "ben").await);
    let (follow, unfollow) = (
        format!("/social/follow/{}", ben.id()),
        format!("/social/unfollow/{}", ben.id()),
    );
    ada.client.post(&follow, json!({})).await.expect(200);
    ada.client.delete(&unfollow).await.expect(200);
    ada.client.delete(&unfollow).await.expect(200);
    ada.client.post(&follow, json!({})).await.expect(200);
    ada.client.delete(&follow).await.expect(200);
    let edges: Vec<_> = app
        .published()
        .await
        .into_iter()
        .filter_map(|envelope| match envelope.event {
            Event::Followed(_) => Some((true, envelope.version)),
            Event::Unfollowed(_) => Some((false, envelope.version)),
            _ => None,
        })
        .collect();
    assert_eq!(edges, [(true, 1), (false, 2), (true, 3), (false, 4)]);
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_follows_a_stranger_or_themselves() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    let nobody = format!("/social/follow/{}", Uuid::now_v7());
    assert_eq!(
        ada.client.post(&nobody, json!({})).await.refused(404),
        "USER_NOT_FOUND"
    );
    assert_eq!(ada.client.delete(&nobody).await.refused(404), "USER_NOT_FOUND");
    let oneself = format!("/social/follow/{}", ada.id());
    assert_eq!(
        ada.client.post(&oneself, json!({})).await.refused(400),
        "VALIDATION_ERROR"
    );
    let garbage = ada.client.post("/social/follow/ben", json!({})).await;
    assert_eq!(garbage.refused(400), "VALIDATION_ERROR");
    assert_eq!(app.published().await, []);
    app.at_rest().await;
}

/// The principal is enough to act; whoever is acted upon must have been heard of.
#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_follows_at_once_and_is_shown_by_their_principal() {
    let app = start().await;
    let (new, ben) = (newcomer(&app, "new"), person(&app, "ben").await);
    let follow = format!("/social/follow/{}", ben.id());
    new.client.post(&follow, json!({})).await.expect(200);
    let followers = ben.client.get("/social/followers").await.expect(200);
    assert_eq!(followers["followers"][0]["username"], "new");
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relationship_is_seen_from_both_sides() {
    let app = start().await;
    let (ada, ben) = (person(&app, "ada").await, person(&app, "ben").await);
    ada.client
        .post(&format!("/social/follow/{}", ben.id()), json!({}))
        .await
        .expect(200);
    let seen = |by: testkit::Client, of: String| async move {
        by.get(&format!("/social/relationship/{of}")).await.expect(200)
    };
    assert_eq!(
        seen(ada.client.clone(), ben.id()).await,
        json!({"following": true, "followedBy": false, "connection": "none", "blocked": false})
    );
    assert_eq!(
        seen(ben.client.clone(), ada.id()).await,
        json!({"following": false, "followedBy": true, "connection": "none", "blocked": false})
    );
    assert_eq!(
        seen(ada.client.clone(), ada.id()).await,
        json!({"following": false, "followedBy": false, "connection": "none", "blocked": false})
    );
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_there_is_nothing() {
    let app = start().await;
    let ben = person(&app, "ben").await;
    let follow = format!("/social/follow/{}", ben.id());
    for caller in [Caller::Anonymous, Caller::Edge] {
        let client = app.as_caller(&caller);
        assert_eq!(
            client.post(&follow, json!({})).await.refused(401),
            "UNAUTHENTICATED"
        );
        assert_eq!(
            client.get("/social/followers").await.refused(401),
            "UNAUTHENTICATED"
        );
    }
    assert_eq!(
        app.outsider().get("/social/followers").await.refused(403),
        "NOT_THROUGH_THE_EDGE"
    );
}

/// Two requests at the same moment: one edge, one event, and nobody waits for the other for ever.
#[tokio::test(flavor = "multi_thread")]
async fn people_who_follow_each_other_at_the_same_moment_do_not_lock_each_other_out() {
    let app = start().await;
    let (ada, ben) = (person(&app, "ada").await, person(&app, "ben").await);
    let to_ben = format!("/social/follow/{}", ben.id());
    let to_ada = format!("/social/follow/{}", ada.id());
    for _ in 0..10 {
        let (one, two, three) = tokio::join!(
            ada.client.post(&to_ben, json!({})),
            ben.client.post(&to_ada, json!({})),
            ada.client.post(&to_ben, json!({})),
        );
        for answer in [one, two, three] {
            answer.expect(200);
        }
        let (one, two) = tokio::join!(ada.client.delete(&to_ben), ben.client.delete(&to_ada));
        one.expect(200);
        two.expect(200);
    }
    let follows = app.published().await;
    let followed = follows
        .iter()
        .filter(|envelope| matches!(envelope.event, Event::Followed(_)));
    assert_eq!(followed.count(), 20);
    app.at_rest().await;
}
