//! The public feed and the home feed.

use crate::stage::{Stage, all, id_of};
use events::content::Visibility;
use events::identity::AccountState;
use events::social_graph::ConnectionState;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_public_feed_is_read_by_tag_and_by_author() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    for (person, content, tags) in [
        (&alice, "one", json!(["voice"])),
        (&bob, "two", json!(["voice", "stage"])),
        (&alice, "three", json!(["stage"])),
        (&bob, "four", json!([])),
    ] {
        let ask = json!({"content": content, "visibility": "public", "tags": tags});
        person.post("/posts", ask).await.expect(201);
    }
    let tagged = json!({"content": "secret", "visibility": "private", "tags": ["voice"]});
    alice.post("/posts", tagged).await.expect(201);

    let nobody = stage.app.anonymous();
    let id = alice.id();
    for (query, expected) in [
        ("", vec!["four", "three", "two", "one"]),
        ("?tag=voice", vec!["two", "one"]),
        ("?tag=%23Voice", vec!["two", "one"]),
        ("?tag=unknown", vec![]),
        (&format!("?authorId={id}"), vec!["three", "one"]),
        (&format!("?authorId={id}&tag=voice"), vec!["one"]),
    ] {
        for client in [&*alice, &nobody] {
            let list = client.get(&format!("/posts{query}")).await.expect(200);
            assert_eq!(all(&list["posts"], "content"), expected, "{query}");
        }
    }
    for wrong in [
        "tag=a%20b",
        "tag=",
        "authorId=x",
        "limit=0",
        "limit=NaN",
        "cursor=x",
        "tag=%00",
    ] {
        assert_eq!(
            nobody.get(&format!("/posts?{wrong}")).await.refused(400),
            "VALIDATION_ERROR",
            "{wrong}"
        );
    }
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tags_feed_follows_what_becomes_of_posts() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let ask = json!({"content": "Rain.", "visibility": "public", "tags": ["rain", "song"]});
    let path = format!(
        "/posts/{}",
        id_of(&alice.post("/posts", ask).await.expect(201)["post"])
    );
    let found = async |tag: &str| {
        let list = alice.get(&format!("/posts?tag={tag}")).await.expect(200);
        list["posts"].as_array().unwrap().len()
    };
    assert_eq!((found("rain").await, found("song").await), (1, 1));
    alice
        .patch(&path, json!({"tags": ["song", "sun"]}))
        .await
        .expect(200);
    assert_eq!(
        (found("rain").await, found("song").await, found("sun").await),
        (0, 1, 1)
    );
    for (visibility, expected) in [("followers", 0), ("public", 1)] {
        alice
            .patch(&path, json!({"visibility": visibility}))
            .await
            .expect(200);
        assert_eq!(found("sun").await, expected, "{visibility}");
    }
    alice.delete(&path).await.expect(200);
    assert_eq!((found("song").await, found("sun").await), (0, 0));
    assert_eq!(stage.number("SELECT count(*) FROM post_tag").await, 0);
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_home_feed_has_the_posts_of_ones_circle_once_each_and_newest_first() {
    let stage = Stage::new().await;
    let (me, followed, both) = (stage.person("me"), stage.person("followed"), stage.person("both"));
    let (connected, stranger) = (stage.person("connected"), stage.person("stranger"));
    stage.follows(&me, &followed, 1).await;
    stage.follows(&me, &both, 1).await;
    stage.connected(&me, &both, 1, ConnectionState::Connected).await;
    stage
        .connected(&connected, &me, 1, ConnectionState::Connected)
        .await;
    stage.follows(&stranger, &me, 1).await;
    let mut expected = Vec::new();
    for round in 0..3 {
        for person in [&me, &followed, &both, &connected, &stranger] {
            let content = format!("{} {round}", person.principal.username);
            person.publishes(&content, Visibility::Public).await;
            if person.id() != stranger.id() {
                expected.insert(0, content);
            }
        }
    }
    let feed = me.get("/posts/feed").await.expect(200);
    assert_eq!(all(&feed["posts"], "content"), expected);
    let empty = stage.person("new").get("/posts/feed").await.expect(200);
    assert_eq!(empty, json!({"posts": []}));
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_home_feed_is_cut_right_among_more_people_than_it_holds() {
    let stage = Stage::new().await;
    let me = stage.person("me");
    let mut people = Vec::new();
    for n in 0..6 {
        let person = stage.person(&format!("person{n}"));
        stage.follows(&me, &person, 1).await;
        people.push(person);
    }
    let mut expected = Vec::new();
    // The first is far ahead with many posts, some posts may not be seen, and one has none to be seen.
    for (author, visibility) in [
        (1, Visibility::Public),
        (2, Visibility::Public),
        (3, Visibility::Private),
        (4, Visibility::Followers),
        (1, Visibility::Private),
        (5, Visibility::Public),
        (2, Visibility::Connections),
        (0, Visibility::Public),
        (0, Visibility::Followers),
        (0, Visibility::Public),
        (0, Visibility::Public),
    ] {
        let content = format!("{author} {}", expected.len());
        people[author].publishes(&content, visibility).await;
        if matches!(visibility, Visibility::Public | Visibility::Followers) {
            expected.insert(0, content);
        }
    }
    for limit in 1..=expected.len() {
        let feed = me.get(&format!("/posts/feed?limit={limit}")).await.expect(200);
        assert_eq!(all(&feed["posts"], "content"), expected[..limit], "{limit}");
        assert_eq!(feed["nextCursor"].is_null(), limit == expected.len(), "{limit}");
    }
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_is_found_by_user_name_in_any_case_and_by_the_newest_name() {
    let stage = Stage::new().await;
    let mut alice = stage.person("Alice_1");
    let own = alice.get("/users/alice_1/posts").await.expect(200);
    assert_eq!(
        own,
        json!({"posts": [], "total": 0}),
        "before anything is known of her"
    );
    alice.publishes("Rain.", Visibility::Public).await;
    for name in ["alice_1", "ALICE_1", "Alice_1"] {
        let list = stage
            .app
            .anonymous()
            .get(&format!("/users/{name}/posts"))
            .await
            .expect(200);
        assert_eq!(list["total"], 1, "{name}");
    }
    alice.principal.username = "alice_rain".to_owned();
    stage.account(&alice, 2, AccountState::Active).await;
    let nobody = stage.app.anonymous();
    assert_eq!(
        nobody.get("/users/alice_rain/posts").await.expect(200)["total"],
        1
    );
    assert_eq!(
        nobody.get("/users/alice_1/posts").await.refused(404),
        "USER_NOT_FOUND"
    );
    // The old name is free, and another takes it.
    let other = stage.person("alice_1");
    stage.account(&other, 1, AccountState::Active).await;
    assert_eq!(
        nobody.get("/users/alice_1/posts").await.expect(200),
        json!({"posts": [], "total": 0})
    );
    stage.app.at_rest().await;
}
