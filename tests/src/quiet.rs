//! Whether everything that was decided has come to its end, in all processes together.

use crate::TestNetwork;
use chassis::transport::Depth;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use ops::network::Member;
use std::time::{Duration, Instant};

/// However slow the machine is.
const LIMIT: Duration = Duration::from_secs(120);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Waits until every event is published, whoever subscribes to it has done it, and no work is left. (Queues tell too little: an
/// event may be between a bus and a queue.)
pub(crate) async fn wait(network: &TestNetwork) {
    let query = open_work(network);
    let mut conn = network.database.session().await;
    let (began, mut looks) = (Instant::now(), tokio::time::interval(LOOK));
    loop {
        looks.tick().await;
        let open: Count = diesel::sql_query(&query)
            .get_result(&mut conn)
            .await
            .expect("the database answers");
        if open.count == 0 && are_acknowledged(network).await {
            return;
        }
        assert!(
            began.elapsed() < LIMIT,
            "after {LIMIT:?} {} things are still under way",
            open.count
        );
    }
}

/// Whether the queues have been told what became of their messages.
async fn are_acknowledged(network: &TestNetwork) -> bool {
    for member in &network.network.members {
        if !member.service.consumers.is_empty() {
            let depth = member.transport.depth(member.service.name).await;
            if !depth.expect("a depth").is_quiet() {
                return false;
            }
        }
    }
    true
}

/// What a queue tells of itself once it has nothing more to do, or what it told last. After [`wait`] something may yet come and go: another
/// copy of an event that was published twice, for one; and a message that is just received is counted nowhere for a moment.
pub(crate) async fn depth(member: &Member) -> Depth {
    let (began, mut looks) = (Instant::now(), tokio::time::interval(LOOK));
    loop {
        looks.tick().await;
        let depth = member.transport.depth(member.service.name).await;
        let depth = depth.expect("a depth");
        if depth.is_quiet() || began.elapsed() > LIMIT {
            return depth;
        }
    }
}

/// Counts what is under way.
fn open_work(network: &TestNetwork) -> String {
    let services = network.network.services();
    let outbox =
        |schema: String| format!("SELECT id, envelope ->> 'type' AS type, published_at FROM {schema}.outbox");
    let outboxes: Vec<_> = services.iter().map(|service| outbox(service.schema())).collect();
    let mut open = vec![
        "SELECT id FROM event WHERE published_at IS NULL".to_owned(),
        "SELECT media_id FROM media.rendering".to_owned(),
    ];
    for service in &services {
        for consumer in &service.consumers {
            open.push(format!(
                "SELECT id FROM event WHERE type = ANY('{{{types}}}') AND NOT EXISTS \
                 (SELECT FROM {schema}.inbox WHERE handler = '{handler}' AND event_id = event.id)",
                types = consumer.subscription.types.join(","),
                schema = service.schema(),
                handler = consumer.subscription.handler,
            ));
        }
    }
    format!(
        "WITH event AS MATERIALIZED ({}) SELECT count(*) AS count FROM ({}) AS open",
        outboxes.join(" UNION ALL "),
        open.join(" UNION ALL ")
    )
}
