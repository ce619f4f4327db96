//! What is said of a found post beside its words.

use crate::world::{Person, World};
use chrono::Utc;
use diesel_async::SimpleAsyncConnection;
use events::account::AccountDeleted;
use events::content::{PostCounts, Reaction};
use events::{AccountId, ErasureId, Event, PostId};
use serde_json::json;
use testkit::Client;

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

#[tokio::test(flavor = "multi_thread")]
async fn whoever_finds_a_post_sees_their_own_reaction_and_nobody_elses() {
    let world = World::new().await;
    let (ana, ben) = (
        world.person("ana", |_| {}).await,
        world.person("ben", |_| {}).await,
    );
    let post = world.post(&ana, "rain", |_| {}).await;
    let now = |who: &Person, reaction: Option<&str>| {
        Event::ReactionChanged(Reaction {
            post_id: post.post_id,
            author_id: ana.id,
            account_id: who.id,
            reaction: reaction.map(str::to_owned),
        })
    };
    world.app.consume(2, now(&ben, Some("like"))).await;
    world.app.consume(1, now(&ben, Some("love"))).await;
    world.app.consume(3, now(&ana, Some("insight"))).await;
    let found = async |client: &Client| {
        let found = client.get("/search/posts?q=rain").await.expect(200);
        let post = &found["posts"][0];
        (post["myReaction"].clone(), post["isLikedByCurrentUser"].clone())
    };
    assert_eq!(found(&ben.client).await, (json!("like"), json!(true)));
    assert_eq!(found(&ana.client).await, (json!("insight"), json!(false)));
    assert_eq!(found(&world.nobody).await, (json!(null), json!(false)));
    world.app.consume(4, now(&ben, None)).await;
    assert_eq!(found(&ben.client).await, (json!(null), json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_post_was_given_that_never_came_goes_with_its_author() {
    let world = World::new().await;
    let (ana, ben) = (
        world.person("ana", |_| {}).await,
        world.person("ben", |_| {}).await,
    );
    let post_id = PostId::new();
    let given = Reaction {
        post_id,
        author_id: ana.id,
        account_id: ben.id,
        reaction: Some("like".to_owned()),
    };
    world.app.consume(1, Event::ReactionChanged(given)).await;
    let is_there = async || world.rows().await.contains(&post_id.to_string());
    assert!(is_there().await);
    let gone = AccountDeleted {
        account_id: ana.id,
        erasure_id: ErasureId::new(),
        deleted_at: Utc::now(),
    };
    world.app.consume(2, Event::AccountDeleted(gone)).await;
    assert!(!is_there().await);
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_erased_while_the_index_is_made_anew_is_not_in_it() {
    let world = World::new().await;
    let (ana, ben) = (AccountId::new(), AccountId::new());
    let given = format!(
        "SELECT begin_rebuild(gen_random_uuid(), now()); \
         INSERT INTO erased_account (account_id, erasure_id, cause, erased_at) VALUES ('{ben}', gen_random_uuid(), '{{}}', now()); \
         INSERT INTO reaction_shadow (post_id, account_id, author_id, version, kind) VALUES \
           (gen_random_uuid(), '{ben}', '{ana}', 1, 'like'), (gen_random_uuid(), '{ana}', '{ben}', 1, 'like'), \
           (gen_random_uuid(), '{ana}', '{ana}', 1, 'like'); \
         INSERT INTO post_counts_shadow (post_id, author_id, version, reactions, comments) VALUES \
           (gen_random_uuid(), '{ben}', 1, '{{}}', 0), (gen_random_uuid(), '{ana}', 1, '{{}}', 0); \
         SELECT finish_rebuild(ARRAY['person', 'credit', 'post', 'post_counts', 'reaction'])"
    );
    world.app.session().await.batch_execute(&given).await.unwrap();
    let rows = world.rows().await;
    assert!(!rows.contains(&ben.to_string()), "{rows}");
    assert_eq!(rows.lines().count(), 2, "{rows}");
}
