//! Whatever is typed is answered: signs that mean something to a search engine, too.

use crate::world::World;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use url::form_urlencoded::byte_serialize;

const PATHS: [&str; 4] = ["/search", "/search/users", "/search/posts", "/search/suggest"];

async fn answers(world: &World, said: &str) {
    for path in PATHS {
        let query: String = byte_serialize(said.as_bytes()).collect();
        let answer = world.nobody.get(&format!("{path}?q={query}")).await;
        assert!(
            matches!(answer.status.as_u16(), 200 | 400),
            "{path} {said:?}: {}",
            answer.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_without_words_are_no_failure_of_ours() {
    let world = World::new().await;
    let ana = world.person("ana", |_| {}).await;
    world.post(&ana, "a well-known voice, not a choir", |_| {}).await;
    for sign in [
        "-", "\"", "-\"", "-\"\"", "(-", "- ", "or ", "-or ", "\"-", "!", "-!", "-a ", "-\"a\" ", "a-",
        "or -", "-\\", "<->", "&-",
    ] {
        for said in [
            sign.repeat(200 / sign.len()),
            format!("\"voice \" {}", sign.repeat(150 / sign.len())),
            format!("a {}b", sign.repeat(150 / sign.len())),
        ] {
            answers(&world, &said).await;
        }
    }
    // They still mean what they say.
    let found = async |said: &str| {
        let query: String = byte_serialize(said.as_bytes()).collect();
        let found = world
            .nobody
            .get(&format!("/search/posts?q={query}"))
            .await
            .expect(200);
        found["total"].as_i64().unwrap()
    };
    for said in [
        "well-known voice",
        "voice -rain",
        "voice --rain",
        "voice - rain or choir",
        "voice -\"a choir of\"",
        "-rain voice",
        "voice -",
    ] {
        assert_eq!(found(said).await, 1, "{said}");
    }
    for said in [
        "voice -choir",
        "voice --choir",
        "voice -\"a choir\"",
        "-choir voice",
        "rain -- snow",
    ] {
        assert_eq!(found(said).await, 0, "{said}");
    }
}

#[test]
fn any_signs_in_any_order_are_answered() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let world = runtime.block_on(World::new());
    // The answer says what was asked. A blank before "@" keeps that from being an e-mail address, which no answer may tell.
    let part = prop::sample::select(vec![
        "-", "\"", " ", "a", "rain", "or", "(", ")", "!", "&", "|", ":", "*", "<", ">", "'", "\\", ".", " @",
        "1", "é", "\u{300}", "/", "_",
    ]);
    let mut runner = TestRunner::new(Config {
        cases: 100,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&prop::collection::vec(part, 1..50), |parts| {
        runtime.block_on(answers(&world, &parts.concat()));
        Ok(())
    });
    outcome.unwrap();
}
