//! The commands, and what they are given.

use crate::installation::Installation;
use crate::{backup, doctor, migrate, openapi, operators, output, seed, up};
use chassis::config::Environment;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Joint: a professional network for creative people, and the tools to run it.
#[derive(Debug, Parser)]
#[command(name = "valine", version, max_term_width = 110)]
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

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the whole network on this machine; Ctrl-C stops it
    Up(up::Args),
    /// Bring every schema, role and queue up to date
    Migrate(migrate::Args),
    /// Fill a running system through its HTTP API
    Seed(Box<seed::Args>),
    /// Look at messages that could not be consumed, replay or discard them
    #[command(subcommand)]
    DeadLetters(operators::dead_letters::Command),
    /// Follow events as they are published, or explain one event's whole journey
    #[command(subcommand)]
    Events(operators::events::Command),
    /// Change an account's role, or delete an account for its person
    #[command(subcommand)]
    Account(operators::accounts::Command),
    /// Show the keys that log-ins are signed with, or make a new one
    #[command(subcommand)]
    SessionKeys(operators::session_keys::Command),
    /// Print the description of the HTTP API (OpenAPI 3.1)
    Openapi(openapi::Args),
    /// Make the search index anew
    #[command(subcommand)]
    Search(operators::search::Command),
    /// Check that everything is well
    Doctor(doctor::Args),
    /// Copy everything of this machine's installation into a folder, while it runs
    Backup(backup::BackupArgs),
    /// Make an installation of such a copy, where there is none
    Restore(backup::RestoreArgs),
}

/// Reads the arguments, the program's name first; runs the command; answers the exit code: 0 when all is well, 1 when
/// something was found or failed, 2 when the arguments are wrong.
pub async fn main_with(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match run(Cli::parse_from(arguments)).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::say(format!("valine: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(Cli { root, command }: Cli) -> anyhow::Result<bool> {
    if let Command::Seed(args) = command {
        let outcome = seed::run(&root, *args).await?;
        output::data(outcome.to_string().trim_end());
        return Ok(outcome.success());
    }
    let installation = Installation::open(&root, Environment::of_process())?;
    match command {
        Command::Up(args) => up::run(&installation, args).await.map(|()| true),
        Command::Migrate(args) => migrate::run(&installation, args).await.map(|()| true),
        Command::DeadLetters(command) => operators::dead_letters::run(&installation, command).await,
        Command::Events(command) => operators::events::run(&installation, command).await,
        Command::Account(command) => operators::accounts::run(&installation, command).await,
        Command::SessionKeys(command) => operators::session_keys::run(&installation, &command).await,
        Command::Openapi(args) => openapi::run(&installation, args).await.map(|()| true),
        Command::Search(command) => operators::search::run(&installation, command).await,
        Command::Doctor(args) => doctor::run(&installation, args).await,
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
