//! The rows of the table, a file each.

mod delivery;
mod outbox;
mod reading;
mod searching;
mod writing;

use crate::args::{Args, Row};
use crate::report::{Goal, Line};
use crate::rounds::Values;
use crate::stage::Stage;
use anyhow::Result;

/// Most memory of the one process, in MiB.
const MEMORY: Goal = Goal::AtMost(150.0);

/// Measures what is asked for.
pub(crate) async fn all(args: &Args, stage: &mut Stage) -> Result<Vec<Line>> {
    let (rows, mut lines, mut memory) = (args.rows(), Vec::new(), Vec::new());
    let wants = |row: Row| rows.contains(&row);
    if wants(Row::B9) {
        stage.progress.say("B9: idle memory.");
        let idle = tokio::time::timeout(stage.plan.idle, std::future::pending::<()>());
        let idle = async {
            // It is over when the time is.
            drop(idle.await);
            Ok(())
        };
        memory.push(("idle", stage.server.watched(idle).await?.1));
    }
    if wants(Row::B1) || wants(Row::B9) {
        stage.progress.say("B1: reading.");
        let (line, most) = reading::measure(stage).await?;
        memory.push(("B1", most));
        lines.extend(wants(Row::B1).then_some(line));
    }
    if wants(Row::B2) || wants(Row::B9) {
        stage.progress.say("B2: writing.");
        let (line, most) = Box::pin(writing::measure(stage, wants(Row::B2))).await?;
        memory.push(("B2", most));
        lines.extend(line);
    }
    if wants(Row::B3) {
        stage.progress.say("B3: what the outbox costs.");
        lines.push(outbox::measure(stage).await?);
    }
    if wants(Row::B4) {
        stage.progress.say("B4: relay and delivery.");
        lines.extend(delivery::measure(stage).await?);
    }
    if wants(Row::B5) {
        stage.progress.say("B5: from the request to the search.");
        lines.extend(searching::measure(stage).await?);
    }
    if wants(Row::B9) {
        let most = memory.iter().map(|(_, most)| *most).fold(0.0, f64::max);
        let shown: Vec<_> = memory
            .iter()
            .map(|(when, most)| format!("{when} {most:.0}"))
            .collect();
        lines.push(
            Line::new(
                Row::B9,
                "resident memory, the most of idle, B1 and B2",
                &Values(vec![most]),
                "MiB",
                Some(MEMORY),
            )
            .with(shown.join(", ")),
        );
    }
    Ok(lines)
}
