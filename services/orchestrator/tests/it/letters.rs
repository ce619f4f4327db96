//! `/admin/dead-letters`: looked at, sent again, thrown away.

use crate::world::{Kept, World, event, ids};
use chassis::Role;
use serde_json::{Value, json};
use std::time::Duration;

const CODE: &str = "DEAD_LETTER_NOT_FOUND";

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_filtered_and_come_in_pages_without_their_words() {
    let world = World::start().await;
    world.dead(1..=7, "the oven is cold").await;
    world.dead(8..=9, "no baker came").await;
    world
        .sql("INSERT INTO bus.bakery_dead (id, body, receive_count, sent_at) VALUES (10, 'no envelope', 5, now())")
        .await;
    let admin = world.admin();
    let all = admin.get("/admin/dead-letters").await.expect(200);
    assert_eq!((ids(&all).len(), all.get("nextCursor")), (10, None));
    let first = &all["deadLetters"][0];
    assert_eq!(
        (
            &first["id"],
            &first["consumer"],
            &first["eventId"],
            &first["eventType"]
        ),
        (
            &json!("bakery:1"),
            &json!("bakery"),
            &json!(event(1)),
            &json!("bakery.bread-burnt.v1")
        )
    );
    assert_eq!(
        (&first["cause"], &first["tries"], &first["release"]),
        (&json!("the oven is cold"), &json!(5), &json!("0.1.0"))
    );
    assert_eq!(first["sentAt"], "2026-03-01T12:00:00.000Z");
    let unreadable = &all["deadLetters"][9];
    assert_eq!(
        (&unreadable["eventId"], &unreadable["cause"]),
        (&Value::Null, &json!("no failure was recorded"))
    );
    assert!(!all.to_string().contains("Ada forgot"), "{all}");

    for (query, expected) in [
        ("consumer=bakery", 10),
        ("type=bakery.bread-burnt.v1", 9),
        ("type=bakery.bread-sold.v1", 0),
        ("error=OVEN%20is", 7),
        ("error=no%20baker%20came", 2),
        ("error=no%20flour&type=bakery.bread-burnt.v1", 9),
        ("error=something%20else", 0),
    ] {
        let some = admin
            .get(&format!("/admin/dead-letters?{query}"))
            .await
            .expect(200);
        assert_eq!(ids(&some).len(), expected, "{query}");
    }
    let nobody = admin.get("/admin/dead-letters?consumer=nobody").await;
    assert_eq!(nobody.refused(404), "QUEUE_NOT_FOUND");

    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = admin
            .get(&format!("/admin/dead-letters?limit=2&error=flour{cursor}"))
            .await;
        let page = page.expect(200);
        seen.extend(ids(&page).iter().map(ToString::to_string));
        let Some(next) = page["nextCursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    let expected: Vec<_> = (1..=9).map(|number| format!("bakery:{number}")).collect();
    assert_eq!(seen, expected, "nothing twice, nothing missed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_wrote_is_shown_only_when_asked_for_and_that_is_kept() {
    let world = World::start().await;
    world.dead(1..=1, "the oven is cold").await;
    let (admin, id) = world.somebody(Role::Admin);
    let shown = admin.get("/admin/dead-letters/bakery:1").await.expect(200);
    assert_eq!(
        shown["envelope"]["data"],
        json!({ "oven": event(1), "words": "… 13 characters", "loaves": 12 })
    );
    assert_eq!(shown["envelope"]["type"], "bakery.bread-burnt.v1");
    assert_eq!(shown["causes"], json!(["the oven is cold", "no flour"]));
    assert_eq!(
        (&shown["isRevealed"], &shown["id"]),
        (&json!(false), &json!("bakery:1"))
    );
    let revealed = admin
        .get("/admin/dead-letters/bakery:1?reveal=true")
        .await
        .expect(200);
    assert_eq!(revealed["envelope"]["data"]["words"], "Ada forgot it");
    let kept = |action: &str| Kept {
        operator: id.clone(),
        action: action.to_owned(),
        detail: r#"{"id": "bakery/1"}"#.to_owned(),
    };
    assert_eq!(world.actions().await, [kept("show"), kept("reveal")]);
    for nobodys in [
        "bakery:2",
        "bakery:x",
        "nobody:1",
        "bakery",
        "bakery%3A1%20",
        "Bakery:1",
    ] {
        let answer = admin.get(&format!("/admin/dead-letters/{nobodys}")).await;
        assert_eq!(answer.refused(404), CODE, "{nobodys}");
    }
    assert_eq!(world.actions().await.len(), 2, "nothing was seen");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_not_shown_and_not_done() {
    let world = World::start().await;
    world.dead(1..=1, "the oven is cold").await;
    world
        .sql("ALTER TABLE bus.operator_action ADD CHECK (false) NOT VALID")
        .await;
    let admin = world.admin();
    admin
        .get("/admin/dead-letters/bakery:1?reveal=true")
        .await
        .refused(500);
    admin
        .post("/admin/dead-letters/bakery:1/replay", json!({}))
        .await
        .refused(500);
    assert_eq!(world.count("bus.bakery_dead").await, 1);
    assert_eq!(world.count("bus.bakery").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_sent_again_once_however_often_that_is_asked() {
    let world = World::start().await;
    world.dead(1..=2, "the oven is cold").await;
    let (admin, id) = world.somebody(Role::Admin);
    let path = "/admin/dead-letters/bakery:1/replay";
    let first = admin.post(path, json!({})).await.expect(200);
    assert_eq!(
        first["deadLetter"],
        json!({ "id": "bakery:1", "state": "replayed" })
    );
    assert_eq!(admin.post(path, json!({})).await.expect(200), first);
    let (another, _) = world.somebody(Role::Admin);
    assert_eq!(another.post(path, json!({})).await.expect(200), first);
    let messages = world
        .bakery
        .receive("bakery", Duration::from_secs(60), Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(messages[0].receive_count, 1, "it begins anew");
    assert!(messages[0].body.contains("Ada forgot it"));
    assert_eq!(world.count("bus.bakery_dead").await, 1, "the other one stays");
    let kept = Kept {
        operator: id,
        action: "replay".to_owned(),
        detail: r#"{"id": "bakery/1"}"#.to_owned(),
    };
    assert_eq!(world.actions().await, [kept]);
    let discard = json!({ "reason": "too late" });
    let answer = admin.post("/admin/dead-letters/bakery:1/discard", discard).await;
    assert_eq!(answer.refused(409), "CONFLICT");
    let unknown = admin
        .post("/admin/dead-letters/bakery:4711/replay", json!({}))
        .await;
    assert_eq!(unknown.refused(404), CODE);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_tried_in_vain_is_not_told_as_if_it_were_done() {
    let world = World::start().await;
    world.dead(1..=2, "the oven is cold").await;
    let (admin, path) = (world.admin(), "/admin/dead-letters/bakery:1/replay");
    world
        .sql("ALTER TABLE bus.bakery ADD CONSTRAINT full_up CHECK (false) NOT VALID")
        .await;
    let answer = admin.post(path, json!({})).await;
    assert_eq!(answer.refused(503), "UNAVAILABLE");
    assert_eq!(world.count("bus.bakery_dead").await, 2, "it is still dead");
    let in_vain = ["dead-letter-replay-begun", "dead-letter-replay-failed"];
    assert_eq!(world.deeds().await, in_vain);
    world.sql("ALTER TABLE bus.bakery DROP CONSTRAINT full_up").await;
    for _twice in 0..2 {
        admin.post(path, json!({})).await.expect(200);
    }
    let reason = json!({ "reason": "too late" });
    let other = "/admin/dead-letters/bakery:2/discard";
    admin.post(other, reason).await.expect(200);
    let done = [
        "dead-letter-replay-begun",
        "dead-letter-replayed",
        "dead-letter-discard-begun",
        "dead-letter-discarded",
    ];
    assert_eq!(world.deeds().await[2..], done);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_at_one_moment_send_it_once() {
    let world = World::start().await;
    world.dead(1..=1, "the oven is cold").await;
    let admin = world.admin();
    let ask = async || {
        let path = "/admin/dead-letters/bakery:1/replay";
        admin.post(path, json!({})).await.expect(200)
    };
    tokio::join!(ask(), ask(), ask(), ask());
    assert_eq!(world.count("bus.bakery").await, 1);
    assert_eq!(world.count("bus.bakery_dead").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_thrown_away_for_a_reason_that_is_kept() {
    let world = World::start().await;
    world.dead(1..=1, "the oven is cold").await;
    let (admin, id) = world.somebody(Role::Admin);
    let path = "/admin/dead-letters/bakery:1/discard";
    for wrong in [json!({}), json!({ "reason": " " }), json!({ "reason": null })] {
        let answer = admin.post(path, wrong).await;
        assert_eq!(answer.json["details"][0]["field"], "reason", "{}", answer.text);
        assert_eq!(answer.refused(400), "VALIDATION_ERROR");
    }
    assert_eq!(world.count("bus.bakery_dead").await, 1);
    let reason = json!({ "reason": " baked by a release that was rolled back " });
    let first = admin.post(path, reason.clone()).await.expect(200);
    assert_eq!(
        first["deadLetter"],
        json!({ "id": "bakery:1", "state": "discarded" })
    );
    assert_eq!(admin.post(path, reason).await.expect(200), first);
    assert_eq!(world.count("bus.bakery_dead").await, 0);
    assert_eq!(world.count("bus.bakery").await, 0, "it is not sent");
    let kept = Kept {
        operator: id,
        action: "discard".to_owned(),
        detail: r#"{"id": "bakery/1", "reason": "baked by a release that was rolled back"}"#.to_owned(),
    };
    assert_eq!(world.actions().await, [kept]);
    let replay = admin.post("/admin/dead-letters/bakery:1/replay", json!({})).await;
    assert_eq!(replay.refused(409), "CONFLICT");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_an_effect_that_another_operator_has_prevented() {
    let world = World::start().await;
    world.dead(1..=1, "the oven is cold").await;
    let (admin, late) = (world.admin(), world.admin());
    let discard = json!({ "reason": "it was burnt on purpose" });
    admin
        .post("/admin/dead-letters/bakery:1/discard", discard)
        .await
        .expect(200);
    // The other one had looked it up before, kept what they were about to do, and then found it gone.
    world
        .sql(
            "INSERT INTO bus.operator_action (operator, action, queue, detail, outcome) \
             VALUES ('late', 'replay', 'bakery', '{\"id\": \"bakery/1\"}', 'gone')",
        )
        .await;
    let again = late.post("/admin/dead-letters/bakery:1/replay", json!({})).await;
    assert_eq!(again.refused(409), "CONFLICT");
    assert_eq!(
        world
            .count("bus.operator_action WHERE action = 'discard' AND outcome = 'done'")
            .await,
        1
    );
}

/// The tables that operators are told of belong to the services' roles, and what is read there is read with lent rights.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_cannot_put_its_own_code_where_operators_look() {
    let world = World::start().await;
    world.dead(1..=1, "the oven is cold").await;
    for table in ["failure", "outbox"] {
        let columns = "SELECT gen_random_uuid() AS event_id, now() AS published_at, 0 AS attempts, '{}'::json AS envelope";
        world
            .as_bakery(&format!(
                "ALTER TABLE {table} RENAME TO hidden_{table}; CREATE TABLE loot_{table} (who TEXT); \
                 CREATE FUNCTION rob_{table}() RETURNS boolean LANGUAGE sql VOLATILE SECURITY INVOKER AS \
                 $$ INSERT INTO bakery.loot_{table} VALUES (current_user) RETURNING true $$; \
                 CREATE VIEW {table} AS {columns} WHERE rob_{table}()"
            ))
            .await;
    }
    let admin = world.admin();
    assert!(admin.get("/admin/queues").await.status.is_server_error());
    assert!(admin.get("/admin/dead-letters").await.status.is_server_error());
    for table in ["failure", "outbox"] {
        assert_eq!(world.count(&format!("bakery.loot_{table}")).await, 0, "{table}");
    }
}
