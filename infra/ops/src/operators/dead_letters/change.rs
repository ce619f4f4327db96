//! Sends dead letters again, or throws them away.

use super::{Chosen, find, named};
use crate::operators::Bus;
use crate::output;
use anyhow::{Result, bail};
use chassis::operators::{Change, Found};
use chassis::transport::DeadLetter;
use serde_json::json;

/// So many are changed at a time; each is kept before.
const AT_A_TIME: usize = 100;

/// Does it, and says how many there were. With each is kept why, where that was said.
pub(super) async fn change(bus: &Bus, chosen: &Chosen, change: Change, reason: Option<&str>) -> Result<bool> {
    let found = choose(bus, chosen).await?;
    let (action, past) = match change {
        Change::Replay => (change.name(), "replayed"),
        Change::Discard => (change.name(), "discarded"),
    };
    let bar = output::bar(action, found.len())?;
    let (mut changed, mut gone) = (0_usize, 0_usize);
    let of_one_queue = found.chunk_by(|one, other| one.queue == other.queue);
    for some in of_one_queue.flat_map(|some| some.chunks(AT_A_TIME)) {
        let Some(Found { queue, .. }) = some.first() else {
            continue;
        };
        let letters: Vec<_> = some.iter().map(|found| found.letter.clone()).collect();
        let detail = |letter: &DeadLetter| {
            let id = format!("{queue}/{}", letter.id);
            match reason {
                Some(reason) => json!({ "id": id, "reason": reason }),
                None => json!({ "id": id }),
            }
        };
        let outcomes = bus
            .desk()
            .change(change, (&bus.operator, queue), &letters, detail)
            .await?;
        for done in outcomes {
            let count = if done? { &mut changed } else { &mut gone };
            *count += 1;
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    if chosen.json {
        output::json(&json!({ past: changed, "goneMeanwhile": gone }))?;
    } else {
        let too_late = if gone > 0 {
            format!(", {gone} gone meanwhile")
        } else {
            String::new()
        };
        output::say(format!("{changed} {past}{too_late}."));
        if matches!(change, Change::Replay) && changed > 0 {
            output::say(
                "What fails again is a dead letter again after five tries (some minutes): valine dead-letters list",
            );
        }
    }
    Ok(true)
}

async fn choose(bus: &Bus, chosen: &Chosen) -> Result<Vec<Found>> {
    if !chosen.ids.is_empty() {
        let mut found: Vec<Found> = Vec::new();
        for id in &chosen.ids {
            let letter = named(bus, id).await?;
            if found.iter().all(|known| known.id() != letter.id()) {
                found.push(letter);
            }
        }
        return Ok(found);
    }
    if !chosen.all && chosen.filter.is_empty() {
        bail!("say which: CONSUMER/NUMBER, --consumer, --type, --error, or --all");
    }
    find(bus, &chosen.filter).await
}
