//! `make cold-starts`: how long a function takes from the start of its process to its first answer, through the Runtime API's own
//! protocol, and to the first answer that needs the database; each of so many processes, as a distribution.
//!
//! What Lambda adds is not in it: fetching and unpacking the zip, starting a machine for it, Secrets Manager and the database
//! behind a network. Secrets and the database are on this machine here.

mod measure;
mod stage;

use anyhow::Result;
use clap::Parser;
use measure::{Measured, Times};
use ops::output;
use serde::Serialize;
use stage::Stage;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to measure.
#[derive(Debug, Parser)]
#[command(
    name = "valine-cold-starts",
    after_help = "Example:\n  make lambda ARCHITECTURES=x86_64 && make cold-starts ARGS='--rounds 50 --program content'"
)]
struct Args {
    /// Where programs are: FOLDER/PROGRAM/bootstrap
    #[arg(long, value_name = "FOLDER")]
    built: PathBuf,
    /// How many processes of each
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Only these; every one that is built otherwise
    #[arg(long, value_name = "NAME")]
    program: Vec<String>,
    /// For machines
    #[arg(long)]
    json: bool,
}

/// What was found.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    cores: usize,
    /// Of the last minute, all processes: high when others were at work, too.
    load_average: String,
    rounds: u16,
    programs: Vec<Measured>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match Box::pin(run(&Args::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::say(format!("valine-cold-starts: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<()> {
    let stage = Stage::set().await?;
    let measured = measure::all(&stage, &args.built, &args.program, args.rounds).await;
    stage.strike().await?;
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let report = Report {
        cores: std::thread::available_parallelism().map_or(0, usize::from),
        load_average: load.split(' ').next().unwrap_or_default().to_owned(),
        rounds: args.rounds,
        programs: measured?,
    };
    if args.json {
        return output::json(&report);
    }
    let mut table = output::table(&[
        "program",
        "bytes",
        "first answer, ms",
        "first that needs the database, ms",
    ]);
    for program in &report.programs {
        table.add_row([
            program.name.clone(),
            program.bytes.to_string(),
            shown(&program.first),
            program.with_database.as_ref().map_or("–".to_owned(), shown),
        ]);
    }
    output::data(format!(
        "{table}\nFrom the start of the process; least, middle and 95th of a hundred, of {} processes each. {} cores, load {}.",
        report.rounds, report.cores, report.load_average
    ));
    Ok(())
}

fn shown(times: &Times) -> String {
    format!("{:.1} / {:.1} / {:.1}", times.least, times.p50, times.p95)
}
