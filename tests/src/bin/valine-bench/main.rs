//! `make bench`: what the network costs, against the same work without it, in one run on one machine.
//!
//! Every rate is a ratio to a baseline that ran in the same minute on the same private PostgreSQL with durable
//! settings; rounds of both alternate. The network is a process of its own, started as `valine up` starts it; this
//! process asks and measures.

mod args;
mod database;
mod http;
mod load;
mod machine;
mod messages;
mod pgbench;
mod report;
mod rounds;
mod rows;
mod server;
mod stage;
mod statements;

use anyhow::Result;
use args::Args;
use clap::Parser;
use ops::output;
use report::Report;
use stage::Stage;
use std::process::ExitCode;

/// The word that makes this program be `valine`: so the network is always the one that this was built with.
const AS_VALINE: &str = "valine";

#[tokio::main]
async fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let _program = words.next();
    if words.next().is_some_and(|word| word == AS_VALINE) {
        return ops::cli::main_with(std::env::args_os().skip(1)).await;
    }
    match Box::pin(run(&Args::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::say(format!("valine-bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<()> {
    let mut stage = tokio::select! {
        stage = Stage::set(args) => stage?,
        asked = chassis::stop_signal() => return asked,
    };
    let measured = tokio::select! {
        measured = rows::all(args, &mut stage) => measured,
        asked = chassis::stop_signal() => asked.map(|()| Vec::new()),
    };
    let machine = machine::describe(&stage);
    stage.strike().await?;
    let report = Report {
        machine,
        rows: measured?,
    };
    if args.json {
        output::json(&report)
    } else {
        output::data(report.to_string());
        Ok(())
    }
}
