//! Copies of folders, also of those that somebody writes to meanwhile.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use anyhow::{Context, Result};

/// What was copied.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Copied {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
}

impl Copied {
    /// Both together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            files: self.files + other.files,
            bytes: self.bytes + other.bytes,
        }
    }
}

/// Copies what is in `from` into the new folder `to`, closed to others, but for what `skips` by its path below `from`. What goes
/// while it is being copied is not missed; links and sockets are not copied.
pub(crate) fn tree(from: &Path, to: &Path, skips: &dyn Fn(&Path) -> bool) -> Result<Copied> {
    below(from, Path::new(""), to, skips)
}

fn below(from: &Path, inside: &Path, to: &Path, skips: &dyn Fn(&Path) -> bool) -> Result<Copied> {
    make(&to.join(inside))?;
    let folder = from.join(inside);
    let mut copied = Copied::default();
    let Some(entries) = there(fs::read_dir(&folder), &folder)? else {
        return Ok(copied);
    };
    for entry in entries {
        let Some(entry) = there(entry, &folder)? else {
            continue;
        };
        let path = inside.join(entry.file_name());
        let Some(kind) = there(entry.file_type(), &entry.path())? else {
            continue;
        };
        if skips(&path) {
            continue;
        }
        if kind.is_dir() {
            copied = copied.and(below(from, &path, to, skips)?);
        } else if kind.is_file() {
            copied = copied.and(file(&entry.path(), &to.join(&path))?);
        }
    }
    Ok(copied)
}

/// Copies one file with its rights; one that is gone by now is none.
pub(crate) fn file(from: &Path, to: &Path) -> Result<Copied> {
    let copied = there(fs::copy(from, to), from)?;
    Ok(copied.map_or_else(Copied::default, |bytes| Copied { files: 1, bytes }))
}

/// Makes a new folder, closed to others.
pub(crate) fn make(folder: &Path) -> Result<()> {
    DirBuilder::new()
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("the folder {} cannot be made", folder.display()))
}

/// The bytes of all files in a folder, as far as they can be told.
pub(crate) fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    let sizes = entries
        .flatten()
        .filter_map(|entry| Some((entry.metadata().ok()?, entry.path())));
    sizes
        .map(|(found, path)| if found.is_dir() { size(&path) } else { found.len() })
        .sum()
}

fn there<T>(asked: std::io::Result<T>, path: &Path) -> Result<Option<T>> {
    match asked {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound && !path.exists() => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be copied", path.display())),
    }
}
