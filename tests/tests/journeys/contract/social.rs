//! The table "Social graph".

use super::{Rows, has};
use end_to_end::{Person, TestNetwork, text};
use serde_json::{Value, json};

const PERSON: &str = "id username displayName avatarUrl";

#[tokio::test(flavor = "multi_thread")]
async fn relations_answer_as_their_table_says() {
    let network = TestNetwork::start().await;
    let mut rows = Rows::default();
    let mut people = Vec::new();
    for name in ["ada", "bob", "cleo"] {
        people.push(network.sign_up(name).await);
    }
    network.settle().await;
    let [ada, bob, cleo] = &people[..] else {
        panic!("three")
    };
    follow(&mut rows, ada, bob).await;
    connect(&network, &mut rows, [ada, bob, cleo]).await;
    block(&network, &mut rows, ada, bob).await;
    rows.end(&network, &["/social/"]).await;
}

async fn follow(rows: &mut Rows, ada: &Person, bob: &Person) {
    let route = "POST /social/follow/{userId}";
    let followed = rows.ask(&ada.client, route, &[&bob.id], Value::Null, 200).await;
    has(&followed, "", "message follow");
    has(&followed, "/follow", "followerId followingId createdAt");
    let again = rows.ask(&ada.client, route, &[&bob.id], Value::Null, 200).await;
    assert_eq!(again, followed, "the same when already following");
    let unknown = "0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77";
    rows.ask(&ada.client, route, &[unknown], Value::Null, 404).await;
    rows.ask(&ada.client, route, &[&ada.id], Value::Null, 400).await;
    for (who, what, whose) in [
        (bob, "followers", ""),
        (ada, "followers", &*format!("?userId={}", bob.id)),
        (ada, "following", ""),
        (bob, "following", &*format!("?userId={}", ada.id)),
    ] {
        let listed = rows
            .ask(
                &who.client,
                &format!("GET /social/{what}{whose}"),
                &[],
                Value::Null,
                200,
            )
            .await;
        assert_eq!(listed["total"], 1, "{what}{whose}");
        has(&listed, &format!("/{what}/0"), PERSON);
        has(&listed, &format!("/{what}/0"), "followedAt");
    }
    let between = rows
        .ask(
            &bob.client,
            "GET /social/relationship/{userId}",
            &[&ada.id],
            Value::Null,
            200,
        )
        .await;
    assert_eq!(
        between,
        json!({ "following": false, "followedBy": true, "connection": "none", "blocked": false })
    );
    for route in [
        "DELETE /social/unfollow/{userId}",
        "DELETE /social/follow/{userId}",
    ] {
        let left = rows.ask(&ada.client, route, &[&bob.id], Value::Null, 200).await;
        has(&left, "", "message");
    }
}

async fn connect(network: &TestNetwork, rows: &mut Rows, [ada, bob, cleo]: [&Person; 3]) {
    let (ask, end) = (
        "POST /social/connections/{userId}",
        "DELETE /social/connections/{userId}",
    );
    let (accept, decline) = (
        "POST /social/connections/{userId}/accept",
        "POST /social/connections/{userId}/decline",
    );
    let status = async |rows: &mut Rows, who: &Person, route: &str, whom: &Person| {
        text(
            &rows.ask(&who.client, route, &[&whom.id], Value::Null, 200).await,
            "/status",
        )
    };
    assert_eq!(status(rows, ada, ask, bob).await, "requested");
    for (who, direction) in [(ada, "out"), (bob, "in")] {
        let route = format!("GET /social/requests?direction={direction}");
        let waiting = rows.ask(&who.client, &route, &[], Value::Null, 200).await;
        assert_eq!(waiting["total"], 1, "{direction}");
        has(&waiting, "/requests/0", PERSON);
    }
    rows.ask(
        &bob.client,
        "GET /social/requests?direction=up",
        &[],
        Value::Null,
        400,
    )
    .await;
    assert_eq!(status(rows, bob, decline, ada).await, "none");
    assert_eq!(status(rows, ada, ask, bob).await, "requested");
    assert_eq!(status(rows, ada, end, bob).await, "none", "withdrawn");
    assert_eq!(status(rows, ada, ask, bob).await, "requested");
    assert_eq!(status(rows, bob, accept, ada).await, "connected");
    assert_eq!(status(rows, bob, ask, cleo).await, "requested");
    assert_eq!(status(rows, cleo, ask, bob).await, "connected", "both asked");
    let listed = rows
        .ask(&bob.client, "GET /social/connections", &[], Value::Null, 200)
        .await;
    assert_eq!(listed["total"], 2);
    has(&listed, "/connections/0", PERSON);
    network.settle().await;
    let suggested = rows
        .ask(&ada.client, "GET /social/suggestions", &[], Value::Null, 200)
        .await;
    has(&suggested, "/suggestions/0", PERSON);
    assert_eq!(suggested["suggestions"][0]["id"], cleo.id);
    assert_eq!(
        suggested["suggestions"][0]["shared"][0]["id"], bob.id,
        "who they share"
    );
}

async fn block(network: &TestNetwork, rows: &mut Rows, ada: &Person, bob: &Person) {
    let (block, unblock) = ("POST /social/blocks/{userId}", "DELETE /social/blocks/{userId}");
    for (who, whom) in [(ada, bob), (bob, ada)] {
        let path = format!("/api/social/follow/{}", whom.id);
        who.client.post(&path, json!({})).await.expect(200);
    }
    for _ in 0..2 {
        let blocked = rows.ask(&ada.client, block, &[&bob.id], Value::Null, 200).await;
        has(&blocked, "", "message");
    }
    let listed = rows
        .ask(&ada.client, "GET /social/blocks", &[], Value::Null, 200)
        .await;
    has(&listed, "/blocks/0", PERSON);
    network.settle().await;
    let between = ada
        .client
        .get(&format!("/api/social/relationship/{}", bob.id))
        .await
        .expect(200);
    assert_eq!(
        between,
        json!({ "following": false, "followedBy": false, "connection": "none", "blocked": true }),
        "both ways"
    );
    let refused = rows
        .answer(
            &bob.client,
            "POST /social/follow/{userId}",
            &[&ada.id],
            Value::Null,
        )
        .await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    for _ in 0..2 {
        rows.ask(&ada.client, unblock, &[&bob.id], Value::Null, 200).await;
    }
}
