//! `valine doctor`: is all well, and where not.

mod checks;
mod latency;
mod quiet;

use crate::installation::Installation;
use crate::operators::Bus;
use crate::output;
use anyhow::Result;
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use std::time::Duration;
use url::Url;

/// For how long outboxes and queues may take to become quiet.
const PATIENCE: Duration = Duration::from_secs(60);

/// How thoroughly to look.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  valine doctor            outboxes, queues, dead letters, and how long a post takes to be found
  valine doctor --deep     … and every counter, copy and index against the rows it stands for
  valine doctor --deep --json

Exit code 0 when all is well, 1 when something differs. A system that runs is measured through its HTTP API, by an
account of the doctor's own (user name valine_doctor_…) that posts for itself alone and removes what it posted.")]
pub struct Args {
    /// Wait until outboxes and queues are quiet (60 s at most), then compare everything
    #[arg(long)]
    deep: bool,
    /// Where the system answers, to measure from a post to its being found [default: where `valine up` of this folder
    /// listens]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<Url>,
    /// For machines
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    what: String,
    well: bool,
    detail: String,
}

impl Finding {
    fn well(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            well: true,
            detail: detail.into(),
        }
    }

    fn ill(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            well: false,
            detail: detail.into(),
        }
    }
}

/// Looks, prints, and answers whether all is well.
///
/// # Errors
/// When the database cannot be reached.
pub async fn run(installation: &Installation, args: Args) -> Result<bool> {
    let url = args.url.map_or_else(|| installation.url(), Ok)?;
    let mut bus = Bus::connect(installation).await?;
    let mut findings = Vec::new();
    if args.deep && !quiet::wait(&mut bus, PATIENCE).await? {
        findings.push(Finding::ill(
            "quiet",
            format!(
                "outboxes, queues or erasures still move after {} s; the comparison below may be of things under way",
                PATIENCE.as_secs()
            ),
        ));
    }
    findings.extend(quiet::look(&mut bus).await?);
    if args.deep {
        findings.extend(checks::compare(&mut bus.conn).await?);
    }
    findings.push(latency::measure(installation, &url).await);
    let well = findings.iter().all(|finding| finding.well);
    if args.json {
        output::json(&findings)?;
    } else {
        print(&findings, well);
    }
    Ok(well)
}

/// What `--deep` compares, of a network that is quiet: a line for everything that differs. The connection is an
/// administrator's.
///
/// # Errors
/// When the database cannot be reached.
pub async fn differences(conn: &mut AsyncPgConnection) -> Result<Vec<String>> {
    let findings = checks::compare(conn).await?;
    let ill = findings.into_iter().filter(|finding| !finding.well);
    Ok(ill
        .map(|finding| format!("{}: {}", finding.what, finding.detail))
        .collect())
}

/// What [`differences`] compares, by name.
pub fn comparisons() -> impl Iterator<Item = &'static str> {
    checks::names()
}

fn print(findings: &[Finding], well: bool) {
    let mut table = output::table(&["", "what", "found"]);
    for finding in findings {
        table.add_row([
            if finding.well { "ok" } else { "!!" },
            &finding.what,
            &finding.detail,
        ]);
    }
    output::data(table.to_string());
    output::say(if well {
        "All is well."
    } else {
        "Something differs; see the lines marked !!."
    });
}
