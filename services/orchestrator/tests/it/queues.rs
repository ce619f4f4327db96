//! `GET /admin/queues`.

use crate::world::World;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn every_queue_and_every_outbox_is_counted() {
    let world = World::start().await;
    let admin = world.admin();
    let none = admin.get("/admin/queues").await.expect(200);
    let quiet = json!({ "name": "bakery", "ready": 0, "inFlight": 0, "delayed": 0, "dead": 0, "oldestSeconds": null });
    assert_eq!(none["queues"], json!([quiet]));
    let empty =
        |service: &str| json!({ "service": service, "pending": 0, "refused": 0, "oldestSeconds": null });
    assert_eq!(none["outboxes"], json!([empty("bakery"), empty("orchestrator")]));

    for (body, delay) in [("{}", 0), ("{}", 0), ("{}", 0), ("{}", 600)] {
        let delay = Duration::from_secs(delay);
        world.bakery.send("bakery", body, delay).await.unwrap();
    }
    world
        .sql("UPDATE bus.bakery SET sent_at = now() - interval '1 hour' WHERE id = 2")
        .await;
    world
        .sql("UPDATE bus.bakery SET visible_at = now() + interval '1 minute', lessee = 7 WHERE id = 1")
        .await;
    world.dead(1..=2, "the oven is cold").await;
    world
        .sql(
            "INSERT INTO bakery.outbox (id, envelope, attempts) VALUES \
             ('0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77', json_build_object('occurredAt', now() - interval '1 minute'), 0), \
             ('0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a78', json_build_object('occurredAt', now()), 3)",
        )
        .await;
    let some = admin.get("/admin/queues").await.expect(200);
    let queue = &some["queues"][0];
    let counts = ["ready", "inFlight", "delayed", "dead"].map(|name| queue[name].as_i64().unwrap());
    assert_eq!(counts, [2, 1, 1, 2], "{queue}");
    let oldest = queue["oldestSeconds"].as_f64().unwrap();
    assert!((3600.0..3700.0).contains(&oldest), "{oldest}");
    let outbox = &some["outboxes"][0];
    assert_eq!((&outbox["pending"], &outbox["refused"]), (&json!(2), &json!(1)));
    let oldest = outbox["oldestSeconds"].as_f64().unwrap();
    assert!((60.0..160.0).contains(&oldest), "{oldest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outbox_on_another_server_is_left_out() {
    let world = World::start().await;
    world.sql("DROP SCHEMA bakery CASCADE").await;
    let answer = world.admin().get("/admin/queues").await.expect(200);
    assert_eq!(answer["outboxes"].as_array().unwrap().len(), 1);
    assert_eq!(answer["outboxes"][0]["service"], "orchestrator");
}

#[tokio::test(flavor = "multi_thread")]
async fn queues_that_do_not_answer_are_nobodys_fault() {
    let world = World::start().await;
    world.sql("ALTER TABLE bus.bakery RENAME TO away").await;
    let answer = world.admin().get("/admin/queues").await;
    assert_eq!(answer.refused(503), "UNAVAILABLE");
}
