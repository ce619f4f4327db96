//! What a laptop needs that a cloud account would give: a private PostgreSQL and an S3 endpoint.
//!
//! Everything here keeps to itself: its files lie below one folder (`.valine` by convention), its
//! secrets are made at the first start and readable by their owner alone, it listens on sockets and
//! loopback only, and it never touches a server that somebody else runs.

pub mod backup;
mod copy;
mod disk;
mod lock;
pub mod postgres;
mod progress;
pub mod s3;
pub mod secret;

pub use disk::require_room;
pub use lock::Lock;
pub use progress::Progress;

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Makes an installation's folder, closed to others, and answers its one true path.
fn home(root: &Path) -> Result<PathBuf> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(root)
        .and_then(|()| root.canonicalize())
        .with_context(|| format!("the folder {} cannot be made", root.display()))
}
