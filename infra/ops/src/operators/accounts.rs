//! `valine account`: roles, for the first moderators and admins; and deletion, for those who cannot ask for it themselves.

use super::Bus;
use crate::installation::Installation;
use crate::output;
use anyhow::Result;
use chassis::Role;
use clap::{Subcommand, ValueEnum};
use serde_json::json;

/// What to do with accounts.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  valine account role ada@studio.example admin
  valine account delete ada@studio.example --for-good")]
pub enum Command {
    /// Make somebody a member, moderator or admin
    Role {
        /// The account's e-mail address
        email: String,
        /// What they may do from now on
        role: NewRole,
    },
    /// Delete somebody's account, as they asked for it: a suspended person cannot do so themselves. Prints the address of the
    /// receipt, which is theirs
    Delete {
        /// The account's e-mail address
        email: String,
        /// Nothing brings it back
        #[arg(long, required = true)]
        for_good: bool,
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
    let address = crate::network::address_of(installation, "identity")?;
    let mut conn = store::session(&address, "valine-operator").await?;
    let (Command::Role { email, .. } | Command::Delete { email, .. }) = &command;
    let account = identity::operators::account_of(&conn, email)
        .await
        .map_err(crate::into_anyhow)?;
    let bus = Bus::connect(installation).await?;
    match command {
        Command::Role { email, role } => {
            let role = Role::from(role);
            let done = json!({ "account": account, "role": role });
            bus.audit("set-role", None, None, done).await?;
            identity::operators::set_role(&mut conn, &email, role)
                .await
                .map_err(crate::into_anyhow)?;
            output::say("Done; it holds from the next request on.");
        }
        Command::Delete { email, .. } => {
            bus.audit("delete-account", None, None, json!({ "account": account }))
                .await?;
            let (secrets, url) = (installation.secrets()?, installation.url()?);
            let receipt = identity::operators::delete_account(&mut conn, &secrets, &url, &email)
                .await
                .map_err(crate::into_anyhow)?;
            output::say(
                "Deleted. Every service erases what it holds; the receipt says when each has, for thirty days:",
            );
            output::data(receipt.as_str());
        }
    }
    Ok(true)
}
