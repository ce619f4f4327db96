//! Whether there is room, asked before work begins rather than found out in the middle of it.

use std::path::Path;

use anyhow::{Context, Result, bail};

/// One mebibyte, in bytes.
pub(crate) const MIB: u64 = 1024 * 1024;

/// Bytes for keys, logs and the files of the first while.
const START: u64 = 64 * MIB;

/// Fails when the disk of an installation's folder is so full that it could not keep what it writes while it starts.
///
/// # Errors
/// Then: the message says which folder, and how much is needed.
pub fn require_room(folder: &Path) -> Result<()> {
    require(folder, START, "the network")
}

/// Fails when the disk of `folder` has fewer than `needed` bytes left for us.
pub(crate) fn require(folder: &Path, needed: u64, what: &str) -> Result<()> {
    let free = free(folder)?;
    if free < needed {
        bail!("{}", too_full(folder, Some(free), needed, what));
    }
    Ok(())
}

/// The message for a full disk: which folder, how much there is, how much is needed, what to do.
pub(crate) fn too_full(folder: &Path, free: Option<u64>, needed: u64, what: &str) -> String {
    let free = free.map_or_else(String::new, |bytes| format!(" ({} MiB are free)", bytes / MIB));
    format!(
        "the disk of {} is too full for {what}{free}: at least {} MiB are needed there. \
         Free some space (`df -h {0}` shows the disk) and start again; nothing was lost.",
        folder.display(),
        needed / MIB
    )
}

#[cfg_attr(
    target_os = "linux",
    expect(clippy::useless_conversion, reason = "on macOS blocks are counted in 32 bits")
)]
fn free(folder: &Path) -> Result<u64> {
    let disk = nix::sys::statvfs::statvfs(folder)
        .with_context(|| format!("the free space of {} cannot be read", folder.display()))?;
    Ok(u64::from(disk.blocks_available()).saturating_mul(u64::from(disk.fragment_size())))
}
