//! `lambda-ops`: a command of an operator, run as on a machine that the system runs on, with what it says taken down.

use super::event::{Answered, Asked};
use super::logins::Logins;
use super::may_be_asked;
use crate::cli::{Cli, Command};
use crate::installation::Installation;
use crate::operators;
use crate::output::{self, Said};
use anyhow::Result;
use chassis::config::Environment;
use chassis::process::{Deadline, kept};
use clap::Parser;
use std::time::Duration;

/// What an invocation needs to answer, once a command was cut off.
const LAST: Duration = Duration::from_secs(5);

/// Runs it. Whatever becomes of it is answered as its exit code and its words.
pub(super) async fn run(environment: &Environment, asked: Asked, deadline: Deadline) -> Answered {
    let Some(operator) = asked.operator() else {
        return Answered::misused("say who asks, for the audit: operator, 100 letters at most");
    };
    let arguments = std::iter::once("valine".to_owned()).chain(asked.arguments);
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return words_of(&error),
    };
    if !matches!(cli.whom.function(), Ok(None)) {
        return Answered::misused("this is the function already; --aws and --function are for who asks it");
    }
    if let Err(why) = may_be_asked(&cli.command) {
        return Answered::misused(why);
    }
    let Command::Operators(command) = cli.command else {
        return Answered::misused("this is no command for operators");
    };
    let work = Box::pin(tokio::time::timeout(
        deadline.left(LAST),
        command_of(environment, &operator, command),
    ));
    let (outcome, mut said) = output::taken(asked.columns, work).await;
    let code = match outcome {
        Ok(Ok(true)) => 0,
        Ok(Ok(false)) => 1,
        Ok(Err(error)) => {
            tracing::warn!(error = format!("{error:#}"), "a command failed");
            said.talk.push_str(&format!("valine: {error:#}\n"));
            1
        }
        Err(_elapsed) => {
            said.talk.push_str(
                "valine: it took longer than a function may and was cut off; what it did until then stays\n",
            );
            1
        }
    };
    Answered::new(code, said)
}

async fn command_of(environment: &Environment, operator: &str, command: operators::Command) -> Result<bool> {
    let environment = kept::resolved(environment.clone()).await?;
    let logins = Logins::read(&environment).await?;
    let installation = Installation::of_function(logins.told(environment)?, operator)?;
    operators::run(&installation, command).await
}

/// What is said of arguments that are wrong, or of help that was asked for.
fn words_of(error: &clap::Error) -> Answered {
    let words = error.render().to_string();
    let said = if error.use_stderr() {
        Said {
            data: String::new(),
            talk: words,
        }
    } else {
        Said {
            data: words,
            talk: String::new(),
        }
    };
    Answered::new(u8::try_from(error.exit_code()).unwrap_or(2), said)
}
