//! What this service tells who asks for all of it.

use crate::support::{cards, person, start};
use chassis::SnapshotPage;
use events::Event;
use serde_json::json;
use std::collections::BTreeMap;
use testkit::TestService;

async fn pages(app: &TestService) -> Vec<SnapshotPage> {
    let tell = profile::MANIFEST.snapshot.unwrap();
    let (mut pages, mut from) = (Vec::new(), None);
    loop {
        let page = tell(app.service.database.clone(), from).await.unwrap();
        from = page.next.clone();
        pages.push(page);
        if from.is_none() {
            return pages;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_the_newest_card_of_everybody() {
    let app = start().await;
    assert!(pages(&app).await.iter().all(|page| page.envelopes.is_empty()));
    for number in 0..203 {
        let somebody = person(&app, &format!("person_{number}")).await;
        if number % 50 == 0 {
            for title in ["Narrator, The Long Way", "Director, Snow"] {
                let ask = json!({"title": title, "role": "lead"});
                somebody.client.post("/users/me/credits", ask).await.expect(201);
            }
            let ask =
                json!({"title": "Voice actor", "location": "Zürich", "privacy": {"showLocation": false}});
            somebody.client.patch("/users/me", ask).await.expect(200);
        }
    }
    let published: BTreeMap<_, _> = cards(&app)
        .await
        .into_iter()
        .map(|(version, card)| (card.account_id, (version, card)))
        .collect();
    let pages = pages(&app).await;
    assert_eq!(
        pages.iter().map(|page| page.envelopes.len()).collect::<Vec<_>>(),
        [200, 3]
    );
    let told: BTreeMap<_, _> = pages
        .into_iter()
        .flat_map(|page| page.envelopes)
        .map(|envelope| match envelope.event {
            Event::ProfileChanged(card) => (card.account_id, (envelope.version, card)),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, published);
    let tell = profile::MANIFEST.snapshot.unwrap();
    let nowhere = tell(app.service.database.clone(), Some("nowhere".to_owned()));
    assert!(nowhere.await.is_err());
    app.at_rest().await;
}
