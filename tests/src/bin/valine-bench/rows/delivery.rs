//! B4: events are carried from the outbox to their consumer and acted on, against pgbench doing a consumer's work.
//!
//! An event that one service consumes, by as many workers as pgbench has clients. The network also relays, which
//! pgbench does not; and pgbench commits each message by itself, on disk, where the network takes ten at a time and commits them in
//! order without waiting ([`store::Lasting::InOrder`]). The ratio says what that is worth, too.

use crate::args::Row;
use crate::http::Door;
use crate::messages;
use crate::pgbench::Length;
use crate::report::{Goal, Line};
use crate::rounds::{Sides, Values, alternate};
use crate::stage::Stage;
use crate::statements::Count;
use anyhow::{Result, ensure};
use chrono::Utc;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use http::Method;
use std::time::{Duration, Instant};

/// The least share of the baseline's rate.
const GOAL: Goal = Goal::AtLeast(0.7);

/// The least share of the rate without a backlog.
const BACKLOG_GOAL: Goal = Goal::AtLeast(0.8);

/// Consumers of a queue in the network.
const CLIENTS: usize = 2;

/// The event's kind among the ids that are made here.
const KIND: i32 = 4;

/// The accounts that are counted.
const ACCOUNTS: i64 = 2000;

/// By then a round is over, or something was lost.
const LIMIT: Duration = Duration::from_secs(120);

/// One message in each transaction.
const ONE_BY_ONE: &str = "BEGIN;
SELECT id AS message, event_id AS event FROM bus.profile WHERE visible_at <= now() ORDER BY visible_at LIMIT 1 FOR UPDATE SKIP LOCKED \\gset
INSERT INTO inbox (handler, event_id) VALUES ('profile', :event) ON CONFLICT DO NOTHING;
INSERT INTO post_counts AS known (account_id, total, public, version)
  SELECT (data ->> 'accountId')::uuid, (data ->> 'total')::bigint, (data ->> 'public')::bigint, (envelope ->> 'version')::bigint
  FROM bus.profile, LATERAL (SELECT body::json AS envelope, body::json -> 'data' AS data) read WHERE id = :message
  ON CONFLICT (account_id) DO UPDATE SET total = excluded.total, public = excluded.public, version = excluded.version
  WHERE known.version < excluded.version;
DELETE FROM bus.profile WHERE id = :message;
COMMIT;
";

/// Events with numbers after `$1`, `$2` of them, with the envelope `$3`.
fn events_in_numbers() -> String {
    let (event, account) = (
        format!("bench.id($1 + g, 0, {KIND})"),
        format!("bench.id(1000000 + g % {ACCOUNTS}, 0, 5)"),
    );
    let body = messages::filled("$3", &event, &account, &account, "$1 + g");
    format!("SELECT {event} AS id, {body} AS body FROM generate_series(1, $2) AS g")
}

/// Puts so many events somewhere; answers the number before the first.
async fn fill(conn: &mut AsyncPgConnection, into: &str, many: i64) -> Result<i64> {
    let start = Utc::now().timestamp_micros();
    let put = diesel::sql_query(format!("{into} FROM ({}) AS event", events_in_numbers()))
        .bind::<BigInt, _>(start)
        .bind::<BigInt, _>(many)
        .bind::<Text, _>(messages::count_template()?)
        .execute(conn)
        .await?;
    ensure!(i64::try_from(put)? == many, "{put} events were made, not {many}");
    Ok(start)
}

const INTO_OUTBOX: &str = "INSERT INTO content.outbox (id, envelope) SELECT id, body::json";

const INTO_QUEUE: &str =
    "INSERT INTO bus.profile (event_id, type, body) SELECT id, body::json ->> 'type', body";

/// How many of them have been acted on.
async fn delivered(conn: &mut AsyncPgConnection, batch: Batch) -> Result<i64> {
    let count: Count = diesel::sql_query(format!(
        "SELECT count(*) AS count FROM profile.inbox WHERE handler = 'profile' \
         AND event_id > bench.id($1, 0, 0) AND event_id <= bench.id($1 + $2, 0, 7) \
         AND substr(event_id::text, 15, 4) = '7' || lpad(to_hex({KIND}), 3, '0')"
    ))
    .bind::<BigInt, _>(batch.start)
    .bind::<BigInt, _>(batch.many)
    .get_result(conn)
    .await?;
    Ok(count.count)
}

