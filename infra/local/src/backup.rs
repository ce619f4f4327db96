//! Copies of a whole installation, made while it runs, and installations made of them.
//!
//! The database is copied first and the files of its people afterwards, so every file that the copied database knows is there, but
//! for those that were deleted in between. A copy holds the installation's secrets and everybody's data: it is closed to others.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::copy::{self, Copied};
use crate::postgres::backup::{copy as copy_database, put_back};
use crate::{Lock, Progress, disk, home};

/// What tells a copy from any other folder; written last.
const MANIFEST: &str = "backup.json";

/// Where all but the database lies in it.
const REST: &str = "installation";

/// How copies of this kind are laid out.
const FORMAT: u32 = 1;

/// What of an installation belongs to the process that runs, or is made anew.
const LEFT_OUT: [&str; 4] = ["postgres", "lock", "valine.log", "url"];

/// What a copy is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Backup {
    format: u32,
    /// Whatever was answered before is in it (UTC).
    pub until: String,
    /// The version of PostgreSQL that can read it.
    pub postgres: String,
    /// Files in it.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Copies the installation in `root`, whose database runs, into the new folder `to`. What is not finished is called otherwise, and
/// removed when it fails.
///
/// # Errors
/// In words for a person: no database runs there, the folder is taken, the disk is full.
pub async fn make(root: &Path, to: &Path, progress: &Progress) -> Result<Backup> {
    let root = home(root)?;
    ensure!(
        !to.exists(),
        "{} is there already; name another folder",
        to.display()
    );
    let name = to.file_name().context("name a folder to copy into")?;
    let above = match to.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let above = above
        .canonicalize()
        .with_context(|| format!("{} is not there; make it first", above.display()))?;
    ensure!(
        !above.starts_with(&root),
        "a copy inside of {} would be lost with it; name a folder elsewhere",
        root.display()
    );
    let database = root.join("postgres").join("data");
    let needed = copy::size(&database) + copy::size(&root.join("s3"));
    disk::require(&above, needed + 64 * disk::MIB, "a copy of this installation")?;

    let unfinished = Unfinished(Some(above.join(unfinished(name))));
    let folder = unfinished.path().to_owned();
    copy::make(&folder)?;
    progress.say("Copying the database; everything goes on meanwhile.");
    let (mut copied, postgres, until) = copy_database(&root, &folder).await?;
    progress.say("Copying files and keys.");
    copied = copied.and(copy_rest(&root, &folder).await?);
    let backup = Backup {
        format: FORMAT,
        until,
        postgres,
        files: copied.files,
        bytes: copied.bytes,
    };
    fs::write(folder.join(MANIFEST), serde_json::to_vec_pretty(&backup)?)?;
    tokio::task::spawn_blocking(nix::unistd::sync).await?;
    unfinished.finish(&above.join(name))?;
    Ok(backup)
}

async fn copy_rest(root: &Path, folder: &Path) -> Result<Copied> {
    let (root, to) = (root.to_owned(), folder.join(REST));
    tokio::task::spawn_blocking(move || {
        copy::tree(&root, &to, &|path| {
            let is_lock = path.extension() == Some(OsStr::new("lock")) && path.components().count() == 1;
            is_lock || LEFT_OUT.iter().any(|name| path.starts_with(name))
        })
    })
    .await
    .context("a copy that panicked")?
}

/// Makes the installation in `root`, where there is none, of the copy in `from`. Nothing runs afterwards: the next start finds
/// everything as it was.
///
/// # Errors
/// In words for a person: no copy, another layout, an installation that is there already, a full disk.
pub async fn restore(from: &Path, root: &Path, progress: &Progress) -> Result<Backup> {
    let manifest = from.join(MANIFEST);
    let told = fs::read(&manifest).with_context(|| {
        format!(
            "{} is no finished copy of an installation: it has no {MANIFEST}",
            from.display()
        )
    })?;
    let backup: Backup =
        serde_json::from_slice(&told).with_context(|| format!("{} cannot be read", manifest.display()))?;
    ensure!(
        backup.format == FORMAT,
        "{} is a copy of format {}, and this release reads format {FORMAT}; restore it with the release that made it",
        from.display(),
        backup.format
    );
    let root = home(root)?;
    let _lock = Lock::take(&root.join("lock"), &format!("the network in {}", root.display())).await?;
    let taken = fs::read_dir(&root)?
        .flatten()
        .find(|entry| entry.file_name() != "lock");
    if let Some(taken) = taken {
        anyhow::bail!(
            "there is an installation in {} already ({}); move that folder away first: mv {0} {0}.before",
            root.display(),
            taken.file_name().to_string_lossy()
        );
    }
    disk::require(&root, backup.bytes + 64 * disk::MIB, "what is to be restored")?;
    let (from, into, progress) = (from.to_owned(), root.clone(), progress.clone());
    let put = tokio::task::spawn_blocking(move || {
        progress.say("Putting the database back.");
        put_back(&from, &into, &progress)?;
        progress.say("Putting files and keys back.");
        let rest = into.join("restoring");
        copy::tree(&from.join(REST), &rest, &|_| false)?;
        for entry in fs::read_dir(&rest)? {
            let entry = entry?;
            fs::rename(entry.path(), into.join(entry.file_name()))?;
        }
        fs::remove_dir(&rest)?;
        anyhow::Ok(())
    });
    put.await.context("a restore that panicked")??;
    Ok(backup)
}

fn unfinished(name: &OsStr) -> PathBuf {
    let mut unfinished = name.to_owned();
    unfinished.push(".unfinished");
    PathBuf::from(unfinished)
}

/// A copy that is not finished, removed when it is dropped.
struct Unfinished(Option<PathBuf>);

impl Unfinished {
    fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or_else(|| Path::new(""))
    }

    fn finish(mut self, name: &Path) -> Result<()> {
        if let Some(path) = self.0.take() {
            fs::rename(&path, name).with_context(|| format!("{} cannot be made", name.display()))?;
        }
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            fs::remove_dir_all(path).unwrap_or_default();
        }
    }
}
