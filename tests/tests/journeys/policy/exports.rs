//! What is handed out of all that is held about somebody: of an author's posts to the author alone.

use super::asks::Outcome;
use super::world::World;
use crate::leaving::export;
use serde_json::json;

/// Everybody who has a session asks for an export, and looks for every post of both authors in it.
pub(super) async fn ask_everybody(world: &World) -> Outcome {
    let mut outcome = Outcome::default();
    let asked = "/api/auth/account/export";
    let mut exports = Vec::new();
    for (name, person) in &world.askers {
        let answer = person.client.post(asked, json!({})).await;
        outcome.asked += 1;
        if *name == "sid" {
            assert_eq!(answer.refused(401), "UNAUTHENTICATED");
        } else {
            exports.push((*name, person, end_to_end::text(&answer.expect(202), "/id")));
        }
    }
    assert_eq!(
        world.network.nobody().post(asked, json!({})).await.refused(401),
        "UNAUTHENTICATED"
    );
    world.network.settle().await;
    for (name, person, id) in exports {
        let archive = export::fetch(person, &id).await;
        outcome.asked += 1;
        outcome.addresses.insert(format!("{asked}/{id}"));
        let all: Vec<_> = archive
            .iter()
            .map(|(path, bytes)| format!("{path} {}", String::from_utf8_lossy(bytes)))
            .collect();
        for author in [&world.ada, &world.sid] {
            for post in &author.posts {
                let is_own = author.person.id == person.id;
                // What its author removed is kept for moderators, and is the author's all the same.
                let is_told = all.iter().any(|file| file.contains(&post.word));
                let has_file = archive.keys().any(|path| path.contains(&post.media));
                outcome.asked += 2;
                if (is_told, has_file) != (is_own, is_own) {
                    let wrong = format!(
                        "the export of {name}: {} is told: {is_told}, its file: {has_file}",
                        post.word
                    );
                    outcome.wrong.push(wrong);
                }
            }
        }
    }
    outcome
}
