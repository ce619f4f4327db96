//! What others are told.

use crate::stage::Stage;
use events::content::Visibility;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn the_life_of_a_post_is_told_whole_and_in_versions() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let post = alice.publishes("Rain.", Visibility::Public).await;
    let path = format!("/posts/{post}");
    alice
        .patch(&path, json!({"visibility": "private", "tags": ["rain"]}))
        .await
        .expect(200);
    alice.reacts(&post, "love").await;
    let comment = alice.comments(&post, "How lovely.").await;
    alice.answers(&post, &comment, "Indeed.").await;
    alice
        .patch(
            &format!("{path}/comments/{comment}"),
            json!({"content": "How very lovely."}),
        )
        .await
        .expect(200);
    alice
        .delete(&format!("{path}/comments/{comment}"))
        .await
        .expect(200);
    alice.comments(&post, "Anybody?").await;
    alice.delete(&path).await.expect(200);

    let published = stage.app.published().await;
    for envelope in &published {
        assert_eq!(envelope.cause.actor, Some(alice.id()));
        assert_eq!(envelope.source, "content");
    }
    let told: Vec<Value> = published.iter().map(|it| json!([it.version, it.event])).collect();
    insta::assert_json_snapshot!(told, {
        "[][1].data.postId" => "[post]", "[][1].data.authorId" => "[alice]", "[][1].data.accountId" => "[alice]",
        "[][1].data.commentId" => "[comment]", "[][1].data.parentId" => insta::dynamic_redaction(|value, _| {
            if value.as_str().is_some() { "[comment]".into() } else { value }
        }),
        "[][1].data.createdAt" => "[time]", "[][1].data.editedAt" => insta::dynamic_redaction(|value, _| {
            if value.as_str().is_some() { "[time]".into() } else { value }
        }),
    });
    stage.app.at_rest().await;
}
