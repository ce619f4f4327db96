//! How the command line speaks: data to stdout, talk to stderr; where somebody takes it down, to them.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

/// How wide tables are where nobody looks at a terminal.
const WIDTH: u16 = 160;

tokio::task_local! {
    /// Takes down what is said in a task, instead of its being written.
    static TAKEN: Taking;
}

/// What a command said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Its data.
    pub data: String,
    /// Its talk.
    pub talk: String,
}

struct Taking {
    said: Mutex<Said>,
    columns: u16,
}

impl Taking {
    fn to(&self, choose: impl FnOnce(&mut Said) -> &mut String, text: &str) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let place = choose(&mut said);
        place.push_str(text);
        place.push('\n');
    }
}

/// Takes down what this work says; tables are so wide. What it spawns speaks for itself.
pub async fn taken<F: Future>(columns: Option<u16>, work: F) -> (F::Output, Said) {
    let taking = Taking {
        said: Mutex::default(),
        columns: columns.unwrap_or(WIDTH),
    };
    TAKEN
        .scope(taking, async {
            let outcome = work.await;
            let said = TAKEN.with(|taking| {
                std::mem::take(&mut *taking.said.lock().unwrap_or_else(PoisonError::into_inner))
            });
            (outcome, said)
        })
        .await
}

/// Prints data. A reader that went away is nobody's fault.
pub fn data(text: impl AsRef<str>) {
    let text = text.as_ref();
    let taken = TAKEN.try_with(|taking| taking.to(|said| &mut said.data, text));
    if taken.is_err() {
        drop(writeln!(std::io::stdout(), "{text}"));
    }
}

/// Prints data for machines.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    data(serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Says something to the person.
pub fn say(text: impl AsRef<str>) {
    let text = text.as_ref();
    let taken = TAKEN.try_with(|taking| taking.to(|said| &mut said.talk, text));
    if taken.is_err() {
        drop(writeln!(std::io::stderr(), "{text}"));
    }
}

/// Says what was said elsewhere, letter for letter.
pub fn again(said: &Said) {
    drop(std::io::stdout().write_all(said.data.as_bytes()));
    drop(std::io::stderr().write_all(said.talk.as_bytes()));
}

/// How wide the person's terminal is; nothing where data goes elsewhere.
#[must_use]
pub fn columns() -> Option<u16> {
    Table::new().width()
}

/// A table with these headings.
#[must_use]
pub fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(headings);
    if let Ok(columns) = TAKEN.try_with(|taking| taking.columns) {
        table.set_width(columns);
    } else if !std::io::stdout().is_terminal() {
        table.set_width(WIDTH);
    }
    table
}

/// A bar on stderr for something that is done to so many things.
///
/// # Errors
/// Never, but that neither the number's type nor the bar's layout is known to the compiler to fit.
pub fn bar(doing: &'static str, things: usize) -> anyhow::Result<ProgressBar> {
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len}  {eta}")?;
    let bar = ProgressBar::new(u64::try_from(things)?)
        .with_style(style)
        .with_message(doing);
    if TAKEN.try_with(|_| ()).is_ok() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    Ok(bar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_two_commands_say_at_a_time_is_taken_down_for_each() {
        let speak = |name: &'static str| async move {
            say(format!("{name} begins"));
            tokio::task::yield_now().await;
            data(name);
            table(&["a table of many words"]).width()
        };
        let (one, other) = tokio::join!(taken(Some(30), speak("one")), taken(None, speak("other")));
        let said = |data: &str, talk: &str| Said {
            data: data.to_owned(),
            talk: talk.to_owned(),
        };
        assert_eq!(one, (Some(30), said("one\n", "one begins\n")));
        assert_eq!(other, (Some(160), said("other\n", "other begins\n")));
    }
}
