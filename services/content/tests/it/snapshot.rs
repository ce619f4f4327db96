//! What this service tells who asks for all of it.

use crate::stage::Stage;
use events::Event;
use events::content::Visibility;
use serde_json::json;
use std::collections::BTreeMap;

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_the_newest_of_every_post_its_counts_and_those_that_are_gone() {
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
    alice.reacts(&kept, "love").await;
    alice.comments(&kept, "Still here.").await;

    let mut newest = BTreeMap::new();
    for envelope in stage.app.published().await {
        let is_told = match &envelope.event {
            Event::PostChanged(_) | Event::PostRemoved(_) => true,
            Event::PostCountsChanged(counts) => counts.post_id.to_string() != removed,
            _ => false,
        };
        if is_told {
            newest.insert(envelope.subject, (envelope.version, envelope.event));
        }
    }
    let snapshot = stage.app.service.snapshot.clone().unwrap();
    let page = snapshot(None).await.unwrap();
    let told: BTreeMap<_, _> = page
        .envelopes
        .into_iter()
        .map(|envelope| (envelope.subject, (envelope.version, envelope.event)))
        .collect();
    assert_eq!(told, newest);
    assert_eq!((told.len(), page.next), (4, None));

    let after = snapshot(Some(kept)).await.unwrap();
    assert_eq!(after.envelopes.len(), 2, "a page goes on behind its cursor");
    assert!(snapshot(Some("nowhere".to_owned())).await.is_err());
    stage.app.at_rest().await;
}
