//! Long texts cost little more than short ones, whatever is asked.

use crate::world::World;
use serde_json::json;

const WORDS: [&str; 12] = [
    "abcd", "bcde", "cdef", "defg", "efgh", "fghi", "ghij", "hijk", "ijkl", "jklm", "klmn", "lmno",
];

/// As long as posts may be, of few words, so that each stands in many places.
fn long(number: usize) -> String {
    let words = (0..990).map(|place| WORDS[(place * (number + 5) + place / 12) % WORDS.len()]);
    words.collect::<Vec<_>>().join(" ")
}

/// The server ends a statement after ten seconds. These took so long, each, when the places of all words were weighed
/// against each other, and each text was held against each word that may have been meant.
#[tokio::test(flavor = "multi_thread")]
async fn the_costliest_searches_in_the_longest_posts_are_answered() {
    let world = World::new().await;
    let ana = world.person("ana", |_| {}).await;
    for number in 0..100 {
        world.post(&ana, &long(number), |_| {}).await;
    }
    let as_typed = [WORDS, WORDS, WORDS].concat().join("+");
    let mistyped = |word: &&str| word.chars().take(3).chain(['q']).collect::<String>();
    let mistyped = WORDS.iter().take(8).map(mistyped);
    let mistyped = mistyped.collect::<Vec<_>>().join("+");
    for q in [&as_typed, &mistyped, "abcq", &format!("%22abcd%22+{as_typed}")] {
        let found = world
            .nobody
            .get(&format!("/search/posts?q={q}&limit=100"))
            .await
            .expect(200);
        assert_eq!(found["total"], json!(100), "{q}");
        for post in found["posts"].as_array().unwrap() {
            let excerpt = post["excerpt"].as_str().unwrap();
            assert!(excerpt.contains("<mark>abcd</mark>"), "{excerpt}");
        }
    }
}
