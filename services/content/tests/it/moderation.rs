//! Hiding and restoring, what posts were before, and what moderators are remembered for.

use crate::stage::{Stage, all};
use chassis::Role;
use chrono::{TimeDelta, Utc};
use events::Event;
use events::content::{PostState, Visibility};
use events::identity::AccountState;
use serde_json::{Value, json};

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

#[tokio::test(flavor = "multi_thread")]
async fn only_moderators_moderate_and_only_admins_read_the_audit() {
    let stage = Stage::new().await;
    let (alice, mo) = (stage.person("alice"), stage.with_role("mo", Role::Moderator));
    let post = alice.publishes("Rain.", Visibility::Public).await;
    let report = json!({"reason": "Spam"});
    let report = stage
        .person("bob")
        .post(&format!("/posts/{post}/report"), report)
        .await
        .expect(201);
    let report = report["report"]["id"].as_str().unwrap();
    let writes = [
        format!("/moderation/posts/{post}/hide"),
        format!("/moderation/posts/{post}/restore"),
        format!("/moderation/reports/{report}/take"),
        format!("/moderation/reports/{report}/resolve"),
        format!("/moderation/reports/{report}/dismiss"),
    ];
    let reads = [
        format!("/moderation/posts/{post}/history"),
        "/moderation/reports".to_owned(),
        "/moderation/audit".to_owned(),
    ];
    let before = stage.app.published().await.len();
    for (client, status, code) in [
        (testkit::Client::clone(&stage.person("carol")), 403, "FORBIDDEN"),
        (testkit::Client::clone(&alice), 403, "FORBIDDEN"),
        (stage.app.anonymous(), 401, "UNAUTHENTICATED"),
    ] {
        for path in &writes {
            let answer = client.post(path, json!({"reason": "x", "note": "x"})).await;
            assert_eq!(answer.refused(status), code, "{path}");
        }
        for path in &reads {
            assert_eq!(client.get(path).await.refused(status), code, "{path}");
        }
    }
    assert_eq!(mo.get("/moderation/audit").await.refused(403), "FORBIDDEN");
    assert_eq!(stage.app.published().await.len(), before);
    assert_eq!(stage.number("SELECT count(*) FROM moderation_audit").await, 0);
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_post_is_gone_for_others_and_comes_back_as_it_was() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    let mo = stage.with_role("mo", Role::Moderator);
    let post = alice.publishes("Rain.", Visibility::Public).await;
    let path = format!("/posts/{post}");
    let hide = format!("/moderation{path}/hide");
    assert_eq!(
        mo.post(&hide, json!({"reason": " "})).await.refused(400),
        "VALIDATION_ERROR"
    );
    for _ in 0..2 {
        let hidden = mo
            .post(&hide, json!({"reason": "Advertisement"}))
            .await
            .expect(200);
        assert_eq!(
            (&hidden["message"], &hidden["post"]["state"]),
            (&json!("Hidden"), &json!("hidden"))
        );
    }
    assert_eq!(bob.get(&path).await.refused(404), "POST_NOT_FOUND");
    assert_eq!(alice.get(&path).await.expect(200)["state"], "hidden");
    assert_eq!(bob.get("/users/alice/posts").await.expect(200)["total"], 0);
    // Its author may still change it; that does not bring it back.
    alice.patch(&path, json!({"content": "Sun."})).await.expect(200);
    assert_eq!(bob.get(&path).await.refused(404), "POST_NOT_FOUND");

    let restore = format!("/moderation{path}/restore");
    for _ in 0..2 {
        let restored = mo.post(&restore, json!({})).await.expect(200);
        assert!(restored["post"]["state"].is_null(), "{restored}");
    }
    assert_eq!(bob.get(&path).await.expect(200)["content"], "Sun.");
    assert_eq!(bob.get("/users/alice/posts").await.expect(200)["total"], 1);

    let told: Vec<_> = stage.app.published().await;
    let states: Vec<_> = told
        .iter()
        .filter_map(|envelope| match &envelope.event {
            Event::PostChanged(post) => Some((envelope.version, post.state, post.content.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(
        states,
        [
            (1, PostState::Published, "Rain."),
            (2, PostState::Hidden, "Rain."),
            (3, PostState::Hidden, "Sun."),
            (4, PostState::Published, "Sun."),
        ]
    );
    let public: Vec<_> = told
        .iter()
        .filter_map(|envelope| match &envelope.event {
            Event::AuthorPostCountChanged(count) => Some((count.total, count.public)),
            _ => None,
        })
        .collect();
    assert_eq!(public, [(1, 1), (1, 0), (1, 1)]);
    for path in ["hide", "restore"] {
        let path = format!("/moderation/posts/{NOBODY}/{path}");
        let answer = mo.post(&path, json!({"reason": "x"})).await;
        assert_eq!(answer.refused(404), "POST_NOT_FOUND");
    }
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_post_was_is_kept_for_moderators() {
    let stage = Stage::new().await;
    let (alice, mo) = (stage.person("alice"), stage.with_role("mo", Role::Moderator));
    let file = stage.file_of(&alice).await;
    let ask = json!({"content": "Rain.", "tags": ["rain"], "mediaIds": [file]});
    let made = alice.post("/posts", ask).await.expect(201);
    let path = format!("/posts/{}", made["post"]["id"].as_str().unwrap());
    alice
        .patch(&path, json!({"content": "Sun.", "visibility": "private"}))
        .await
        .expect(200);
    alice.patch(&path, json!({"content": "Sun."})).await.expect(200);
    mo.post(&format!("/moderation{path}/hide"), json!({"reason": "Lies"}))
        .await
        .expect(200);
    alice.patch(&path, json!({"tags": []})).await.expect(200);
    mo.post(&format!("/moderation{path}/restore"), json!({}))
        .await
        .expect(200);
    alice.delete(&path).await.expect(200);

    let history = format!("/moderation{path}/history");
    let whole = mo.get(&history).await.expect(200);
    let entries = whole["history"].as_array().unwrap();
    let shown = |field: &str| -> Vec<Value> { entries.iter().map(|entry| entry[field].clone()).collect() };
    assert_eq!(shown("version"), [6, 5, 4, 3, 2, 1]);
    assert_eq!(
        all(&whole["history"], "change"),
        ["removed", "restored", "edited", "hidden", "edited", "published"]
    );
    assert_eq!(
        all(&whole["history"], "state"),
        [
            "removed",
            "published",
            "hidden",
            "hidden",
            "published",
            "published"
        ]
    );
    assert_eq!(
        all(&whole["history"], "content"),
        ["Sun.", "Sun.", "Sun.", "Sun.", "Sun.", "Rain."]
    );
    assert_eq!(
        all(&whole["history"], "visibility"),
        ["private", "private", "private", "private", "private", "public"]
    );
    let who: Vec<_> = entries
        .iter()
        .map(|entry| entry["by"]["id"].as_str().unwrap())
        .collect();
    let (alice_id, mo_id) = (alice.id().to_string(), mo.id().to_string());
    assert_eq!(who, [&alice_id, &mo_id, &alice_id, &mo_id, &alice_id, &alice_id]);
    assert_eq!(entries[3]["reason"], "Lies");
    assert_eq!(
        (&entries[5]["tags"], &entries[5]["mediaIds"]),
        (&json!(["rain"]), &json!([file]))
    );
    assert_eq!(entries[0]["tags"], json!([]));

    // In pages, the same.
    let mut paged = Vec::new();
    let mut next = format!("{history}?limit=4");
    while let Some(cursor) = {
        let page = mo.get(&next).await.expect(200);
        paged.extend(page["history"].as_array().unwrap().clone());
        page["nextCursor"].as_str().map(str::to_owned)
    } {
        next = format!("{history}?limit=4&cursor={cursor}");
    }
    assert_eq!(&paged, entries);
    let nothing = mo.get(&format!("/moderation/posts/{NOBODY}/history")).await;
    assert_eq!(nothing.refused(404), "POST_NOT_FOUND");
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_post_is_the_moderators_for_thirty_days_and_then_nobodys() {
    let stage = Stage::new().await;
    let (alice, mo) = (stage.person("alice"), stage.with_role("mo", Role::Moderator));
    let (old, young) = (
        alice.publishes("Rain.", Visibility::Private).await,
        alice.publishes("Sun.", Visibility::Public).await,
    );
    alice
        .patch(&format!("/posts/{old}"), json!({"tags": ["wet"]}))
        .await
        .expect(200);
    for post in [&old, &young] {
        alice.delete(&format!("/posts/{post}")).await.expect(200);
        let seen = mo.get(&format!("/posts/{post}")).await.expect(200);
        assert_eq!(seen["state"], "removed");
        // Nobody can do anything with it any more.
        let like = mo
            .put(&format!("/posts/{post}/reaction"), json!({"type": "like"}))
            .await;
        assert_eq!(like.refused(404), "POST_NOT_FOUND");
        let hide = mo
            .post(&format!("/moderation/posts/{post}/hide"), json!({"reason": "x"}))
            .await;
        assert_eq!(hide.refused(404), "POST_NOT_FOUND");
    }
    assert_eq!(mo.get("/users/alice/posts").await.expect(200)["total"], 0);
    let long_ago = Utc::now() - TimeDelta::days(30) - TimeDelta::minutes(1);
    let almost = Utc::now() - TimeDelta::days(30) + TimeDelta::minutes(1);
    for (post, at) in [(&old, long_ago), (&young, almost)] {
        stage
            .execute(&format!(
                "UPDATE post SET removed_at = '{at}' WHERE id = '{post}'"
            ))
            .await;
    }
    chassis::housekeep(&stage.app.service, Utc::now()).await.unwrap();
    assert_eq!(
        mo.get(&format!("/posts/{young}")).await.expect(200)["content"],
        "Sun."
    );
    assert_eq!(
        mo.get(&format!("/posts/{old}")).await.refused(404),
        "POST_NOT_FOUND"
    );
    let left = format!(
        "SELECT (SELECT count(*) FROM post WHERE id = '{old}' AND (content <> '' OR tags <> '{{}}')) \
         + (SELECT count(*) FROM post_history WHERE post_id = '{old}') AS count"
    );
    assert_eq!(stage.number(&left).await, 0, "nothing is left of it");
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_moderator_does_is_remembered_and_cannot_be_forgotten() {
    let stage = Stage::new().await;
    let (alice, mo) = (stage.person("alice"), stage.with_role("mo", Role::Moderator));
    let admin = stage.with_role("ada", Role::Admin);
    stage.account(&mo, 1, AccountState::Active).await;
    let post = alice.publishes("Rain.", Visibility::Public).await;
    let words = json!({"reason": "Spam and secrets"});
    let reported = stage
        .person("bob")
        .post(&format!("/posts/{post}/report"), words.clone())
        .await
        .expect(201);
    let report = reported["report"]["id"].as_str().unwrap().to_owned();
    let hide = mo
        .with("x-request-id", NOBODY)
        .post(&format!("/moderation/posts/{post}/hide"), words)
        .await;
    hide.expect(200);
    for path in [
        format!("/moderation/reports/{report}/take"),
        format!("/moderation/reports/{report}/resolve"),
        format!("/moderation/posts/{post}/restore"),
        // Nothing happens any more, and nothing is added.
        format!("/moderation/posts/{post}/restore"),
        format!("/moderation/reports/{report}/resolve"),
    ] {
        mo.post(&path, json!({"note": "Their secrets"})).await.expect(200);
    }
    let audit = admin.get("/moderation/audit").await.expect(200);
    assert_eq!(
        all(&audit["deeds"], "deed"),
        ["post-restored", "report-resolved", "report-taken", "post-hidden"]
    );
    assert_eq!(
        all(&audit["deeds"], "subjectId"),
        [&post, &report, &report, &post].map(String::as_str)
    );
    assert!(
        all(&audit["deeds"], "actorId")
            .iter()
            .all(|actor| *actor == mo.id().to_string())
    );
    for deed in audit["deeds"].as_array().unwrap() {
        assert_eq!(
            (&deed["actor"]["username"], &deed["postId"]),
            (&json!("mo"), &json!(post))
        );
    }
    assert_eq!(audit["deeds"][3]["requestId"], NOBODY);
    assert!(!audit.to_string().contains("ecrets"), "ids only: {audit}");
    let published = stage.app.published().await;
    let told: Vec<_> = published
        .iter()
        .filter_map(|envelope| match &envelope.event {
            Event::ContentStaffActed(told) => Some(told),
            _ => None,
        })
        .collect();
    let mut names: Vec<_> = told.iter().map(|told| told.deed.as_str()).collect();
    names.reverse();
    assert_eq!(
        names,
        all(&audit["deeds"], "deed"),
        "told for the audit of all staff"
    );
    assert!(
        told.iter()
            .all(|told| (told.actor_id, told.owner_id) == (mo.id(), Some(alice.id())))
    );
    for forgetting in [
        "UPDATE moderation_audit SET deed = 'post-restored'",
        "DELETE FROM moderation_audit",
        "TRUNCATE moderation_audit",
    ] {
        let mut conn = stage.app.session().await;
        let refused = diesel_async::SimpleAsyncConnection::batch_execute(&mut conn, forgetting).await;
        let words = refused.unwrap_err().to_string();
        assert!(words.contains("never changed"), "{forgetting}: {words}");
    }
    assert_eq!(stage.number("SELECT count(*) FROM moderation_audit").await, 4);
    stage.app.at_rest().await;
}
