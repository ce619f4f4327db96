use crate::support::{Person, person, start};
use events::Event;
use events::social_graph::ConnectionState;
use serde_json::json;

async fn ask(who: &Person, whom: &Person, what: &str) -> serde_json::Value {
    let path = format!("/social/connections/{}{what}", whom.id());
    who.client.post(&path, json!({})).await.expect(200)["status"].clone()
}

async fn remove(who: &Person, whom: &Person) -> serde_json::Value {
    let path = format!("/social/connections/{}", whom.id());
    who.client.delete(&path).await.expect(200)["status"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_asked_and_asks_back_is_connected() {
    let app = start().await;
    let (ada, ben) = (person(&app, "ada").await, person(&app, "ben").await);
    assert_eq!(ask(&ada, &ben, "").await, "requested");
    assert_eq!(ask(&ada, &ben, "").await, "requested");
    let requests = ben.client.get("/social/requests").await.expect(200);
    assert_eq!(
        (&requests["total"], &requests["requests"][0]["id"]),
        (&json!(1), &json!(ada.id()))
    );
    let sent = ada.client.get("/social/requests?direction=out").await.expect(200);
    assert_eq!(sent["requests"][0]["username"], "ben");
    assert_eq!(
        ada.client.get("/social/requests?direction=in").await.expect(200)["total"],
        0
    );

    assert_eq!(ask(&ben, &ada, "").await, "connected");
    assert_eq!(ask(&ben, &ada, "/accept").await, "connected");
    for (one, other) in [(&ada, &ben), (&ben, &ada)] {
        let list = one.client.get("/social/connections").await.expect(200);
        assert_eq!(
            (&list["total"], &list["connections"][0]["id"]),
            (&json!(1), &json!(other.id()))
        );
    }
    assert_eq!(remove(&ada, &ben).await, "none");
    assert_eq!(
        ben.client.get("/social/connections").await.expect(200)["connections"],
        json!([])
    );

    let states: Vec<_> = app
        .published()
        .await
        .into_iter()
        .filter_map(|envelope| match envelope.event {
            Event::ConnectionChanged(connection) => Some((envelope.version, connection.state)),
            _ => None,
        })
        .collect();
    let asked = if ada.principal.account < ben.principal.account {
        ConnectionState::LowAsked
    } else {
        ConnectionState::HighAsked
    };
    assert_eq!(
        states,
        [
            (1, asked),
            (2, ConnectionState::Connected),
            (3, ConnectionState::None)
        ]
    );
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_accepted_declined_or_withdrawn() {
    let app = start().await;
    let (ada, ben) = (person(&app, "ada").await, person(&app, "ben").await);
    ask(&ada, &ben, "").await;
    assert_eq!(ask(&ben, &ada, "/decline").await, "none");
    assert_eq!(ask(&ben, &ada, "/decline").await, "none");
    ask(&ada, &ben, "").await;
    assert_eq!(remove(&ada, &ben).await, "none");
    let accept = format!("/social/connections/{}/accept", ada.id());
    assert_eq!(
        ben.client.post(&accept, json!({})).await.refused(404),
        "REQUEST_NOT_FOUND"
    );
    ask(&ben, &ada, "").await;
    // Who asks cannot answer for the other.
    assert_eq!(
        ben.client.post(&accept, json!({})).await.refused(404),
        "REQUEST_NOT_FOUND"
    );
    assert_eq!(ask(&ada, &ben, "/accept").await, "connected");
    let decline = format!("/social/connections/{}/decline", ben.id());
    assert_eq!(
        ada.client.post(&decline, json!({})).await.refused(409),
        "CONFLICT"
    );
    app.at_rest().await;
}

/// Two yeses at once are one connection.
#[tokio::test(flavor = "multi_thread")]
async fn both_ask_at_the_same_moment_and_are_connected_once() {
    let app = start().await;
    let (ada, ben) = (person(&app, "ada").await, person(&app, "ben").await);
    let (one, two) = tokio::join!(ask(&ada, &ben, ""), ask(&ben, &ada, ""));
    let mut statuses = [one, two];
    statuses.sort_by_key(ToString::to_string);
    assert_eq!(statuses, ["connected", "requested"]);
    let counts: Vec<_> = app
        .published()
        .await
        .into_iter()
        .filter_map(|envelope| match envelope.event {
            Event::RelationshipCountsChanged(counts) => Some(counts.connections),
            _ => None,
        })
        .collect();
    assert_eq!(counts, [1, 1]);
    app.at_rest().await;
}