async fn waiting_in_outbox(conn: &mut AsyncPgConnection) -> Result<bool> {
    let count: Count = diesel::sql_query(
        "SELECT count(*) AS count FROM \
         (SELECT FROM content.outbox WHERE published_at IS NULL ORDER BY attempts, id LIMIT 1) AS waiting",
    )
    .get_result(conn)
    .await?;
    Ok(count.count > 0)
}

/// Events that were made together.
#[derive(Clone, Copy)]
struct Batch {
    start: i64,
    many: i64,
}

/// Events decided at once, until as many have been acted on and all are on the bus: deliveries a second.
///
/// Behind a backlog it is events of the backlog that are acted on meanwhile.
async fn network(stage: &Stage, backlog: Option<Batch>) -> Result<f64> {
    let (many, person) = (stage.plan.messages, stage.person(0)?);
    let mut conn = stage.live.session().await?;
    let (began, before) = match backlog {
        Some(backlog) => (Some(Instant::now()), delivered(&mut conn, backlog).await?),
        None => (None, 0),
    };
    let start = fill(&mut conn, INTO_OUTBOX, many).await?;
    // With an empty queue nothing can have begun before this moment.
    let began = began.unwrap_or_else(Instant::now);
    // A request wakes the relay, as in life.
    let mut door = Door::connect(stage.server.address).await?;
    door.ask(
        Method::POST,
        "/api/posts",
        Some(&person.cookie),
        messages::new_post()?,
    )
    .await?;
    let own = Batch { start, many };
    loop {
        let mut done = delivered(&mut conn, own).await? - before;
        if let Some(backlog) = backlog {
            done += delivered(&mut conn, backlog).await?;
        }
        let elapsed = began.elapsed();
        if done >= many && !waiting_in_outbox(&mut conn).await? {
            return Ok(many_in(done, elapsed));
        }
        ensure!(elapsed < LIMIT, "only {done} of {many} events were acted on");
        // Looking costs the database something: about twice in what the rest will take.
        let left = many_in(many - done.min(many), Duration::from_secs(1));
        let rate = many_in(done.max(1), elapsed);
        pause(Duration::from_secs_f64((left / rate / 2.0).clamp(0.01, 0.5))).await;
    }
}

fn many_in(done: i64, elapsed: Duration) -> f64 {
    f64::from(u32::try_from(done).unwrap_or(u32::MAX)) / elapsed.as_secs_f64()
}

#[expect(
    clippy::disallowed_methods,
    reason = "it measures, and between two looks it must not be in the way"
)]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

/// pgbench's deliveries a second, where nothing else runs.
async fn baseline(stage: &Stage) -> Result<f64> {
    let many = stage.plan.messages;
    fill(&mut stage.quiet.session().await?, INTO_QUEUE, many).await?;
    let address = stage.quiet.address_of("profile")?;
    let length = Length::Transactions(many);
    stage
        .pgbench()?
        .rate(&address, ONE_BY_ONE, CLIENTS, length, &[])
        .await
}

/// Measures.
pub(super) async fn measure(stage: &Stage) -> Result<Vec<Line>> {
    let (plan, mut sides) = (stage.plan, Sides::default());
    for round in 0..plan.rounds {
        let (baseline, network) = alternate!(round, baseline(stage).await?, network(stage, None).await?);
        stage.live.settle().await?;
        sides.note(baseline, network);
    }
    let without = sides.network.median();
    let mut lines = vec![Line::ratio(
        Row::B4,
        "relay and delivery with inbox and effect, of pgbench's claim, effect and delete (each on disk)",
        sides,
        Some(GOAL),
    )];

    stage.progress.say(format!("B4: a backlog of {}.", plan.backlog));
    let mut conn = stage.live.session().await?;
    let start = fill(&mut conn, INTO_QUEUE, plan.backlog).await?;
    conn.batch_execute("CHECKPOINT").await?;
    let backlog = Batch {
        start,
        many: plan.backlog,
    };
    let mut rates = Vec::new();
    for _ in 0..plan.rounds.div_ceil(2) {
        rates.push(network(stage, Some(backlog)).await?);
    }
    conn.batch_execute("TRUNCATE bus.profile").await?;
    let (left, rates) = (plan.backlog, Values(rates));
    let shares = rates.0.iter().map(|rate| rate / without).collect();
    lines.push(
        Line::new(
            Row::B4,
            format!("the same behind {left} messages, of without them"),
            &Values(shares),
            "",
            Some(BACKLOG_GOAL),
        )
        .with(format!("{:.0}/s of {without:.0}/s", rates.median())),
    );
    Ok(lines)
}
