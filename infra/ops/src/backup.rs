//! `valine backup` and `valine restore`: a whole installation of this machine, copied while it runs and put back.

use crate::installation::Installation;
use crate::operators::Bus;
use crate::output;
use anyhow::{Result, ensure};
use chrono::Utc;
use local::Progress;
use local::backup::{self, Backup};
use serde_json::json;
use std::path::{Path, PathBuf};

/// How to copy.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  valine backup                          into joint-backup-TIME in this folder
  valine backup /mnt/disk/joint-monday
  0 4 * * * cd /srv/joint && target/release/valine backup /mnt/disk/joint-$(date +\\%F)

Nothing stops meanwhile. Whatever was answered before the time that it names at its end is in the copy; what comes later is what a
restore loses. The copy holds everybody's data and all keys: keep it where nobody else reads.")]
pub struct BackupArgs {
    /// The folder to make
    folder: Option<PathBuf>,
    /// Print what was made as JSON
    #[arg(long)]
    json: bool,
}

/// How to put back.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example, after the loss of .valine:
  valine restore joint-backup-20260131T040000Z
  make up
  valine doctor --deep

An installation that is there is never overwritten: move its folder away first.")]
pub struct RestoreArgs {
    /// The folder that `valine backup` made
    folder: PathBuf,
    /// Print what was put back as JSON
    #[arg(long)]
    json: bool,
}

/// Copies the installation, whose system runs.
///
/// # Errors
/// When it does not run, or the copy cannot be made.
pub async fn make(installation: &Installation, args: BackupArgs) -> Result<()> {
    ours(installation)?;
    let folder = args
        .folder
        .unwrap_or_else(|| PathBuf::from(format!("joint-backup-{}", Utc::now().format("%Y%m%dT%H%M%SZ"))));
    let whither = std::path::absolute(&folder)?.display().to_string();
    let bus = Bus::connect(installation).await?;
    bus.audit("backup", None, None, json!({ "folder": whither }))
        .await?;
    let made = backup::make(installation.root(), &folder, &Progress::stderr()).await?;
    tell(&made, &folder, args.json)?;
    output::say(format!(
        "Whatever was answered before {} is in it. To go back to it, where .valine is gone: valine restore {}",
        made.until,
        folder.display()
    ));
    Ok(())
}

/// Puts a copy back, where there is no installation.
///
/// # Errors
/// When there is one, or the copy cannot be read.
pub async fn restore(installation: &Installation, args: RestoreArgs) -> Result<()> {
    ours(installation)?;
    let restored = backup::restore(&args.folder, installation.root(), &Progress::stderr()).await?;
    tell(&restored, &args.folder, args.json)?;
    output::say(format!(
        "Everything is as it was at {}; what came later is lost. Start it with: make up",
        restored.until
    ));
    Ok(())
}

fn ours(installation: &Installation) -> Result<()> {
    ensure!(
        installation.environment().get("DATABASE_URL").is_none(),
        "DATABASE_URL names a server of somebody else, which has backups of its own; this is for the private one alone"
    );
    Ok(())
}

fn tell(backup: &Backup, folder: &Path, as_json: bool) -> Result<()> {
    if as_json {
        return output::json(backup);
    }
    let mut table = output::table(&["folder", "until (UTC)", "files", "MB", "PostgreSQL"]);
    table.add_row([
        folder.display().to_string(),
        backup.until.clone(),
        backup.files.to_string(),
        (backup.bytes / 1_000_000).to_string(),
        backup.postgres.clone(),
    ]);
    output::data(table.to_string());
    Ok(())
}
