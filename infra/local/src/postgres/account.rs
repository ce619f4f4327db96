//! Who runs the server. PostgreSQL refuses to run as root, so root lends it a system user of our own.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use nix::unistd::{Uid, User, geteuid};

use crate::Progress;

/// The system user that root makes for the server.
const NAME: &str = "valine";

/// Held while the user is made. Where only root may write, so that nobody else keeps root waiting.
const TURN: &str = "/run/valine-user.lock";

/// The user that the server runs as.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// User and group to become; nothing when the server runs as whoever we are.
    switch: Option<(u32, u32)>,
}

impl Account {
    /// Whoever we are; for people who are not root.
    pub(crate) fn ourselves() -> Self {
        Self { switch: None }
    }

    /// Whether we are root, so that the server needs another user.
    pub(crate) fn needed() -> bool {
        geteuid().is_root()
    }

    /// The owner of a folder that a server already lives in. Nothing when that is root.
    pub(crate) fn owner_of(folder: &Path) -> Result<Option<Self>> {
        let found = folder
            .metadata()
            .with_context(|| format!("{} cannot be read", folder.display()))?;
        if Uid::from_raw(found.uid()) == geteuid() {
            return Ok((!geteuid().is_root()).then(Self::ourselves));
        }
        Ok(Some(Self {
            switch: Some((found.uid(), found.gid())),
        }))
    }

    /// The system user for servers that root starts; made when it does not exist yet.
    pub(crate) fn for_root(progress: &Progress) -> Result<Self> {
        if let Some(user) = User::from_name(NAME)? {
            return Ok(Self::of(&user));
        }
        let turn = turn();
        if let Some(user) = User::from_name(NAME)? {
            return Ok(Self::of(&user));
        }
        progress.say(format!(
            "PostgreSQL refuses to run as root: making the system user `{NAME}` for it (no password, no log-in)."
        ));
        let made = Command::new("useradd")
            .args([
                "--system",
                "--user-group",
                "--no-create-home",
                "--home-dir",
                "/nonexistent",
            ])
            .args([
                "--shell",
                "/usr/sbin/nologin",
                "--comment",
                "PostgreSQL of valine",
                NAME,
            ])
            .stdin(Stdio::null())
            .output();
        drop(turn);
        // Asked again whatever `useradd` said: somebody else may have made the user.
        if let Some(user) = User::from_name(NAME)? {
            return Ok(Self::of(&user));
        }
        let reason = match made {
            Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(error) => error.to_string(),
        };
        let nobody = User::from_name("nobody")?.with_context(|| {
            format!(
                "the system user `{NAME}` could not be made ({reason}) and there is no user `nobody`. \
                 Start this as an ordinary user instead of root."
            )
        })?;
        progress.say(format!(
            "The system user `{NAME}` could not be made ({reason}), so the server runs as `nobody`; \
             other programs of `nobody` on this machine could read its files."
        ));
        Ok(Self::of(&nobody))
    }

    fn of(user: &User) -> Self {
        Self {
            switch: Some((user.uid.as_raw(), user.gid.as_raw())),
        }
    }

    /// The user's name for messages.
    pub(crate) fn name(&self) -> String {
        let uid = self.switch.map_or_else(geteuid, |(uid, _)| Uid::from_raw(uid));
        User::from_uid(uid)
            .ok()
            .flatten()
            .map_or_else(|| format!("user {uid}"), |user| user.name)
    }

    /// Whether children become another user than we are.
    pub(crate) fn is_another(&self) -> bool {
        self.switch.is_some()
    }

    /// A command that runs as this user, in `folder`, with an environment that holds nothing of ours:
    /// neither our secrets nor `PG…` variables that would lead it astray.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .current_dir(folder)
            .stdin(Stdio::null())
            // A Ctrl-C in the terminal is for us; we end our children in order.
            .process_group(0);
        if let Some((uid, gid)) = self.switch {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Hands a file or folder of ours over to this user. A link is not followed: it may lie where that user put it.
    pub(crate) fn give(&self, path: &Path) -> Result<()> {
        if let Some((uid, gid)) = self.switch {
            lchown(path, Some(uid), Some(gid)).with_context(|| {
                format!("{} cannot be handed to the user {}", path.display(), self.name())
            })?;
        }
        Ok(())
    }

    /// Hands a folder of ours, with all that is in it, over to this user.
    pub(crate) fn give_all(&self, folder: &Path) -> Result<()> {
        if self.switch.is_none() {
            return Ok(());
        }
        self.give(folder)?;
        for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                self.give_all(&entry.path())?;
            } else {
                self.give(&entry.path())?;
            }
        }
        Ok(())
    }
}

/// Makes the user one start at a time, until it is dropped: when `useradd` runs twice at once, both make a user of this name, and
/// the one that the first start was told of is gone again. Where there is no `/run` it is done all the same.
fn turn() -> io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(TURN)?;
    file.lock()?;
    Ok(file)
}
