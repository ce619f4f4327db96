//! B5: how long until a post can be found, at a steady rate that does not wait for answers.
//!
//! Time counts from the moment at which the request should have been sent, so that a pause of the network is felt by
//! all whom it kept waiting, and not only by the one whom it hit.

use crate::args::Row;
use crate::http::Door;
use crate::messages;
use crate::report::{Goal, Line};
use crate::rounds::Values;
use crate::stage::Stage;
use anyhow::{Context, Result, ensure};
use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use hdrhistogram::Histogram;
use http::{HeaderValue, Method};
use hyper::body::Bytes;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::statement;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

/// Between two requests.
const EVERY: Duration = Duration::from_millis(10);

/// Requests that may be under way at a time; more wait, and their time counts.
const DOORS: usize = 32;

/// Between two looks for what can be found.
const LOOK: Duration = Duration::from_millis(1);

/// A post that is not found by then is lost.
const LOST: Duration = Duration::from_secs(30);

/// A post that was published.
struct Published {
    id: Uuid,
    intended: Instant,
    answered: Instant,
    counts: bool,
}

/// A request that is due.
struct Intention {
    intended: Instant,
    /// Not in the warm-up.
    counts: bool,
    ask: Bytes,
}

/// Requests that are due, for whichever connection is free.
type Intentions = Arc<Mutex<UnboundedReceiver<Intention>>>;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Times, in microseconds.
struct Times {
    from_intended: Histogram<u64>,
    from_answer: Histogram<u64>,
}

impl Times {
    fn new() -> Result<Self> {
        Ok(Self {
            from_intended: Histogram::new(3)?,
            from_answer: Histogram::new(3)?,
        })
    }

    fn note(&mut self, post: &Published, found: Instant) -> Result<()> {
        if !post.counts {
            return Ok(());
        }
        let micros = |since: Instant| u64::try_from((found - since).as_micros());
        self.from_intended.record(micros(post.intended)?)?;
        self.from_answer.record(micros(post.answered)?)?;
        Ok(())
    }
}

/// Milliseconds at this quantile.
fn at(times: &Histogram<u64>, quantile: f64) -> f64 {
    Duration::from_micros(times.value_at_quantile(quantile)).as_secs_f64() * 1e3
}

/// Publishes what comes along, one after the other.
async fn publish(
    mut door: Door,
    cookie: HeaderValue,
    intentions: Intentions,
    published: UnboundedSender<Published>,
) -> Result<()> {
    loop {
        let next = intentions.lock().await.recv().await;
        let Some(Intention {
            intended,
            counts,
            ask,
        }) = next
        else {
            return Ok(());
        };
        let answer = door.ask(Method::POST, "/api/posts", Some(&cookie), ask).await?;
        let answered = Instant::now();
        let answer: Value = serde_json::from_slice(&answer)?;
        let id = answer.pointer("/post/id").and_then(Value::as_str);
        let id = id.context("the new post has no id")?.parse()?;
        published.send(Published {
            id,
            intended,
            answered,
            counts,
        })?;
    }
}

/// Looks for what was published until all of it was found.
async fn look(stage: &Stage, mut published: UnboundedReceiver<Published>) -> Result<Times> {
    let mut conn = stage.live.session_of("search-indexer").await?;
    let (mut waiting, mut times) = (HashMap::<Uuid, Published>::new(), Times::new()?);
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        if waiting.is_empty() {
            match published.recv().await {
                Some(post) => drop(waiting.insert(post.id, post)),
                None => return Ok(times),
            }
        }
        while let Ok(post) = published.try_recv() {
            waiting.insert(post.id, post);
        }
        let ids: Vec<Uuid> = waiting.keys().copied().collect();
        let rows: Vec<Found> = statement("SELECT id FROM post WHERE id = ANY($1) AND NOT removed")
            .bind::<Array<SqlUuid>, _>(ids)
            .load(&mut conn)
            .await?;
        let now = Instant::now();
        for row in rows {
            if let Some(post) = waiting.remove(&row.id) {
                times.note(&post, now)?;
            }
        }
        let oldest = waiting.values().map(|post| post.answered).min();
        ensure!(
            oldest.is_none_or(|since| since.elapsed() < LOST),
            "a post was not found within {LOST:?}"
        );
        looks.tick().await;
    }
}

/// Says when requests are due, whatever has become of those before.
async fn intend(stage: &Stage, intentions: UnboundedSender<Intention>, last: &str) -> Result<()> {
    let (warm_up, measured) = (stage.plan.warm_up, stage.plan.open_loop);
    let begin = tokio::time::Instant::now();
    let mut ticks = tokio::time::interval_at(begin, EVERY);
    // Late ticks come at once: none is left out.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    loop {
        let due = ticks.tick().await;
        let since = due - begin;
        let is_last = since >= warm_up + measured;
        let words = format!("{} {}", messages::TEXT, if is_last { last } else { "" });
        intentions.send(Intention {
            intended: due.into_std(),
            counts: since >= warm_up,
            ask: messages::post_saying(&words)?,
        })?;
        if is_last {
            return Ok(());
        }
    }
}

/// Measures.
pub(super) async fn measure(stage: &Stage) -> Result<Vec<Line>> {
    let (due, intentions) = mpsc::unbounded_channel();
    let (publishes, published) = mpsc::unbounded_channel();
    let (intentions, mut publishing) = (Arc::new(Mutex::new(intentions)), JoinSet::new());
    for number in 0..DOORS {
        let door = Door::connect(stage.server.address).await?;
        let cookie = stage.person(number)?.cookie.clone();
        publishing.spawn(publish(door, cookie, intentions.clone(), publishes.clone()));
    }
    drop(publishes);
    let word = format!("bench{}", Uuid::now_v7().simple());
    let (_, times) = tokio::try_join!(intend(stage, due, &word), look(stage, published))?;
    while let Some(ended) = publishing.join_next().await {
        ended.context("a publisher panicked")??;
    }
    // A row that is there is a row that is found, by people as well.
    let mut door = Door::connect(stage.server.address).await?;
    let path = format!("/api/search/posts?q={word}");
    let cookie = &stage.person(0)?.cookie;
    let answer = door.ask(Method::GET, &path, Some(cookie), Bytes::new()).await?;
    let answer: Value = serde_json::from_slice(&answer)?;
    ensure!(
        answer.pointer("/posts/0").is_some(),
        "the last post is not found by its words"
    );
    let (strict, after) = (&times.from_intended, &times.from_answer);
    let numbers = format!(
        "{} posts; after the answer {:.1} ms and {:.1} ms; at worst {:.1} ms",
        strict.len(),
        at(after, 0.5),
        at(after, 0.99),
        at(strict, 1.0)
    );
    let line = |what: &str, quantile, most| {
        let value = Values(vec![at(strict, quantile)]);
        Line::new(Row::B5, what, &value, "ms", Some(Goal::AtMost(most)))
    };
    Ok(vec![
        line(
            "from asking for a post to its being found, 100 a second: the middle one",
            0.5,
            10.0,
        )
        .with(numbers),
        line("the same: 99 of 100", 0.99, 50.0),
    ])
}
