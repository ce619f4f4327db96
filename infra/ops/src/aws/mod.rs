//! The operators' side of AWS. The database can be reached from the stage's own functions only, so two of them are the operators':
//! `lambda-migrate` brings schemas and roles up to date, `lambda-ops` runs a command of an operator, who asks it by `valine --aws`.

pub mod ask;
mod event;
mod logins;
mod migrate;
mod ops;

use crate::cli::{Command, failed};
use crate::operators::{self, events};
use anyhow::{Error, Result, anyhow};
use chassis::config::Environment;
use chassis::process::{Common, RunAs, handle};
use serde_json::Value;
use std::process::ExitCode;

/// Which function this process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Migrate,
    Ops,
}

/// How the program of these functions can run.
pub const WAYS: [RunAs; 2] = [RunAs::LambdaMigrate, RunAs::LambdaOps];

/// The program of these functions: the one that `RUN_AS` says.
pub async fn start() -> ExitCode {
    let environment = Environment::of_process();
    let outcome = match function(&environment) {
        Ok(function) => function.run(environment).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn function(environment: &Environment) -> Result<Function> {
    let mut reader = environment.read();
    // A program that is not told runs as the first of its ways, and this one runs as none then.
    let [migrate, ops] = WAYS;
    let run_as = RunAs::read(&mut reader, &[RunAs::Container, migrate, ops]);
    reader.finish()?;
    match run_as {
        Some(RunAs::LambdaMigrate) => Ok(Function::Migrate),
        Some(RunAs::LambdaOps) => Ok(Function::Ops),
        _ => Err(anyhow!(
            "this is the program of two functions on AWS: set RUN_AS to lambda-migrate or lambda-ops; the command line is valine"
        )),
    }
}

impl Function {
    /// Answers one event after the other. What is kept in Secrets Manager is read for each, for passwords change and operators
    /// change keys; and whatever is wrong with it is answered to who asks, where a process that does not start tells nobody.
    ///
    /// # Errors
    /// When the platform cannot be asked for events.
    pub(crate) async fn run(self, environment: Environment) -> Result<()> {
        let mut reader = environment.read();
        let common = Common::read(&mut reader);
        reader.finish()?;
        common.start_telemetry()?;
        match self {
            Self::Migrate => {
                handle(move |_event: Value, _deadline| {
                    let environment = environment.clone();
                    Box::pin(async move { migrate::run(&environment).await.map_err(whole) })
                })
                .await
            }
            Self::Ops => {
                handle(move |asked: event::Asked, deadline| {
                    let environment = environment.clone();
                    Box::pin(async move { Ok(ops::run(&environment, asked, deadline).await) })
                })
                .await
            }
        }
    }
}

/// The error with all its causes, for who asked is an operator.
fn whole(error: Error) -> Error {
    anyhow!("{error:#}")
}

/// Whether the operators' function may be asked for this.
///
/// # Errors
/// Why not, and what to do instead.
pub(crate) fn may_be_asked(command: &Command) -> Result<(), &'static str> {
    use operators::Command as Of;
    match command {
        Command::Up(_) => {
            Err("up starts a network on this machine; one on AWS is brought there by make deploy STAGE=…")
        }
        Command::Migrate(_) => Err(
            "migrate is a function of its own, which has the administrator's rights: infra/aws/deploy STAGE migrate",
        ),
        Command::Seed(_) => {
            Err("seed fills a system on this machine through its HTTP API, and a stage is none")
        }
        Command::Openapi(_) => Err("openapi is said by the program itself; run it without --aws"),
        Command::Operators(Of::Events(events::Command::Tail { no_follow: false, .. })) => {
            Err("events tail goes on until Ctrl-C, which a function does not hear; add --no-follow")
        }
        Command::Operators(Of::Doctor(args)) if args.url.is_some() => {
            Err("doctor --url measures on the machine that the system runs on; leave --url out")
        }
        Command::Backup(_) | Command::Restore(_) => Err(
            "backup and restore are of an installation on one machine; docs/runbooks/restore.md says how it is done on AWS",
        ),
        Command::Operators(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_what_it_is_told_and_nothing_else() {
        let told = |run_as: &str| function(&Environment::default().with("RUN_AS", run_as));
        assert_eq!(told("lambda-migrate").unwrap(), Function::Migrate);
        assert_eq!(told("lambda-ops").unwrap(), Function::Ops);
        for other in ["lambda-http", "container", ""] {
            let error = told(other).unwrap_err().to_string();
            assert!(error.contains("RUN_AS"), "{other}: {error}");
        }
    }
}
