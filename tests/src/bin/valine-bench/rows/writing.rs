//! B2: a post is written through the edge, against the same statements run by pgbench.
//!
//! Both feed the same relay: what is written is carried to its consumers meanwhile, and awaited before the next round.

use crate::args::Row;
use crate::http::Door;
use crate::load::{Worker, rate};
use crate::messages::{self, TAGS, TEXT};
use crate::pgbench::Length;
use crate::report::{Goal, Line};
use crate::rounds::{Sides, alternate};
use crate::stage::{Stage, WORKERS};
use crate::statements::{HERE, PUBLISH, READ, WRITE, with_values};
use anyhow::Result;
use chrono::Utc;
use http::{HeaderValue, Method};
use hyper::body::Bytes;

/// The least share of the baseline's rate.
const GOAL: Goal = Goal::AtLeast(0.6);

struct ThroughTheEdge {
    door: Door,
    cookie: HeaderValue,
    ask: Bytes,
}

impl Worker for ThroughTheEdge {
    async fn step(&mut self) -> Result<()> {
        let answer = self
            .door
            .ask(Method::POST, "/api/posts", Some(&self.cookie), self.ask.clone());
        answer.await.map(drop)
    }
}

/// The transaction of a request, with an author for each client.
fn script() -> String {
    let (author, post, event, counted) = (
        "bench.id(1000000, :client_id, 1)",
        "bench.id(:n, :client_id, 0)",
        "bench.id(:n, :client_id, 2)",
        "bench.id(:n, :client_id, 3)",
    );
    let here = with_values(HERE, &[&format!("ARRAY[{author}]")]);
    let write = with_values(
        WRITE,
        &[
            author,
            "'bench'",
            "'bench'",
            post,
            ":text",
            "'public'",
            ":tags::text[]",
            "now()",
            "'{}'::uuid[]",
            "1",
        ],
    );
    let bodies = [
        messages::filled(":post_event", event, author, post, "1"),
        messages::filled(":count_event", counted, author, post, ":n"),
    ];
    let publish = with_values(
        PUBLISH,
        &[
            &format!("ARRAY[{event}, {counted}]"),
            &format!("ARRAY[{}]", bodies.join(", ")),
        ],
    );
    let read = with_values(READ, &[author, "false", post]);
    format!("\\set n :n + 1\nBEGIN;\n{here};\n{write};\n{publish};\n{read};\nCOMMIT;\n")
}

/// Measures, if asked to compare; answers also the network's most memory.
pub(super) async fn measure(stage: &Stage, compare: bool) -> Result<(Option<Line>, f64)> {
    let mut asking = Vec::new();
    for worker in 0..WORKERS {
        asking.push(ThroughTheEdge {
            door: Door::connect(stage.server.address).await?,
            cookie: stage.person(worker)?.cookie.clone(),
            ask: messages::new_post()?,
        });
    }
    let (plan, script) = (stage.plan, script());
    let (mut sides, mut memory) = (Sides::default(), 0.0_f64);
    for round in 0..if compare { plan.rounds } else { 1 } {
        let baseline = async {
            if !compare {
                return Ok(f64::NAN);
            }
            let variables = [
                ("n", Utc::now().timestamp_micros().to_string()),
                ("text", TEXT.to_owned()),
                ("tags", format!("{{{}}}", TAGS.join(","))),
                ("post_event", messages::post_template()?),
                ("count_event", messages::count_template()?),
            ];
            let address = stage.live.address_of("content")?;
            let length = Length::Time(plan.slice);
            let rate = stage
                .pgbench()?
                .rate(&address, &script, WORKERS, length, &variables)
                .await?;
            stage.live.settle().await?;
            anyhow::Ok(rate)
        };
        let network = async {
            let measured = stage
                .server
                .watched(rate(&mut asking, plan.warm_up, plan.slice))
                .await?;
            stage.live.settle().await?;
            anyhow::Ok(measured)
        };
        let (baseline, (network, most)) = alternate!(round, baseline.await?, network.await?);
        sides.note(baseline, network);
        memory = memory.max(most);
    }
    let what = "POST /posts through the edge, of the same statements by pgbench";
    let line = compare.then(|| Line::ratio(Row::B2, what, sides, Some(GOAL)));
    Ok((line, memory))
}
