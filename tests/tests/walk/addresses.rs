//! Addresses of ours that stand in answers.

use crate::contract::{assert_nothing, brief};
use crate::document::operations;
use crate::fill::{self, Filler};
use crate::world::World;
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_an_answer_leads_somewhere() {
    let world = World::build().await;
    let picture = &world.things.media[0];
    let portrait = json!({ "avatarMediaId": picture, "bannerMediaId": picture });
    world
        .ada
        .client
        .patch("/api/users/me", portrait)
        .await
        .expect(200);
    world.network.settle().await;
    let filler = Filler::owner(&world);
    let mut addresses = BTreeSet::new();
    for operation in operations(&world.network)
        .await
        .iter()
        .filter(|one| one.method == Method::GET)
    {
        for ask in filler.requests(operation) {
            let answer = fill::send(&world.ada.client, &ask).await;
            collect(&answer.json, &mut addresses);
        }
    }
    assert!(
        addresses.len() >= 3,
        "picture, portrait and banner: {addresses:?}"
    );
    let mut found = Vec::new();
    for address in &addresses {
        let answer = world.ada.client.get(address).await;
        if !answer.status.is_success() && !answer.status.is_redirection() {
            found.push(format!("{address}: {}", brief(&answer)));
        }
    }
    assert_nothing(&found, "addresses that lead nowhere");
}

fn collect(json: &Value, addresses: &mut BTreeSet<String>) {
    match json {
        Value::Object(fields) => fields.values().for_each(|value| collect(value, addresses)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, addresses)),
        Value::String(text) if text.starts_with("/api/") => drop(addresses.insert(text.clone())),
        _ => {}
    }
}
