//! What is said of a found post beside its words.

use crate::world::World;
use events::Event;
use events::content::PostCounts;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_found_post_says_how_often_it_was_reacted_to_and_commented() {
    let world = World::new().await;
    let ana = world.person("ana", |_| {}).await;
    let post = world.post(&ana, "rain", |_| {}).await;
    let counts = |likes: i64, comments: i64| {
        Event::PostCountsChanged(PostCounts {
            post_id: post.post_id,
            author_id: Some(post.author_id),
            reactions: [("like".to_owned(), likes), ("insight".to_owned(), 1)].into(),
            comments,
        })
    };
    world.app.consume(2, counts(3, 5)).await;
    world.app.consume(1, counts(9, 9)).await;
    let found = world.nobody.get("/search/posts?q=rain").await.expect(200);
    let found = &found["posts"][0];
    assert_eq!(
        (&found["likeCount"], &found["commentCount"]),
        (&json!(3), &json!(5))
    );
    assert_eq!(
        found["reactionCounts"],
        json!({"like": 3, "love": 0, "applause": 0, "insight": 1})
    );
}
