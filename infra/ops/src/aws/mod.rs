//! The operators' side of AWS. The database can be reached from the stage's own functions only, so two of them run this program:
//! `lambda-migrate` brings schemas and roles up to date, `lambda-ops` runs a command of an operator, who asks it by `valine --aws`.

pub mod ask;
mod event;
mod logins;
mod migrate;
mod ops;

use crate::cli::Command;
use crate::operators::{self, events};
use anyhow::{Error, Result, anyhow};
use chassis::config::Environment;
use chassis::process::{Common, RunAs, handle};
use serde_json::Value;

/// Which function this process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Migrate,
    Ops,
}

/// Which function this process is, as `RUN_AS` says; none where it is the command line.
///
/// # Errors
/// When it is one that this program cannot be.
pub(crate) fn function(environment: &Environment) -> Result<Option<Function>> {
    let mut reader = environment.read();
    let ways = [RunAs::Container, RunAs::LambdaMigrate, RunAs::LambdaOps];
    let run_as = RunAs::read(&mut reader, &ways);
    reader.finish()?;
    Ok(match run_as {
        Some(RunAs::LambdaMigrate) => Some(Function::Migrate),
        Some(RunAs::LambdaOps) => Some(Function::Ops),
        _ => None,
    })
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
    fn a_program_is_the_command_line_unless_it_is_told_otherwise() {
        let told = |run_as: &str| function(&Environment::default().with("RUN_AS", run_as));
        assert_eq!(told("").unwrap(), None);
        assert_eq!(told("container").unwrap(), None);
        assert_eq!(told("lambda-migrate").unwrap(), Some(Function::Migrate));
        assert_eq!(told("lambda-ops").unwrap(), Some(Function::Ops));
        let error = told("lambda-http").unwrap_err().to_string();
        assert!(
            error.contains("RUN_AS must be one of: container, lambda-migrate, lambda-ops"),
            "{error}"
        );
    }
}
