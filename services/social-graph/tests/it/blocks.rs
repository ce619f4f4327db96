use crate::support::{kinds, person, start};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_block_ends_everything_both_ways_at_once() {
    let app = start().await;
    let (ada, ben) = (person(&app, "ada").await, person(&app, "ben").await);
    for (who, whom) in [(&ada, &ben), (&ben, &ada)] {
        let follow = format!("/social/follow/{}", whom.id());
        who.client.post(&follow, json!({})).await.expect(200);
        let connect = format!("/social/connections/{}", whom.id());
        who.client.post(&connect, json!({})).await.expect(200);
    }
    let before = kinds(&app).await.len();
    let block = format!("/social/blocks/{}", ben.id());
    let first = ada.client.post(&block, json!({})).await.expect(200);
    assert_eq!(ada.client.post(&block, json!({})).await.expect(200), first);
    assert_eq!(
        kinds(&app).await[before..],
        [
            "social-graph.unfollowed.v1",
            "social-graph.unfollowed.v1",
            "social-graph.blocked.v1",
            "social-graph.connection-changed.v1",
            "social-graph.relationship-counts-changed.v1",
            "social-graph.relationship-counts-changed.v1",
        ]
    );
    let seen = ada
        .client
        .get(&format!("/social/relationship/{}", ben.id()))
        .await;
    assert_eq!(
        seen.expect(200),
        json!({"following": false, "followedBy": false, "connection": "none", "blocked": true})
    );
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_block_nothing_begins_until_it_is_lifted() {
    let app = start().await;
    let (ada, ben) = (person(&app, "ada").await, person(&app, "ben").await);
    let block = format!("/social/blocks/{}", ben.id());
    ada.client.post(&block, json!({})).await.expect(200);
    for (who, whom) in [(&ada, &ben), (&ben, &ada)] {
        for path in ["follow", "connections"] {
            let path = format!("/social/{path}/{}", whom.id());
            assert_eq!(who.client.post(&path, json!({})).await.refused(403), "BLOCKED");
        }
        let theirs = format!("/social/followers?userId={}", whom.id());
        assert_eq!(who.client.get(&theirs).await.refused(403), "BLOCKED");
    }
    let blocks = ada.client.get("/social/blocks").await.expect(200);
    assert_eq!(
        (&blocks["total"], &blocks["blocks"][0]["username"]),
        (&json!(1), &json!("ben"))
    );
    // Who is blocked is not told by a list.
    assert_eq!(ben.client.get("/social/blocks").await.expect(200)["total"], 0);

    // Only who blocks can lift it.
    let other = format!("/social/blocks/{}", ada.id());
    ben.client.delete(&other).await.expect(200);
    let follow = format!("/social/follow/{}", ada.id());
    assert_eq!(ben.client.post(&follow, json!({})).await.refused(403), "BLOCKED");
    ada.client.delete(&block).await.expect(200);
    ben.client.post(&follow, json!({})).await.expect(200);
    app.at_rest().await;
}
