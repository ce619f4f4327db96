//! The table "Content".

use super::{Rows, has, has_not};
use end_to_end::{TestNetwork, text};
use serde_json::{Value, json};

const POST: &str = "id authorId author content mediaUrls media tags visibility createdAt updatedAt likeCount \
    reactionCounts commentCount isLikedByCurrentUser myReaction";
const AUTHOR: &str = "id username displayName avatarUrl";

#[tokio::test(flavor = "multi_thread")]
async fn posts_answer_as_their_table_says() {
    let network = TestNetwork::start().await;
    let mut rows = Rows::default();
    let (ada, bob) = (network.sign_up("ada").await, network.sign_up("bob").await);
    network.settle().await;
    let (nobody, ada, bob) = (network.nobody(), ada.client, bob.client);
    let ask = json!({ "content": "A walk", "visibility": "public", "tags": ["Radio"] });
    let made = rows.ask(&ada, "POST /posts", &[], ask, 201).await;
    has(&made, "", "message post");
    has(&made, "/post", POST);
    has(&made, "/post/author", AUTHOR);
    has(&made, "/post/reactionCounts", "like love applause insight");
    has_not(&made, "/post", "editedAt");
    let id = text(&made, "/post/id");
    let unknown = json!({ "content": "A walk", "visibility": "public", "mediaIds": ["0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77"] });
    let unknown = rows.answer(&ada, "POST /posts", &[], unknown).await;
    assert!(unknown.headers.contains_key("retry-after"));
    assert_eq!(unknown.refused(409), "MEDIA_NOT_READY");

    let shown = rows
        .ask(&nobody, "GET /posts/{id}", &[&id], Value::Null, 200)
        .await;
    has(&shown, "", POST);
    let edit = json!({ "content": "A long walk", "tags": ["walks"] });
    let edited = rows
        .ask(&ada, "PATCH /posts/{id}", &[&id], edit.clone(), 200)
        .await;
    has(&edited, "/post", "editedAt");
    assert_eq!(edited["post"]["updatedAt"], edited["post"]["editedAt"]);
    let foreign = rows.answer(&bob, "PATCH /posts/{id}", &[&id], edit.clone()).await;
    assert_eq!(foreign.refused(403), "FORBIDDEN");
    let foreign = rows.answer(&bob, "DELETE /posts/{id}", &[&id], Value::Null).await;
    assert_eq!(foreign.refused(403), "FORBIDDEN");
    let public = rows
        .ask(&nobody, "GET /posts?tag=WALKS", &[], Value::Null, 200)
        .await;
    has(&public, "/posts/0", POST);
    let by = text(&made, "/post/authorId");
    let theirs = rows
        .ask(
            &nobody,
            &format!("GET /posts?authorId={by}"),
            &[],
            Value::Null,
            200,
        )
        .await;
    assert_eq!(theirs["posts"].as_array().map(Vec::len), Some(1));
    let home = rows.ask(&ada, "GET /posts/feed", &[], Value::Null, 200).await;
    has(&home, "/posts/0", POST);
    rows.ask(&nobody, "GET /posts/feed", &[], Value::Null, 401).await;

    for (reaction, likes) in [("love", 0), ("applause", 0), ("insight", 0), ("like", 1)] {
        let ask = json!({ "type": reaction });
        let noted = rows.ask(&bob, "PUT /posts/{id}/reaction", &[&id], ask, 200).await;
        assert_eq!(
            (&noted["myReaction"], &noted["reactionCounts"]["like"]),
            (&json!(reaction), &json!(likes))
        );
        let sum: i64 = noted["reactionCounts"]
            .as_object()
            .into_iter()
            .flat_map(|counts| counts.values())
            .filter_map(Value::as_i64)
            .sum();
        assert_eq!(sum, 1, "one per person");
    }
    rows.ask(
        &bob,
        "PUT /posts/{id}/reaction",
        &[&id],
        json!({ "type": "anger" }),
        400,
    )
    .await;
    let liked = bob.get(&format!("/api/posts/{id}")).await.expect(200);
    assert_eq!(
        (
            &liked["likeCount"],
            &liked["isLikedByCurrentUser"],
            &liked["myReaction"]
        ),
        (&json!(1), &json!(true), &json!("like"))
    );
    for (query, number) in [("", 1), ("?type=like", 1), ("?type=love", 0)] {
        let who = rows
            .ask(
                &nobody,
                &format!("GET /posts/{{id}}/reactions{query}"),
                &[&id],
                Value::Null,
                200,
            )
            .await;
        assert_eq!(who["reactions"].as_array().map(Vec::len), Some(number), "{query}");
        if number == 1 {
            has(&who, "/reactions/0", "user type createdAt");
        }
    }
    let gone = rows
        .ask(&bob, "DELETE /posts/{id}/reaction", &[&id], Value::Null, 200)
        .await;
    assert_eq!(
        (&gone["myReaction"], &gone["reactionCounts"]["like"]),
        (&Value::Null, &json!(0))
    );

    let reported = json!({ "reason": "Spam", "description": "Much of it" });
    let reported = rows
        .ask(&bob, "POST /posts/{id}/report", &[&id], reported, 201)
        .await;
    has(&reported, "", "message report");
    comment(&mut rows, &[&ada, &bob, &nobody], &id).await;

    rows.ask(&ada, "DELETE /posts/{id}", &[&id], Value::Null, 200)
        .await;
    for client in [&ada, &bob, &nobody] {
        let gone = rows.answer(client, "GET /posts/{id}", &[&id], Value::Null).await;
        assert_eq!(gone.refused(404), "POST_NOT_FOUND");
    }
    let gone = rows.answer(&bob, "PATCH /posts/{id}", &[&id], edit.clone()).await;
    assert_eq!(gone.refused(404), "POST_NOT_FOUND", "as GET");
    let ask = json!({ "content": "For me", "visibility": "private" });
    let private = text(&ada.post("/api/posts", ask).await.expect(201), "/post/id");
    for (client, status) in [(&ada, 200), (&bob, 403), (&nobody, 401)] {
        rows.ask(client, "GET /posts/{id}", &[&private], Value::Null, status)
            .await;
        rows.ask(client, "PATCH /posts/{id}", &[&private], edit.clone(), status)
            .await;
    }
    rows.end(&network, &["/posts"]).await;
}

