//! Comments and the answers to them.

use crate::stage::{Stage, all};
use events::CommentId;
use events::content::Visibility;
use events::identity::AccountState;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn comments_have_two_levels() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    let post = alice.publishes("Rain.", Visibility::Public).await;
    let other = alice.publishes("Sun.", Visibility::Public).await;
    let path = format!("/posts/{post}/comments");
    let comment = bob.comments(&post, " How lovely. ").await;
    let answer = alice.answers(&post, &comment, "Thank you.").await;
    let elsewhere = alice.comments(&other, "Here?").await;
    let nowhere = CommentId::new().to_string();
    for parent in [&answer, &elsewhere, &nowhere] {
        let refused = alice
            .post(&path, json!({"content": "x", "parentId": parent}))
            .await
            .expect(400);
        assert_eq!(refused["details"][0]["field"], "parentId");
    }
    let list = stage.app.anonymous().get(&path).await.expect(200);
    insta::assert_json_snapshot!(list, {
        ".comments[].id" => "[id]", ".comments[].postId" => "[post]", ".comments[].parentId" => "[the first]",
        ".comments[].author.id" => "[id]", ".comments[].createdAt" => "[time]",
    });
    assert_eq!(all(&list["comments"], "id"), [comment.clone(), answer]);
    assert_eq!(list["comments"][1]["parentId"], comment);
    assert_eq!(
        alice.get(&format!("/posts/{post}")).await.expect(200)["commentCount"],
        2
    );
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_author_changes_a_comment_and_the_posts_author_may_remove_it() {
    let stage = Stage::new().await;
    let (alice, bob, carol) = (stage.person("alice"), stage.person("bob"), stage.person("carol"));
    let post = alice.publishes("Rain.", Visibility::Public).await;
    let comment = bob.comments(&post, "How lovely.").await;
    let path = format!("/posts/{post}/comments/{comment}");
    let words = json!({"content": "How very lovely."});
    for person in [&alice, &carol] {
        assert_eq!(person.patch(&path, words.clone()).await.refused(403), "FORBIDDEN");
    }
    assert_eq!(carol.delete(&path).await.refused(403), "FORBIDDEN");
    let edited = bob.patch(&path, words.clone()).await.expect(200)["comment"].clone();
    assert!(edited["editedAt"].is_string(), "{edited}");
    assert_eq!(
        bob.patch(&path, words.clone()).await.expect(200)["comment"],
        edited,
        "the same words leave no trace"
    );
    for wrong in [
        json!({"content": ""}),
        json!({"content": "x".repeat(2_001)}),
        json!({"content": null}),
    ] {
        assert_eq!(
            bob.patch(&path, wrong.clone()).await.refused(400),
            "VALIDATION_ERROR"
        );
        assert_eq!(
            bob.post(&format!("/posts/{post}/comments"), wrong)
                .await
                .refused(400),
            "VALIDATION_ERROR"
        );
    }
    let anonymous = stage.app.anonymous();
    assert_eq!(
        anonymous.patch(&path, words.clone()).await.refused(401),
        "UNAUTHENTICATED"
    );
    assert_eq!(anonymous.delete(&path).await.refused(401), "UNAUTHENTICATED");

    alice.delete(&path).await.expect(200);
    for answer in [
        bob.patch(&path, words).await,
        bob.delete(&path).await,
        alice.delete(&path).await,
    ] {
        assert_eq!(answer.refused(404), "COMMENT_NOT_FOUND");
    }
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_goes_takes_its_answers_along() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    let post = alice.publishes("Rain.", Visibility::Public).await;
    let comment = bob.comments(&post, "How lovely.").await;
    alice.answers(&post, &comment, "Thank you.").await;
    let answer = bob.answers(&post, &comment, "Not at all.").await;
    let other = alice.comments(&post, "Anybody else?").await;

    bob.delete(&format!("/posts/{post}/comments/{answer}"))
        .await
        .expect(200);
    assert_eq!(
        alice.get(&format!("/posts/{post}")).await.expect(200)["commentCount"],
        3
    );
    bob.delete(&format!("/posts/{post}/comments/{comment}"))
        .await
        .expect(200);
    let list = alice.get(&format!("/posts/{post}/comments")).await.expect(200);
    assert_eq!(all(&list["comments"], "id"), [other]);
    assert_eq!(list["total"], 1);
    assert_eq!(
        alice.get(&format!("/posts/{post}")).await.expect(200)["commentCount"],
        1
    );
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_of_blocked_and_suspended_people_are_left_out_with_the_answers_to_them() {
    let stage = Stage::new().await;
    let (alice, bob, carol) = (stage.person("alice"), stage.person("bob"), stage.person("carol"));
    let post = alice.publishes("Rain.", Visibility::Public).await;
    let bobs = bob.comments(&post, "How lovely.").await;
    let below_bobs = alice.answers(&post, &bobs, "Thank you.").await;
    let alices = alice.comments(&post, "Anybody else?").await;
    let below_alices = bob.answers(&post, &alices, "Me.").await;
    let seen = async |person: &crate::stage::Person| {
        let list = person.get(&format!("/posts/{post}/comments")).await.expect(200);
        let ids: Vec<String> = all(&list["comments"], "id")
            .into_iter()
            .map(str::to_owned)
            .collect();
        assert_eq!(list["total"], ids.len());
        ids
    };
    let everything = [
        bobs.clone(),
        below_bobs.clone(),
        alices.clone(),
        below_alices.clone(),
    ];
    assert_eq!(seen(&carol).await, everything);
    for (blocker, blocked) in [(&carol, &bob), (&bob, &carol)] {
        stage.blocks(blocker, blocked, 1).await;
        assert_eq!(seen(&carol).await, std::slice::from_ref(&alices));
        assert_eq!(seen(&alice).await, everything);
        let ask = json!({"content": "x", "parentId": bobs});
        let refused = carol.post(&format!("/posts/{post}/comments"), ask).await;
        assert_eq!(refused.refused(400), "VALIDATION_ERROR");
        let path = format!("/posts/{post}/comments/{bobs}");
        assert_eq!(carol.delete(&path).await.refused(404), "COMMENT_NOT_FOUND");
        stage.blocks(blocker, blocked, 2).await;
    }
    assert_eq!(seen(&carol).await, everything);

    stage.account(&bob, 1, AccountState::Suspended).await;
    assert_eq!(seen(&carol).await, [alices]);
    // Below one's own post one may still clean up.
    alice
        .delete(&format!("/posts/{post}/comments/{below_alices}"))
        .await
        .expect(200);
    stage.app.at_rest().await;
}
