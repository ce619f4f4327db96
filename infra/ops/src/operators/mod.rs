//! What operators do with a running system. Whatever changes something, or shows what people wrote, leaves a row in
//! `bus.operator_action` before it is done, and is not done where that cannot be. (A migration leaves it afterwards: it may make that table.)

pub mod accounts;
mod bus;
pub mod dead_letters;
pub mod events;
pub mod search;
pub mod session_keys;

pub(crate) use bus::Bus;

use crate::doctor;
use crate::installation::Installation;
use anyhow::Result;
use clap::Subcommand;

/// Commands that are asked here or, by `--aws`, of the operators' function.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look at messages that could not be consumed, replay or discard them
    #[command(subcommand)]
    DeadLetters(dead_letters::Command),
    /// Follow events as they are published, or explain one event's whole journey
    #[command(subcommand)]
    Events(events::Command),
    /// Change an account's role, or delete an account for its person
    #[command(subcommand)]
    Account(accounts::Command),
    /// Show the keys that log-ins are signed with, or make a new one
    #[command(subcommand)]
    SessionKeys(session_keys::Command),
    /// Make the search index anew
    #[command(subcommand)]
    Search(search::Command),
    /// Check that everything is well
    Doctor(doctor::Args),
}

/// Runs the command; `false` when something was found or could not be done.
///
/// # Errors
/// When what it needs cannot be reached.
pub async fn run(installation: &Installation, command: Command) -> Result<bool> {
    match command {
        Command::DeadLetters(command) => dead_letters::run(installation, command).await,
        Command::Events(command) => events::run(installation, command).await,
        Command::Account(command) => accounts::run(installation, command).await,
        Command::SessionKeys(command) => session_keys::run(installation, &command).await,
        Command::Search(command) => search::run(installation, command).await,
        Command::Doctor(args) => doctor::run(installation, args).await,
    }
}