async fn comment(rows: &mut Rows, [ada, bob, nobody]: &[&testkit::Client; 3], post: &str) {
    let (list, write) = ("GET /posts/{id}/comments", "POST /posts/{id}/comments");
    let said = rows
        .ask(bob, write, &[post], json!({ "content": "Lovely" }), 201)
        .await;
    has(&said, "", "message comment");
    has(&said, "/comment", "id postId author content createdAt");
    has(&said, "/comment/author", AUTHOR);
    has_not(&said, "/comment", "parentId editedAt");
    let first = text(&said, "/comment/id");
    let answer = json!({ "content": "Thank you", "parentId": first });
    let answer = rows.ask(ada, write, &[post], answer, 201).await;
    assert_eq!(answer["comment"]["parentId"], first);
    let second = text(&answer, "/comment/id");
    let third = json!({ "content": "You are welcome", "parentId": second });
    let third = rows.answer(bob, write, &[post], third).await;
    assert_eq!(third.refused(400), "VALIDATION_ERROR", "two levels");
    let listed = rows
        .ask(nobody, &format!("{list}?limit=1"), &[post], Value::Null, 200)
        .await;
    has(&listed, "", "comments total nextCursor");
    assert_eq!(listed["total"], 2);

    let (change, remove) = (
        "PATCH /posts/{id}/comments/{commentId}",
        "DELETE /posts/{id}/comments/{commentId}",
    );
    let edit = json!({ "content": "Very lovely" });
    let edited = rows.ask(bob, change, &[post, &first], edit.clone(), 200).await;
    has(&edited, "/comment", "editedAt");
    rows.ask(ada, change, &[post, &first], edit, 403).await;
    let foreign = rows.answer(bob, remove, &[post, &second], Value::Null).await;
    assert_eq!(
        foreign.refused(403),
        "FORBIDDEN",
        "neither the comment's author nor the post's"
    );
    rows.ask(ada, remove, &[post, &first], Value::Null, 200).await;
    let listed = rows.ask(nobody, list, &[post], Value::Null, 200).await;
    assert_eq!(listed["total"], 0, "answers go with it");
    rows.ask(bob, remove, &[post, &first], Value::Null, 404).await;
}
