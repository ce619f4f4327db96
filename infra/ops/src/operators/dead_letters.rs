//! `valine dead-letters`: look at what could not be consumed, send it again, throw it away.

mod change;

use super::Bus;
use crate::installation::Installation;
use crate::output;
use anyhow::{Context, Result};
use change::change;
use chassis::operators::{Change, Found, Wanted};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use comfy_table::ColumnConstraint;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// What to do with dead letters.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  valine dead-letters list
  valine dead-letters list --consumer search-indexer --error deadlock --json
  valine dead-letters show search-indexer/42
  valine dead-letters replay --consumer search-indexer --type content.post-changed.v1
  valine dead-letters replay search-indexer/42 search-indexer/43
  valine dead-letters discard search-indexer/42 --yes-discard --reason 'a test of the new release'")]
pub enum Command {
    /// List them, newest cause first, grouped by cause unless --each
    List {
        /// Which
        #[command(flatten)]
        filter: Filter,
        /// One line a letter instead of one a cause
        #[arg(long)]
        each: bool,
        /// For machines: every letter, without its body
        #[arg(long)]
        json: bool,
    },
    /// Show one whole: its envelope, what failed, how often, by which release
    Show {
        /// CONSUMER/NUMBER, as `list --each` shows it
        id: String,
        /// For machines
        #[arg(long)]
        json: bool,
    },
    /// Send them to their queue again; effects that are there already are not repeated
    Replay {
        /// Which
        #[command(flatten)]
        chosen: Chosen,
    },
    /// Throw them away for good
    Discard {
        /// Which
        #[command(flatten)]
        chosen: Chosen,
        /// Say that you mean it
        #[arg(long, required = true)]
        yes_discard: bool,
        /// Why, to be kept with who did it
        #[arg(long, value_name = "WORDS", value_parser = reason)]
        reason: Option<String>,
    },
}

/// Which dead letters.
#[derive(Clone, Debug, Default, Args)]
pub struct Filter {
    /// Of this consuming service
    #[arg(long, value_name = "SERVICE")]
    consumer: Option<String>,
    /// Of this event type
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Whose cause has these words, or this fingerprint
    #[arg(long, value_name = "WORDS")]
    error: Option<String>,
}

impl Filter {
    fn is_empty(&self) -> bool {
        self.consumer.is_none() && self.kind.is_none() && self.error.is_none()
    }
}

/// Which dead letters to change: named ones, filtered ones, or all on purpose.
#[derive(Clone, Debug, Args)]
pub struct Chosen {
    /// CONSUMER/NUMBER, as `list --each` shows them
    ids: Vec<String>,
    #[command(flatten)]
    filter: Filter,
    /// Every dead letter there is
    #[arg(long, conflicts_with_all = ["ids", "consumer", "kind", "error"])]
    all: bool,
    /// For machines: the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// As over HTTP: some words in one line.
fn reason(words: &str) -> Result<String, &'static str> {
    let words = words.trim();
    let is_short = (1..=200).contains(&words.chars().count());
    if is_short && !words.chars().any(char::is_control) {
        Ok(words.to_owned())
    } else {
        Err("a reason has 1 to 200 characters, none of them a control character")
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    id: String,
    consumer: &'a str,
    event_id: Option<Uuid>,
    r#type: Option<&'a str>,
    receives: i32,
    sent_at: DateTime<Utc>,
    died_at: Option<DateTime<Utc>>,
    fingerprint: Option<String>,
    causes: Option<Vec<String>>,
    release: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    envelope: Option<Value>,
}

fn view(found: &Found, with_envelope: bool) -> View<'_> {
    let failure = found.failure.as_ref();
    View {
        id: found.id(),
        consumer: found.queue,
        event_id: found.letter.event_id,
        r#type: found.letter.kind.as_deref(),
        receives: found.letter.receive_count,
        sent_at: found.letter.sent_at,
        died_at: found.letter.died_at,
        fingerprint: found.fingerprint(),
        causes: found.causes(),
        release: failure.map(|failure| failure.release.as_str()),
        envelope: with_envelope.then(|| found.envelope()),
    }
}

/// Runs the command; `false` when something could not be done.
///
/// # Errors
/// When the queues cannot be reached.
pub async fn run(installation: &Installation, command: Command) -> Result<bool> {
    let bus = Bus::connect(installation).await?;
    match command {
        Command::List { filter, each, json } => list(&bus, &filter, each, json).await.map(|()| true),
        Command::Show { id, json } => show(&bus, &id, json).await.map(|()| true),
        Command::Replay { chosen } => change(&bus, &chosen, Change::Replay, None).await,
        Command::Discard { chosen, reason, .. } => {
            change(&bus, &chosen, Change::Discard, reason.as_deref()).await
        }
    }
}

