//! Secrets that are made on this machine, at the first start, and kept in files of their owner alone.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, Result, bail};

/// `bytes` random bytes as lower-case hexadecimal digits.
pub fn random(bytes: usize) -> String {
    let mut secret = vec![0_u8; bytes];
    rand::fill(secret.as_mut_slice());
    hex::encode(secret)
}

/// Writes `content` to a file that only its owner may read, in the place of a former one. A reader never sees half of it.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, content: &str) -> Result<()> {
    let unfinished = path.with_extension(random(6));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)
        .and_then(|mut file| {
            file.write_all(content.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&unfinished, path));
    written.with_context(|| format!("{} cannot be written", path.display()))
}

/// The content of a secret file without the white space around it, or nothing when there is no such file.
///
/// # Errors
/// When others may read the file: a secret that leaked is not used in silence.
pub fn read(path: &Path) -> Result<Option<String>> {
    let mode = match fs::metadata(path) {
        Ok(found) => found.permissions().mode(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be read", path.display()));
        }
    };
    if mode & 0o077 != 0 {
        bail!(
            "{0} holds a secret, but others on this machine may read it. Close it with: chmod 600 {0}",
            path.display()
        );
    }
    let content = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(Some(content.trim().to_owned()))
}
