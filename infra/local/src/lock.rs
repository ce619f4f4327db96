//! One owner at a time for what lies in a folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long somebody who is just leaving is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often it is tried.
const LOOK: Duration = Duration::from_millis(10);

/// Holds a lock file until it is dropped. The kernel lets go of it when the process dies, however it
/// dies, so that there are no stale locks.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock `path` for `what` (as in "the database of this folder").
    ///
    /// # Errors
    /// When another process keeps holding it (the message names that process), or the file cannot be opened.
    pub async fn take(path: &Path, what: &str) -> Result<Self> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .with_context(|| format!("the lock file {} cannot be opened", path.display()))?;
        let begun = Instant::now();
        while let Err(refused) = file.try_lock() {
            match refused {
                // A predecessor that is just going, or a child of ours between its birth and its program.
                TryLockError::WouldBlock if begun.elapsed() < PATIENCE => tokio::time::sleep(LOOK).await,
                TryLockError::WouldBlock => bail!("{}", Self::held(&mut file, path, what)),
                TryLockError::Error(error) => {
                    return Err(error).with_context(|| format!("{} cannot be locked", path.display()));
                }
            }
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .with_context(|| format!("the lock file {} cannot be written", path.display()))?;
        Ok(Self { _file: file })
    }

    fn held(file: &mut File, path: &Path, what: &str) -> String {
        let mut holder = String::new();
        // The number is a courtesy; the message is right without it.
        file.read_to_string(&mut holder).unwrap_or_default();
        let holder = match holder.trim() {
            "" => "another process".to_owned(),
            pid => format!("process {pid}"),
        };
        format!(
            "{what} is already in use by {holder} (it holds {}). Is it running in another terminal? \
             Stop it there with Ctrl-C, or use another folder.",
            path.display()
        )
    }
}