async fn find(bus: &Bus, filter: &Filter) -> Result<Vec<Found>> {
    let wanted = Wanted {
        queue: filter
            .consumer
            .as_deref()
            .map(|name| bus.queue(name))
            .transpose()?,
        kind: filter.kind.clone(),
        error: filter.error.clone(),
        after: None,
        most: None,
    };
    bus.desk().letters(&wanted).await
}

async fn list(bus: &Bus, filter: &Filter, each: bool, json: bool) -> Result<()> {
    let mut found = find(bus, filter).await?;
    found.sort_by_key(|found| std::cmp::Reverse((found.letter.died_at, found.letter.sent_at)));
    if json {
        return output::json(&found.iter().map(|found| view(found, false)).collect::<Vec<_>>());
    }
    if found.is_empty() {
        let that = if filter.is_empty() { "" } else { " match" };
        output::say(format!("No dead letters{that}."));
        return Ok(());
    }
    if each {
        let mut table = output::table(&["id", "type", "event", "died", "tries", "cause"]);
        for found in &found {
            table.add_row([
                found.id(),
                found.letter.kind.clone().unwrap_or_default(),
                found.letter.event_id.map(|id| id.to_string()).unwrap_or_default(),
                time(found.letter.died_at),
                found.letter.receive_count.to_string(),
                found.cause(),
            ]);
        }
        // Broken over two lines, nobody could copy them: those of SQS are long.
        for ids in [0, 2] {
            if let Some(column) = table.column_mut(ids) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        output::data(table.to_string());
    } else {
        output::data(by_cause(&found).to_string());
        output::say(
            "One each: --each. Of one cause: --error FINGERPRINT. Whole: valine dead-letters show CONSUMER/NUMBER. \
             Again: valine dead-letters replay …",
        );
    }
    Ok(())
}

/// A line a cause: what an operator mends is causes, not letters.
fn by_cause(found: &[Found]) -> comfy_table::Table {
    let mut groups: Vec<(String, Vec<&Found>)> = Vec::new();
    for found in found {
        let fingerprint = found.fingerprint().unwrap_or_default();
        let key = format!(
            "{}\n{}\n{fingerprint}",
            found.queue,
            found.letter.kind.as_deref().unwrap_or_default()
        );
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, members)) => members.push(found),
            None => groups.push((key, vec![found])),
        }
    }
    let mut table = output::table(&["letters", "consumer", "type", "last died", "fingerprint", "cause"]);
    for (_, members) in groups {
        let Some(newest) = members.first() else { continue };
        table.add_row([
            members.len().to_string(),
            newest.queue.to_owned(),
            newest
                .letter
                .kind
                .clone()
                .unwrap_or_else(|| "unreadable".to_owned()),
            time(newest.letter.died_at),
            newest.fingerprint().unwrap_or_default(),
            newest.cause(),
        ]);
    }
    table
}

/// Where a queue tells no time, nothing.
fn time(at: impl Into<Option<DateTime<Utc>>>) -> String {
    let at = at.into().map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string());
    at.unwrap_or_default()
}

async fn named(bus: &Bus, id: &str) -> Result<Found> {
    // `search-indexer/42`, or `search-indexer:42` as it stands in the addresses of the HTTP API.
    let (consumer, number) = id.rsplit_once(['/', ':']).with_context(|| {
        format!("{id} is not CONSUMER/NUMBER; `valine dead-letters list --each` shows them")
    })?;
    let found = bus.desk().letter(bus.queue(consumer)?, number).await?;
    found.with_context(|| format!("there is no dead letter {id} (any more)"))
}

async fn show(bus: &Bus, id: &str, json: bool) -> Result<()> {
    let found = named(bus, id).await?;
    // A payload may hold people's words: who looked is kept.
    bus.audit(
        "show",
        Some(found.queue),
        found.letter.event_id,
        json!({ "id": found.id() }),
    )
    .await?;
    if json {
        return output::json(&view(&found, true));
    }
    let mut table = output::table(&["", &found.id()]);
    let event = found
        .letter
        .event_id
        .map(|id| id.to_string())
        .unwrap_or_else(|| "unreadable".to_owned());
    table.add_row(["event", &event]);
    table.add_row(["type", found.letter.kind.as_deref().unwrap_or("unreadable")]);
    table.add_row(["published", &time(found.letter.sent_at)]);
    table.add_row(["died", &time(found.letter.died_at)]);
    table.add_row(["tries", &found.letter.receive_count.to_string()]);
    if let Some(fingerprint) = found.fingerprint() {
        table.add_row(["fingerprint", &fingerprint]);
    }
    if let Some(failure) = &found.failure {
        table.add_row(["release", &failure.release]);
    }
    if let Some(causes) = found.causes() {
        table.add_row(["causes", &causes.join("\n  because ")]);
    }
    output::data(table.to_string());
    let body = serde_json::from_str::<Value>(&found.letter.body);
    output::data(
        body.and_then(|body| serde_json::to_string_pretty(&body))
            .unwrap_or_else(|_| found.letter.body.clone()),
    );
    Ok(())
}
