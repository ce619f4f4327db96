//! `valine account`: roles, for the first moderators and admins.

use super::Bus;
use crate::installation::Installation;
use crate::output;
use anyhow::Result;
use chassis::Role;
use clap::{Subcommand, ValueEnum};
use serde_json::json;

/// What to do with accounts.
#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  valine account role ada@studio.example admin")]
pub enum Command {
    /// Make somebody a member, moderator or admin
    Role {
        /// The account's e-mail address
        email: String,
        /// What they may do from now on
        role: NewRole,
    },
}

/// A role as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum NewRole {
    /// Their own things only
    Member,
    /// Hides and restores what members publish
    Moderator,
    /// Everything a moderator may, and accounts and queues
    Admin,
}

impl From<NewRole> for Role {
    fn from(role: NewRole) -> Self {
        match role {
            NewRole::Member => Self::Member,
            NewRole::Moderator => Self::Moderator,
            NewRole::Admin => Self::Admin,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When the database cannot be reached, or there is no such account.
pub async fn run(installation: &Installation, command: Command) -> Result<bool> {
    let Command::Role { email, role } = command;
    let address = crate::network::address_of(installation, "identity")?;
    let mut conn = store::session(&address, "valine-operator").await?;
    let account = identity::operators::account_of(&conn, &email)
        .await
        .map_err(crate::into_anyhow)?;
    let role = Role::from(role);
    let bus = Bus::connect(installation).await?;
    bus.audit(
        "set-role",
        None,
        None,
        json!({ "account": account, "role": role }),
    )
    .await?;
    identity::operators::set_role(&mut conn, &email, role)
        .await
        .map_err(crate::into_anyhow)?;
    output::say("Done; it holds from the next request on.");
    Ok(true)
}
