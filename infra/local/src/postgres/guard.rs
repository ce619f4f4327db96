//! Somebody who outlives us: stops the server when its owner was killed and nobody took it over.
//!
//! A killed process cannot tidy up. So each server has a guard beside it: a few lines of shell that
//! wait at the end of a pipe whose other end the owner holds. When the owner dies, however it dies,
//! the kernel closes the pipe. A server whose data is kept then goes on for a while, so that a restart
//! finds it warm and in order; a temporary one is stopped and removed at once.
//!
//! Owner and guard agree by renaming one file, which can succeed only once: either the successor takes
//! `owner-…` over, or the guard turns it into `stopping-…` and stops the server.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};

use anyhow::{Context, Result};

use super::place::Place;
use super::{Options, Purpose};
use crate::secret;

const OWNER: &str = "owner-";
const STOPPING: &str = "stopping-";

/// An `initdb` that outlives its parent may go on filling the folder for a while; hence the patience.
///
/// `$1` token, `$2` seconds of grace, `$3` signal, `$4` the folder to remove, or nothing.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
read -r word
[ "$word" = done ] && exit 0
[ "$2" = 0 ] || sleep "$2"
mv "owner-$1" "stopping-$1" 2>/dev/null || exit 0
sockets=$(sed -n 5p data/postmaster.pid 2>/dev/null)
tries=0
while pid=$(head -n 1 data/postmaster.pid 2>/dev/null) && kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 600 ]; do
    [ "$tries" = 0 ] && kill "-$3" "$pid"
    tries=$((tries + 1))
    sleep 0.1
done
case "$sockets" in /tmp/valine-*) rmdir "$sockets" ;; esac
rm -f "stopping-$1"
tries=0
until [ -z "$4" ] || rm -rf -- "$4" || [ "$tries" -ge 60 ]; do
    tries=$((tries + 1))
    sleep 1
done
"#;

/// The guard of a server that we own.
#[derive(Debug)]
pub(crate) struct Guard {
    shell: Child,
    line: Option<ChildStdin>,
    token: String,
}

/// What became of the owner's file of a server that is found running.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// It is ours now.
    Taken,
    /// Its guard has begun to stop it.
    Stopping,
}

impl Guard {
    /// Makes us the owner of the place, without a predecessor, and sets a guard.
    pub(crate) fn set(place: &Place, options: &Options) -> Result<Self> {
        for file in files(&place.folder)? {
            fs::remove_file(place.folder.join(&file)).with_context(|| format!("{file} cannot be removed"))?;
        }
        let token = secret::random(6);
        let owner = place.folder.join(format!("{OWNER}{token}"));
        fs::write(&owner, format!("{}\n", std::process::id()))
            .with_context(|| format!("{} cannot be written", owner.display()))?;
        Self::over(place, options, token)
    }

    /// Takes a running server over from a predecessor.
    pub(crate) fn take_over(place: &Place, options: &Options) -> Result<(Claim, Option<Self>)> {
        let token = secret::random(6);
        let mine = place.folder.join(format!("{OWNER}{token}"));
        let found = files(&place.folder)?;
        if found.iter().any(|file| file.starts_with(STOPPING)) {
            return Ok((Claim::Stopping, None));
        }
        match found.first() {
            Some(owner) if fs::rename(place.folder.join(owner), &mine).is_err() => {
                return Ok((Claim::Stopping, None));
            }
            Some(_) => {}
            // Killed between the start of its server and its first file, or started by hand.
            None => fs::write(&mine, "")?,
        }
        Ok((Claim::Taken, Some(Self::over(place, options, token)?)))
    }

    fn over(place: &Place, options: &Options, token: String) -> Result<Self> {
        let live = matches!(options.purpose, Purpose::Live { .. });
        let grace = if live { options.grace.as_secs() } else { 0 };
        let mut command = place.account.command("/bin/sh", &place.folder);
        command
            .arg("-c")
            .arg(SCRIPT)
            .arg("valine-guard")
            .arg(&token)
            .arg(grace.to_string());
        if live {
            command.args(["INT", ""]);
        } else {
            command.arg("QUIT").arg(&place.folder);
        }
        let mut shell = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("/bin/sh does not start")?;
        let line = shell.stdin.take();
        Ok(Self { shell, line, token })
    }

    /// Sends the guard home: we stop the server ourselves.
    pub(crate) fn dismiss(&mut self, place: &Place) {
        if let Some(mut line) = self.line.take() {
            // A guard that is gone already needs no word.
            drop(line.write_all(b"done\n"));
        }
        drop(self.shell.wait());
        fs::remove_file(place.folder.join(format!("{OWNER}{}", self.token))).unwrap_or_default();
    }
}

fn files(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let names = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names
        .filter(|name| name.starts_with(OWNER) || name.starts_with(STOPPING))
        .collect())
}
