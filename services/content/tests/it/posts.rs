//! Posts: written, read, changed, removed, and refused.

use crate::stage::{Stage, all, card, id_of};
use events::content::Visibility;
use events::identity::AccountState;
use events::{Event, MediaId, PostId};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_published_and_everybody_reads_the_same() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let file = stage.file_of(&alice).await;
    let ask = json!({
        "content": " A walk\r\nin the rain. ", "visibility": "public", "mediaIds": [file], "tags": ["#Voice", "voice", "Zürich"],
    });
    let answer = alice.post("/posts", ask).await.expect(201);
    let path = format!("/posts/{}", id_of(&answer["post"]));
    assert_eq!(answer["post"], stage.app.anonymous().get(&path).await.expect(200));
    insta::assert_json_snapshot!(answer, {
        ".post.id" => "[post]", ".post.authorId" => "[alice]", ".post.author.id" => "[alice]",
        ".post.media[].id" => "[file]", ".post.media[].url" => "[address of file]",
        ".post.media[].thumbnailUrl" => "[thumbnail of file]", ".post.mediaUrls[]" => "[address of file]",
        ".post.createdAt" => "[time]", ".post.updatedAt" => "[time]",
    });
    assert_eq!(
        answer["post"]["mediaUrls"],
        json!([format!("/api/media/{file}/content")])
    );
    let created = answer["post"]["createdAt"].as_str().unwrap();
    assert!(
        created.ends_with('Z') && created.len() == "2026-01-02T03:04:05.678Z".len(),
        "{created}"
    );
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_changes_a_post_and_what_is_left_out_stays() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let (one, two) = (stage.file_of(&alice).await, stage.file_of(&alice).await);
    let ask = json!({"content": "Rain.", "visibility": "public", "tags": ["rain"], "mediaIds": [one, two]});
    let written = alice.post("/posts", ask).await.expect(201)["post"].clone();
    let path = format!("/posts/{}", id_of(&written));

    let edited = alice.patch(&path, json!({"content": "Sun."})).await.expect(200)["post"].clone();
    assert_eq!(edited["content"], "Sun.");
    for field in ["tags", "mediaUrls", "visibility", "createdAt"] {
        assert_eq!(edited[field], written[field], "{field}");
    }
    assert_eq!(edited["updatedAt"], edited["editedAt"]);

    let ask = json!({"visibility": "private", "tags": [], "mediaIds": [two, one]});
    let edited = alice.patch(&path, ask).await.expect(200)["post"].clone();
    assert_eq!(
        (&edited["visibility"], &edited["tags"]),
        (&json!("private"), &json!([]))
    );
    assert_eq!(all(&edited["media"], "id"), [two.to_string(), one.to_string()]);
    assert_eq!(edited, alice.get(&path).await.expect(200));
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_changes_nothing_leaves_no_trace() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let id = alice.publishes("Rain.", Visibility::Public).await;
    let before = stage.app.published().await.len();
    for ask in [
        json!({}),
        json!({"content": " Rain. ", "visibility": "public", "tags": [], "mediaIds": []}),
    ] {
        let post = alice.patch(&format!("/posts/{id}"), ask).await.expect(200)["post"].clone();
        assert!(post["editedAt"].is_null(), "{post}");
    }
    assert_eq!(stage.app.published().await.len(), before);
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_post_is_gone_with_everything_below_it() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    let id = alice.publishes("Rain.", Visibility::Public).await;
    let comment = bob.comments(&id, "How lovely.").await;
    bob.reacts(&id, "love").await;

    alice.delete(&format!("/posts/{id}")).await.expect(200);
    let gone = [
        alice.get(&format!("/posts/{id}")).await,
        alice.get(&format!("/posts/{id}/comments")).await,
        alice.get(&format!("/posts/{id}/reactions")).await,
        alice
            .patch(&format!("/posts/{id}"), json!({"content": "x"}))
            .await,
        alice.delete(&format!("/posts/{id}")).await,
        bob.put(&format!("/posts/{id}/reaction"), json!({"type": "like"}))
            .await,
        bob.delete(&format!("/posts/{id}/reaction")).await,
        bob.post(&format!("/posts/{id}/comments"), json!({"content": "x"}))
            .await,
        bob.patch(
            &format!("/posts/{id}/comments/{comment}"),
            json!({"content": "x"}),
        )
        .await,
        bob.delete(&format!("/posts/{id}/comments/{comment}")).await,
    ];
    for answer in gone {
        assert_eq!(answer.refused(404), "POST_NOT_FOUND");
    }
    let own = alice.get("/users/alice/posts").await.expect(200);
    assert_eq!(own, json!({"posts": [], "total": 0}));
    for feed in ["/posts", "/posts/feed"] {
        assert_eq!(alice.get(feed).await.expect(200), json!({"posts": []}), "{feed}");
    }
    let texts = "SELECT count(*) FROM comment WHERE content <> ''";
    assert_eq!(
        stage.number(texts).await,
        0,
        "texts of what was below it are wiped"
    );
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_with_a_post_is_said_at_once() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let fields = |answer: &Value| -> Vec<String> {
        all(&answer["details"], "field")
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    let twice = MediaId::new();
    let ask = json!({"content": " ", "visibility": "public", "tags": ["a b"], "mediaIds": [twice, twice]});
    let answer = alice.post("/posts", ask).await.expect(400);
    assert_eq!(fields(&answer), ["content", "tags", "mediaIds"]);

    let post = json!({"content": "x", "visibility": "public"});
    let with = |field: &str, value: Value| {
        let mut ask = post.clone();
        ask[field] = value;
        ask
    };
    let ids = |count: usize| (0..count).map(|_| MediaId::new()).collect::<Vec<_>>();
    let tags = |count: usize| (0..count).map(|n| format!("tag{n}")).collect::<Vec<_>>();
    for (field, value) in [
        ("content", json!("x".repeat(5_001))),
        ("content", json!("bell\u{7}")),
        ("content", json!(7)),
        ("visibility", json!("friends")),
        ("tags", json!(tags(11))),
        ("tags", json!(["#"])),
        ("tags", json!(["x".repeat(51)])),
        ("mediaIds", json!(ids(11))),
    ] {
        let answer = alice.post("/posts", with(field, value.clone())).await.expect(400);
        assert_eq!(fields(&answer), [field], "{field} {value}");
    }
    let answer = alice.post("/posts", with("mediaIds", json!(["x"]))).await;
    assert_eq!(answer.refused(400), "VALIDATION_ERROR");
    for fine in [
        json!({"content": "For everybody."}),
        with("content", json!("ü".repeat(5_000))),
        with("tags", json!(tags(10))),
        with("tags", json!(["ü".repeat(50), "声優", "voice-over", "take_2"])),
    ] {
        alice.post("/posts", fine).await.expect(201);
    }
    assert_eq!(
        stage.app.anonymous().post("/posts", post).await.refused(401),
        "UNAUTHENTICATED"
    );
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_and_what_is_no_id_are_told_apart() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let nowhere = PostId::new();
    assert_eq!(
        alice.get(&format!("/posts/{nowhere}")).await.refused(404),
        "POST_NOT_FOUND"
    );
    assert_eq!(alice.get("/posts/nowhere").await.refused(400), "VALIDATION_ERROR");
    assert_eq!(
        alice.get("/users/nobody/posts").await.refused(404),
        "USER_NOT_FOUND"
    );
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_is_shown_before_and_after_their_events_come() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let path = format!("/posts/{}", alice.publishes("Rain.", Visibility::Public).await);
    let shown = async || {
        let author = alice.get(&path).await.expect(200)["author"].clone();
        (
            author["username"].clone(),
            author["displayName"].clone(),
            author["avatarUrl"].clone(),
        )
    };
    assert_eq!(shown().await, (json!("alice"), json!("alice"), Value::Null));

    stage.account(&alice, 1, AccountState::Active).await;
    let picture = MediaId::new();
    let mut profile = card(alice.id(), "alice", "Alice Rain");
    profile.avatar_media_id = Some(picture);
    stage.app.consume(1, Event::ProfileChanged(profile)).await;
    let address = format!("/api/media/{picture}/content?size=thumb");
    assert_eq!(
        shown().await,
        (json!("alice"), json!("Alice Rain"), json!(address))
    );
    stage.app.at_rest().await;
}
