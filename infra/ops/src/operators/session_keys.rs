//! `valine session-keys`: what log-ins are signed with, and a new key for them.

use super::Bus;
use crate::installation::Installation;
use crate::output;
use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use clap::Subcommand;
use serde_json::json;

/// What to do with the keys of session tokens.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  valine session-keys list
  valine session-keys rotate               a new key signs at once; start the network again to use it
  valine session-keys rotate --in 3600     in an hour, by when every process has been started again and knows it
  valine --aws prod session-keys rotate --in 7200
                                           on AWS functions are new once the release was brought again by another name

Nobody is logged out: what an old key has signed counts until it ends by itself.")]
pub enum Command {
    /// Show what they are called, and from when to when they count
    List,
    /// Make a new key; the others end once what they have signed has ended
    Rotate {
        /// In how many seconds the new key begins to sign
        #[arg(long = "in", default_value_t = 0, value_name = "SECONDS", value_parser = clap::value_parser!(u32))]
        after: u32,
    },
}

/// Runs the command.
///
/// # Errors
/// When the keys cannot be read or written, or the network's database, which keeps who rotated them, cannot be reached.
pub async fn run(installation: &Installation, command: &Command) -> Result<bool> {
    let now = Utc::now();
    match command {
        Command::List => output::data(list(installation, now)?),
        Command::Rotate { after } => {
            let bus = Bus::connect(installation).await?;
            bus.audit("rotate-session-keys", None, None, json!({ "inSeconds": after }))
                .await?;
            rotate(installation, now + TimeDelta::seconds(i64::from(*after)), now).await?;
            output::say(if installation.is_function() {
                "Done. A function knows the new key once it is a new one: bring the release again by another name, as \
                 docs/runbooks/keys.md says. Nobody is logged out."
            } else {
                "Done. A process knows the new key once it is started again; nobody is logged out."
            });
        }
    }
    Ok(true)
}

async fn rotate(installation: &Installation, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
    let mut reader = installation.environment().read();
    let lifetime = identity::Settings::read(&mut reader).session_lifetime();
    reader.finish()?;
    let rotated = installation
        .secrets()?
        .session_keys()
        .rotated(since, lifetime, now);
    installation.keep_session_keys(&rotated).await
}

fn list(installation: &Installation, now: DateTime<Utc>) -> Result<String> {
    let secrets = installation.secrets()?;
    let mut table = output::table(&["key", "signs from", "counts until"]);
    for key in secrets.session_keys().named(&secrets) {
        let since = key
            .since
            .map_or_else(|| "the beginning".to_owned(), |since| since.to_string());
        let until = match key.until {
            None => "further notice".to_owned(),
            Some(until) if until <= now => format!("{until} (over)"),
            Some(until) => until.to_string(),
        };
        table.add_row([key.name, since, until]);
    }
    Ok(table.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chassis::config::Environment;
    use chassis::session::{SessionKey, SessionToken};
    use events::{AccountId, SessionId};
    use std::os::unix::fs::PermissionsExt;

    #[tokio::test]
    async fn a_rotation_is_kept_for_its_owner_alone_and_logs_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        let installation = Installation::open(folder.path(), Environment::default()).unwrap();
        let now = Utc::now();
        let token = SessionToken {
            account: AccountId::new(),
            session: SessionId::new(),
            issued_at: now.timestamp(),
            expires_at: now.timestamp() + 60,
        };
        let key = || SessionKey::new(&installation.secrets().unwrap());
        let old = key().sign(&token).unwrap();
        assert_eq!(
            list(&installation, now)
                .unwrap()
                .matches("further notice")
                .count(),
            1
        );
        rotate(&installation, now, now).await.unwrap();
        assert_eq!(key().verify(&old, now), Some(token));
        let new = key().sign(&token).unwrap();
        assert_ne!(
            old.split('.').next(),
            new.split('.').next(),
            "another key has another name"
        );
        let shown = list(&installation, now).unwrap();
        assert_eq!(shown.matches("further notice").count(), 1, "{shown}");
        let path = folder.path().join("session.keys");
        let kept = std::fs::read_to_string(&path).unwrap();
        assert!(
            kept.split_whitespace()
                .all(|word| word.len() < 16 || !shown.contains(word)),
            "no key is shown"
        );
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
        let set = Environment::default().with("SESSION_KEYS", kept);
        let elsewhere = Installation::open(folder.path(), set).unwrap();
        assert!(
            rotate(&elsewhere, now, now)
                .await
                .unwrap_err()
                .to_string()
                .contains("SESSION_KEYS")
        );
    }
}
