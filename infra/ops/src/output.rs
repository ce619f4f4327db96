//! How the command line speaks: data to stdout, talk to stderr.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::io::{IsTerminal, Write};

/// Prints data. A reader that went away is nobody's fault.
pub fn data(text: impl AsRef<str>) {
    drop(writeln!(std::io::stdout(), "{}", text.as_ref()));
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
    drop(writeln!(std::io::stderr(), "{}", text.as_ref()));
}

/// A table with these headings.
#[must_use]
pub fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(headings);
    if !std::io::stdout().is_terminal() {
        table.set_width(160);
    }
    table
}

/// A bar on stderr for something that is done to so many things.
///
/// # Errors
/// Never, but that neither the number's type nor the bar's layout is known to the compiler to fit.
pub fn bar(doing: &'static str, things: usize) -> anyhow::Result<ProgressBar> {
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len}  {eta}")?;
    Ok(ProgressBar::new(u64::try_from(things)?)
        .with_style(style)
        .with_message(doing))
}
