//! `valine seed`: fills a running system, through its HTTP API and nothing else, with plausible people and what they do.
//!
//! [`plan`] decides everything beforehand, from three numbers. [`phases`] asks the server for it, step by step, and
//! repeats each request until it is answered. [`journal`] holds what was acknowledged, so that a seed which was killed
//! goes on where it was; each request carries the same idempotency key as before, so that nothing happens twice.
//! [`verify`] reads the journal and asks the server for each of these things.

mod args;
mod client;
mod image;
mod journal;
mod meter;
mod phases;
mod plan;
mod progress;
mod run;
mod step;
mod summary;
mod verify;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

pub use args::Args;
use args::Place;
use client::{Backoff, Client, Settings};
use journal::{Journal, Origin};
use progress::Talk;
use run::Run;
use summary::Summary;
use verify::Verification;

/// What a seed or its verification has to say; `Display` is what belongs on stdout.
#[derive(Debug)]
pub struct Outcome {
    json: bool,
    result: Report,
}

#[derive(Debug)]
enum Report {
    Seeded(Summary),
    Verified(Verification),
}

impl Outcome {
    /// True if every step was acknowledged, or everything acknowledged was found once: exit code 0, else 1.
    #[must_use]
    pub fn success(&self) -> bool {
        match &self.result {
            Report::Seeded(summary) => summary.success(),
            Report::Verified(verification) => verification.success(),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.result, self.json) {
            (Report::Seeded(summary), false) => summary.fmt(f),
            (Report::Verified(verification), false) => verification.fmt(f),
            (Report::Seeded(summary), true) => writeln!(f, "{:#}", summary.json()),
            (Report::Verified(verification), true) => writeln!(f, "{:#}", verification.json()),
        }
    }
}

/// Seeds, or verifies with `--verify`, the system of the installation in `root`. Progress goes to stderr; the caller prints the [`Outcome`] to stdout.
///
/// # Errors
///
/// When it cannot begin (no operator key, a journal that belongs to another network or is in use, an address that is
/// not this machine without `--allow-remote`), when its own disk fails, or when a verification gets no answer. What
/// the server refuses is no error of this function but part of the outcome.
pub async fn run(root: &Path, args: Args) -> Result<Outcome> {
    let place = args.place(root)?;
    let backoff = Backoff {
        first: Duration::from_millis(100),
        most: Duration::from_secs(2),
    };
    run_with(args, place, backoff, Talk::to_stderr()).await
}

async fn run_with(args: Args, place: Place, backoff: Backoff, talk: Talk) -> Result<Outcome> {
    if !args.allow_remote && !is_loopback(&place.url) {
        bail!(
            "{} is not this machine. A seed makes people whose passwords anybody can derive from --seed; if that system may have them, add --allow-remote",
            place.url
        );
    }
    let operator_key = std::fs::read_to_string(&place.operator_key_file).with_context(|| {
        format!(
            "cannot read the operator key {}: `valine up` makes it when it starts for the first time; seed from the same folder, or say where it is with --operator-key-file",
            place.operator_key_file.display()
        )
    })?;
    let settings = Settings {
        url: place.url.clone(),
        operator_key,
        patience: args.patience,
        backoff,
    };
    let client = Client::new(settings, talk.clone())?;
    let result = if args.verify {
        Report::Verified(verify_journal(&args, &place.journal, client, &talk).await?)
    } else {
        Report::Seeded(seed(&args, &place.journal, client, &talk).await?)
    };
    Ok(Outcome {
        json: args.json,
        result,
    })
}

async fn seed(args: &Args, path: &Path, client: Client, talk: &Talk) -> Result<Summary> {
    let origin = Origin {
        seed: args.seed,
        members: args.members,
        posts: args.posts,
    };
    let (journal, contents) = Journal::open(path, origin)?;
    if !contents.acknowledged.is_empty() {
        talk.say(&format!(
            "Going on where the journal {} ends: {} steps are done.",
            path.display(),
            contents.acknowledged.len()
        ));
    }
    let plan = plan::plan(args.seed, args.members, args.posts);
    let mut run = Run::new(plan, client, Some(journal), contents.acknowledged);
    let summary = phases::seed(&run, args.concurrency, talk).await;
    // Says why, if writing has failed: more than the summary knows.
    run.journal.take().map_or(Ok(()), Journal::close)?;
    Ok(summary)
}

async fn verify_journal(args: &Args, path: &Path, client: Client, talk: &Talk) -> Result<Verification> {
    let contents = journal::read(path)?;
    let Some(origin) = contents.origin else {
        bail!("the journal {} is empty; seed first", path.display());
    };
    let plan = plan::plan(origin.seed, origin.members, origin.posts);
    let run = Run::new(plan, client, None, contents.acknowledged);
    Ok(verify::verify(&run, args.concurrency, args.settle, talk).await?)
}

/// Whether what is sent there stays on this machine.
pub(crate) fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
