//! What this service tells who asks for all of it.

use crate::stage::Stage;
use events::Event;
use events::content::Visibility;
use serde_json::json;
use std::collections::BTreeMap;

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_the_newest_of_every_post_what_it_was_given_and_those_that_are_gone() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let file = stage.file_of(&alice).await;
    let (kept, edited, removed) = (
        alice.publishes("Kept.", Visibility::Public).await,
        alice.publishes("Edited.", Visibility::Followers).await,
        alice.publishes("Removed.", Visibility::Public).await,
    );
    let edit = json!({"content": "Edited again.", "tags": ["rain"], "mediaIds": [file]});
    alice.patch(&format!("/posts/{edited}"), edit).await.expect(200);
    alice.delete(&format!("/posts/{removed}")).await.expect(200);
    alice.comments(&kept, "Still here.").await;
    alice.reacts(&kept, "love").await;

    let mut newest = BTreeMap::new();
    for envelope in stage.app.published().await {
        let is_told = match &envelope.event {
            Event::PostChanged(_) | Event::PostRemoved(_) => true,
            Event::PostCountsChanged(counts) => counts.post_id.to_string() != removed,
            Event::ReactionChanged(_) => true,
            _ => false,
        };
        if is_told {
            newest.insert(envelope.subject, (envelope.version, envelope.event));
        }
    }
    let tell = content::MANIFEST.snapshot.unwrap();
    let snapshot = |from| tell(stage.app.service.database.clone(), from);
    let (mut told, mut from, mut is_first) = (BTreeMap::new(), None, true);
    while is_first || from.is_some() {
        let page = snapshot(from).await.unwrap();
        let envelopes = page.envelopes.into_iter();
        told.extend(envelopes.map(|envelope| (envelope.subject, (envelope.version, envelope.event))));
        (from, is_first) = (page.next, false);
    }
    assert_eq!(told, newest);
    assert_eq!(told.len(), 5);

    let after = snapshot(Some(kept.clone())).await.unwrap();
    assert_eq!(after.envelopes.len(), 2, "a page goes on behind its cursor");
    let after = snapshot(Some(format!("reactions {kept} {}", alice.id())))
        .await
        .unwrap();
    assert_eq!(after.envelopes.len(), 0);
    for nowhere in ["nowhere", "reactions nowhere", "reactions a b", ""] {
        assert!(snapshot(Some(nowhere.to_owned())).await.is_err(), "{nowhere}");
    }
    stage.app.at_rest().await;
}
