//! An operator who leaves: what they did stays, what they wrote goes, and nothing more is kept of them.

use crate::world::{Kept, World};
use chassis::Role;
use serde_json::json;

fn kept(operator: &str, detail: &str) -> Kept {
    Kept {
        operator: operator.to_owned(),
        action: "discard".to_owned(),
        detail: detail.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_did_outlives_them_without_their_words() {
    let world = World::start().await;
    world.dead(1..=2, "the oven is cold").await;
    let (ada, ada_id) = world.somebody(Role::Admin);
    let (bob, bob_id) = world.somebody(Role::Admin);
    for (who, letter, reason) in [(&ada, 1, "my cake"), (&bob, 2, "his bread")] {
        let path = format!("/admin/dead-letters/bakery:{letter}/discard");
        who.post(&path, json!({ "reason": reason })).await.expect(200);
    }
    let before = [
        kept(&ada_id, r#"{"id": "bakery/1", "reason": "my cake"}"#),
        kept(&bob_id, r#"{"id": "bakery/2", "reason": "his bread"}"#),
    ];
    assert_eq!(world.actions().await, before);
    world.erase(&ada_id).await;
    let [_, of_bob] = before;
    assert_eq!(
        world.actions().await,
        [kept(&ada_id, r#"{"id": "bakery/1"}"#), of_bob]
    );
    assert_eq!(
        world.deeds().await.len(),
        4,
        "the audit of all staff is told of both"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_asked_by_commands_and_what_was_asked_about_them_goes_with_them() {
    let world = World::start().await;
    let (ada, bob) = (world.somebody(Role::Admin).1, world.somebody(Role::Admin).1);
    world
        .sql(&format!(
            "INSERT INTO orchestrator.interaction (id, who, about, command, correlation_id, asked_at, expires_at, progress) \
             SELECT n, who, about, 'suspend', gen_random_uuid(), now(), now() + interval '1 hour', 'asked' \
             FROM (VALUES ('1', '{ada}', NULL), ('2', '{bob}', '{ada}'), ('3', '{bob}', NULL)) AS asked (n, who, about); \
             INSERT INTO orchestrator.conversation (id, who, contents, version, expires_at) \
             VALUES (gen_random_uuid(), '{ada}', '{{}}', gen_random_uuid(), now() + interval '1 hour')"
        ))
        .await;
    world.erase(&ada).await;
    assert_eq!(world.count("orchestrator.interaction").await, 1);
    let of_bob = format!("orchestrator.interaction WHERE who = '{bob}' AND about IS NULL");
    assert_eq!(world.count(&of_bob).await, 1);
    assert_eq!(world.count("orchestrator.conversation").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_erased_does_nothing_more_with_what_is_left_of_their_session() {
    let world = World::start().await;
    world.dead(1..=1, "the oven is cold").await;
    let (ada, id) = world.somebody(Role::Admin);
    world.erase(&id).await;
    let path = "/admin/dead-letters/bakery:1";
    let answer = ada
        .post(&format!("{path}/discard"), json!({ "reason": "late" }))
        .await;
    assert_eq!(answer.refused(401), "UNAUTHENTICATED");
    let answer = ada.post(&format!("{path}/replay"), json!({})).await;
    assert_eq!(answer.refused(401), "UNAUTHENTICATED");
    let answer = ada.get(&format!("{path}?reveal=true")).await;
    assert_eq!(answer.refused(401), "UNAUTHENTICATED");
    assert_eq!(world.count("bus.bakery_dead").await, 1, "it is still dead");
    assert_eq!(world.actions().await, []);
}
