//! What members tell the moderators, and who of two moderators is the first.

use crate::stage::{Person, Stage, all, id_of};
use chassis::Role;
use events::Event;
use events::content::{ReportState, Visibility};
use futures::future::join_all;
use serde_json::{Value, json};

async fn reports(who: &Person, post: &str, reason: &str) -> String {
    let path = format!("/posts/{post}/report");
    id_of(&who.post(&path, json!({ "reason": reason })).await.expect(201)["report"])
}

async fn handles(moderator: &Person, report: &str, how: &str) -> testkit::Answer {
    let path = format!("/moderation/reports/{report}/{how}");
    moderator
        .post(&path, json!({"note": format!("{how} by one")}))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sees_a_post_may_report_it_once_at_a_time() {
    let stage = Stage::new().await;
    let (alice, bob, carol) = (stage.person("alice"), stage.person("bob"), stage.person("carol"));
    let post = alice.publishes("Rain.", Visibility::Followers).await;
    let path = format!("/posts/{post}/report");
    let ask = json!({"reason": " Spam ", "description": "Under every post."});
    assert_eq!(bob.post(&path, ask.clone()).await.refused(403), "FORBIDDEN");
    stage.follows(&bob, &alice, 1).await;
    let keyed = bob.with("idempotency-key", "one");
    let made = keyed.post(&path, ask.clone()).await.expect(201);
    let report = &made["report"];
    assert_eq!(
        (
            &report["reason"],
            &report["description"],
            &report["state"],
            &report["postId"]
        ),
        (
            &json!("Spam"),
            &json!("Under every post."),
            &json!("open"),
            &json!(post)
        )
    );
    assert_eq!(keyed.post(&path, ask.clone()).await.expect(201), made);
    assert_eq!(
        bob.post(&path, ask.clone()).await.refused(409),
        "ALREADY_REPORTED"
    );
    assert_eq!(alice.post(&path, ask.clone()).await.refused(403), "FORBIDDEN");
    stage.blocks(&alice, &carol, 1).await;
    assert_eq!(carol.post(&path, ask).await.refused(404), "POST_NOT_FOUND");
    for wrong in [
        json!({}),
        json!({"reason": ""}),
        json!({"reason": "x".repeat(201)}),
        json!({"reason": "x", "description": "x".repeat(2_001)}),
    ] {
        assert_eq!(bob.post(&path, wrong).await.refused(400), "VALIDATION_ERROR");
    }
    // Once it is dealt with, there may be something new to tell.
    let mo = stage.with_role("mo", Role::Moderator);
    handles(&mo, &id_of(report), "dismiss").await.expect(200);
    reports(&bob, &post, "Again").await;
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_shows_post_author_and_reason_the_oldest_first() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    let mo = stage.with_role("mo", Role::Moderator);
    let (one, two) = (
        alice.publishes("Rain.", Visibility::Public).await,
        alice.publishes("Sun.", Visibility::Public).await,
    );
    let first = reports(&bob, &one, "Wet").await;
    let second = reports(&bob, &two, "Hot").await;
    reports(&stage.person("carol"), &two, "Too hot").await;
    handles(&mo, &second, "take").await.expect(200);
    alice.delete(&format!("/posts/{one}")).await.expect(200);

    let queue = mo.get("/moderation/reports").await.expect(200);
    assert_eq!(all(&queue["reports"], "reason"), ["Wet", "Hot", "Too hot"]);
    assert_eq!(queue["total"], 3);
    let entry = &queue["reports"][0];
    assert_eq!(
        (&entry["id"], &entry["post"]["content"], &entry["post"]["state"]),
        (&json!(first), &json!("Rain."), &json!("removed"))
    );
    assert_eq!(
        (
            &entry["post"]["author"]["username"],
            &entry["reporter"]["username"]
        ),
        (&json!("alice"), &json!("bob"))
    );
    for (state, reasons) in [
        ("open", &["Wet", "Too hot"][..]),
        ("taken", &["Hot"]),
        ("resolved", &[]),
    ] {
        let queue = mo
            .get(&format!("/moderation/reports?state={state}"))
            .await
            .expect(200);
        assert_eq!(all(&queue["reports"], "reason"), reasons, "{state}");
        assert_eq!(queue["total"], reasons.len(), "{state}");
    }
    let page = mo.get("/moderation/reports?limit=2").await.expect(200);
    let rest = format!(
        "/moderation/reports?cursor={}",
        page["nextCursor"].as_str().unwrap()
    );
    assert_eq!(
        all(&mo.get(&rest).await.expect(200)["reports"], "reason"),
        ["Too hot"]
    );
    let answer = mo.get("/moderation/reports?state=lost").await;
    assert_eq!(answer.refused(400), "VALIDATION_ERROR");
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_moderators_at_once_one_is_the_first() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let moderators: Vec<_> = (0..4)
        .map(|n| stage.with_role(&format!("mo{n}"), Role::Moderator))
        .collect();
    for (round, how) in ["take", "resolve", "dismiss", "take"].into_iter().enumerate() {
        let post = alice.publishes("Rain.", Visibility::Public).await;
        let report = reports(&stage.person(&format!("bob{round}")), &post, "Spam").await;
        let answers = join_all(moderators.iter().map(|mo| handles(mo, &report, how))).await;
        let winners: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(winners.len(), 1, "{how}: {answers:?}");
        let winner = winners[0].json["report"]["moderatorId"].clone();
        for answer in answers.into_iter().filter(|answer| answer.status != 200) {
            assert_eq!(answer.refused(409), "CONFLICT");
        }
        // Who was the first may say it again; an admin may end what lies there.
        let mo = moderators.iter().find(|mo| json!(mo.id()) == winner).unwrap();
        handles(mo, &report, how).await.expect(200);
        let end = handles(&stage.with_role("ada", Role::Admin), &report, "resolve").await;
        if how == "take" {
            assert_eq!(end.expect(200)["report"]["state"], "resolved");
        } else {
            assert_eq!(end.refused(409), "CONFLICT");
        }
    }
    assert_eq!(
        handles(&moderators[0], "00000000-0000-7000-8000-000000000000", "take")
            .await
            .refused(404),
        "REPORT_NOT_FOUND"
    );
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_life_of_a_report_is_told_whole_and_in_versions() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    let mo = stage.with_role("mo", Role::Moderator);
    let post = alice.publishes("Rain.", Visibility::Public).await;
    let report = reports(&bob, &post, "Spam").await;
    // Without a body, without a note.
    let taken = mo
        .send(
            axum::http::Method::POST,
            &format!("/moderation/reports/{report}/take"),
            None,
        )
        .await;
    assert_eq!(taken.expect(200)["report"]["note"], Value::Null);
    let path = format!("/moderation/reports/{report}/resolve");
    mo.send(axum::http::Method::POST, &path, None).await.expect(200);
    let told: Vec<_> = stage.app.published().await;
    let told: Vec<_> = told
        .iter()
        .filter_map(|envelope| match &envelope.event {
            Event::PostReported(report) | Event::ReportChanged(report) => {
                assert_eq!(
                    (report.author_id, report.reporter_id, report.reason.as_str()),
                    (alice.id(), bob.id(), "Spam")
                );
                let kind = envelope.event.kind();
                Some((kind, envelope.version, report.state, report.moderator_id))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        told,
        [
            ("content.post-reported.v1", 1, ReportState::Open, None),
            ("content.report-changed.v1", 2, ReportState::Taken, Some(mo.id())),
            (
                "content.report-changed.v1",
                3,
                ReportState::Resolved,
                Some(mo.id())
            ),
        ]
    );
    stage.app.at_rest().await;
}
