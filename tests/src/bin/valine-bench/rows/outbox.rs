//! B3: what it costs a write that its events are written with it.

use crate::args::Row;
use crate::load::{Worker, rate};
use crate::messages;
use crate::report::{Goal, Line};
use crate::rounds::{Sides, Values, alternate};
use crate::stage::{Person, Stage, WORKERS};
use crate::statements;
use anyhow::Result;
use chassis::Database;
use events::Cause;
use store::outbox;
use uuid::Uuid;

/// Most of a write's time, in percent.
const GOAL: Goal = Goal::AtMost(20.0);

struct Writer {
    database: Database,
    author: Person,
    publishes: bool,
    written: i64,
}

impl Worker for Writer {
    async fn step(&mut self) -> Result<()> {
        self.written += 1;
        let (author, publishes, version) = (self.author.clone(), self.publishes, self.written);
        let written = self.database.write(async move |conn| {
            let id = Uuid::now_v7();
            statements::write(conn, &author, id).await?;
            if publishes {
                let events = [
                    (1, messages::post_changed(author.account, id)),
                    (version, messages::counted(author.account)),
                ];
                outbox::append_all(conn, &Cause::system(), events).await?;
            }
            Ok(())
        });
        written.await.map_err(ops::into_anyhow)
    }
}

/// Measures, where nobody carries away what is published.
pub(super) async fn measure(stage: &Stage) -> Result<Line> {
    let database = Database::new(stage.quiet.pool_of("content", WORKERS)?);
    let writers = |publishes| -> Result<Vec<_>> {
        let writer = |worker| {
            Ok(Writer {
                database: database.clone(),
                author: stage.person(worker)?.clone(),
                publishes,
                written: 0,
            })
        };
        (0..WORKERS).map(writer).collect()
    };
    let (mut silent, mut publishing) = (writers(false)?, writers(true)?);
    let (plan, mut sides) = (stage.plan, Sides::default());
    for round in 0..plan.rounds {
        let (without, with) = alternate!(
            round,
            rate(&mut silent, plan.warm_up, plan.slice).await?,
            rate(&mut publishing, plan.warm_up, plan.slice).await?
        );
        sides.note(without, with);
    }
    let ratios = sides.ratios();
    let costs = ratios.0.iter().map(|ratio| (1.0 / ratio - 1.0) * 100.0);
    let line = Line::new(
        Row::B3,
        "time that a write takes more for its two events in the outbox",
        &Values(costs.collect()),
        "%",
        Some(GOAL),
    );
    let (with, without) = (sides.network.median(), sides.baseline.median());
    Ok(line.with(format!("{with:.0}/s with, {without:.0}/s without")))
}
