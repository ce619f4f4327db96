//! The commands, and what they are given.

use crate::aws::{self, ask};
use crate::installation::Installation;
use crate::{backup, migrate, openapi, operators, output, seed, up};
use chassis::config::Environment;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Wrong arguments, as everywhere.
const MISUSED: u8 = 2;

/// Joint: a professional network for creative people, and the tools to run it.
#[derive(Debug, Parser)]
#[command(name = "valine", version, max_term_width = 110, after_help = ask::HELP)]
pub struct Cli {
    /// The folder of this installation: its data, its secret, its operator's key
    #[arg(
        long,
        global = true,
        env = "VALINE_ROOT",
        default_value = ".valine",
        value_name = "FOLDER"
    )]
    root: PathBuf,

    #[command(flatten)]
    pub(crate) whom: ask::Whom,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the whole network on this machine; Ctrl-C stops it
    Up(up::Args),
    /// Bring every schema, role and queue up to date
    Migrate(migrate::Args),
    /// Fill a running system through its HTTP API
    Seed(Box<seed::Args>),
    #[command(flatten)]
    Operators(operators::Command),
    /// Print the description of the HTTP API (OpenAPI 3.1)
    Openapi(openapi::Args),
    /// Copy everything of this machine's installation into a folder, while it runs
    Backup(backup::BackupArgs),
    /// Make an installation of such a copy, where there is none
    Restore(backup::RestoreArgs),
}

/// Reads the arguments, the program's name first; runs the command; answers the exit code: 0 when all is well, 1 when
/// something was found or failed, 2 when the arguments are wrong.
pub async fn main_with(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<_> = arguments.into_iter().collect();
    let cli = Cli::parse_from(&arguments);
    let function = cli.whom.function().and_then(|function| match function {
        Some(_) => aws::may_be_asked(&cli.command).map(|()| function),
        None => Ok(None),
    });
    match function {
        Ok(None) => {}
        Ok(Some(function)) => {
            return match Box::pin(ask::ask(&function, &arguments)).await {
                Ok(code) => ExitCode::from(code),
                Err(error) => failed(&error),
            };
        }
        Err(why) => {
            output::say(format!("valine: {why}"));
            return ExitCode::from(MISUSED);
        }
    }
    match Box::pin(run(cli)).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => failed(&error),
    }
}

pub(crate) fn failed(error: &anyhow::Error) -> ExitCode {
    output::say(format!("valine: {error:#}"));
    ExitCode::FAILURE
}

async fn run(Cli { root, command, .. }: Cli) -> anyhow::Result<bool> {
    if let Command::Seed(args) = command {
        let outcome = seed::run(&root, *args).await?;
        output::data(outcome.to_string().trim_end());
        return Ok(outcome.success());
    }
    let installation = Installation::open(&root, Environment::of_process())?;
    match command {
        Command::Up(args) => up::run(&installation, args).await.map(|()| true),
        Command::Migrate(args) => migrate::run(&installation, args).await.map(|()| true),
        Command::Operators(command) => operators::run(&installation, command).await,
        Command::Openapi(args) => openapi::run(&installation, args).await.map(|()| true),
        Command::Backup(args) => backup::make(&installation, args).await.map(|()| true),
        Command::Restore(args) => backup::restore(&installation, args).await.map(|()| true),
        Command::Seed(_) => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Cli::command().debug_assert();
    }
}
