//! What is asked of the service's own tables alone.

use crate::world::World;
use chassis::housekeep;
use chrono::{SubsecRound, TimeDelta, Utc};

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_swept_by_the_service_and_nothing_else() {
    sweeps(World::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_from_before_there_was_a_table_of_dynamodb_is_swept_too() {
    sweeps(World::with(&super::home::settings("joint-test-interactions")).await).await;
}

async fn sweeps(world: World) {
    let now = Utc::now().trunc_subsecs(3);
    let (over, there) = (now - TimeDelta::seconds(1), now + TimeDelta::minutes(5));
    world
        .sql(&format!(
            "INSERT INTO orchestrator.interaction (id, who, command, correlation_id, asked_at, expires_at, progress) \
             SELECT 'over-' || n, 'iris', 'suspend', gen_random_uuid(), now(), timestamptz '{over}', 'asked' FROM generate_series(1, 1200) n \
             UNION ALL SELECT 'there', 'iris', 'suspend', gen_random_uuid(), now(), timestamptz '{there}', 'asked'; \
             INSERT INTO orchestrator.conversation (id, who, contents, version, expires_at) \
             VALUES (gen_random_uuid(), 'iris', '{{}}', gen_random_uuid(), '{over}'), \
                    (gen_random_uuid(), 'iris', '{{}}', gen_random_uuid(), '{there}')"
        ))
        .await;
    housekeep(&world.service, now).await.unwrap();
    assert_eq!(world.count("orchestrator.interaction").await, 1);
    assert_eq!(
        world.count("orchestrator.interaction WHERE id = 'there'").await,
        1
    );
    assert_eq!(world.count("orchestrator.conversation").await, 1);
    housekeep(&world.service, now + TimeDelta::minutes(5))
        .await
        .unwrap();
    assert_eq!(world.count("orchestrator.interaction").await, 0);
    assert_eq!(world.count("orchestrator.conversation").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_nobodys_fault() {
    let state = super::home::in_tables_nowhere();
    let found = state.interaction(&super::home::id("1"), Utc::now()).await;
    assert_eq!(super::home::refused(found), "UNAVAILABLE");
}
