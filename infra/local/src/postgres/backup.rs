//! Copies of a running server's data, and data folders made of them.
//!
//! The way of PostgreSQL's manual ("Making a Base Backup Using the Low Level API"): files are copied while they are written to, and
//! with them the log from the copy's begin to its end. The next start replays it, and all is as it was when the copy ended. It
//! needs nothing but SQL, so it works with either kind of PostgreSQL.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use tokio_postgres::{Client, NoTls};

use super::admin_url_of;
use super::cluster::UNFINISHED;
use super::place::Place;
use crate::copy::{self, Copied};
use crate::{Progress, secret};

/// Where the data lies in a copy.
pub(crate) const DATA: &str = "database";

/// Where the administrator's password does.
const PASSWORD: &str = "database-password";

/// The log, of which a copy takes what it needs at its end.
const LOG: &str = "pg_wal";

/// What a server makes anew when it starts; only the folders themselves have to be there.
const MADE_ANEW: [&str; 7] = [
    LOG,
    "pg_dynshmem",
    "pg_notify",
    "pg_replslot",
    "pg_serial",
    "pg_snapshots",
    "pg_stat_tmp",
];

/// What belongs to the process that runs.
const RUNNING: [&str; 2] = ["postmaster.pid", "postmaster.opts"];

/// Copies the data of the server that runs for `root` into the folder `to`. Answers what was copied, the server's version, and
/// until when whatever was committed is in the copy (UTC, by the server's clock).
pub(crate) async fn copy(root: &Path, to: &Path) -> Result<(Copied, String, String)> {
    let (client, connection) = tokio_postgres::connect(&admin_url_of(root)?, NoTls).await?;
    tokio::select! {
        copied = copy_by(&client, root, to) => copied,
        ended = connection => match ended {
            Err(error) => Err(error).context("the database ended while it was copied; the copy is of no use"),
            Ok(()) => bail!("the database ended while it was copied; the copy is of no use"),
        },
    }
}

async fn copy_by(client: &Client, root: &Path, to: &Path) -> Result<(Copied, String, String)> {
    let asked = "SELECT current_setting('server_version_num')::int4, current_setting('server_version')";
    let row = client.query_one(asked, &[]).await?;
    let (number, version): (i32, String) = (row.get(0), row.get(1));
    let (start, stop) = if number >= 150_000 {
        ("pg_backup_start('valine', true)", "pg_backup_stop(true)")
    } else {
        (
            "pg_start_backup('valine', true, false)",
            "pg_stop_backup(false, true)",
        )
    };
    // Until it is copied the server throws nothing of its log away. This ends with the session.
    let slot = format!("valine_backup_{}", secret::random(6));
    client
        .execute(
            "SELECT pg_create_physical_replication_slot($1, true, true)",
            &[&slot],
        )
        .await
        .context("the database cannot be asked to keep its log")?;
    let first = client
        .query_one(&format!("SELECT pg_walfile_name({start})"), &[])
        .await?;
    let first: String = first.get(0);

    let folder = root.join("postgres").canonicalize()?;
    let (data, made) = (folder.join("data"), to.join(DATA));
    let (from, into) = (data.clone(), made.clone());
    let mut copied = apart(move || copy::tree(&from, &into, &is_left_out)).await?;

    let now = "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
    let until: String = client.query_one(now, &[]).await?.get(0);
    let ended = client
        .query_one(
            &format!("SELECT pg_walfile_name(lsn), labelfile FROM {stop}"),
            &[],
        )
        .await?;
    let (last, label): (String, String) = (ended.get(0), ended.get(1));
    fs::write(made.join("backup_label"), label)?;
    let (from, into) = (data.join(LOG), made.join(LOG));
    copied = copied.and(apart(move || copy_log(&from, &into, &first, &last)).await?);
    copied = copied.and(copy::file(&folder.join("admin-password"), &to.join(PASSWORD))?);
    Ok((copied, version, until))
}

/// Whether this part of a data folder is not copied.
fn is_left_out(path: &Path) -> bool {
    let is_anew = MADE_ANEW
        .iter()
        .any(|folder| path.starts_with(folder) && path != Path::new(folder));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    is_anew || RUNNING.contains(&&*name) || name.starts_with("pgsql_tmp")
}

/// Copies the segments of the log from the first to the last.
fn copy_log(from: &Path, to: &Path, first: &str, last: &str) -> Result<Copied> {
    let mut names = Vec::new();
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_segment = name.len() == first.len() && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_segment && (first..=last).contains(&name.as_str()) || name.ends_with(".history") {
            names.push(name);
        }
    }
    for needed in [first, last] {
        ensure!(
            names.iter().any(|name| name == needed),
            "{needed} of the database's log is gone; begin the copy anew"
        );
    }
    names.iter().try_fold(Copied::default(), |copied, name| {
        Ok(copied.and(copy::file(&from.join(name), &to.join(name))?))
    })
}

/// Makes the data folder of `root`, which has none, of a copy.
pub(crate) fn put_back(from: &Path, root: &Path, progress: &Progress) -> Result<()> {
    let place = Place::kept(root, progress)?;
    ensure!(
        !place.data().exists(),
        "there is a database in {} already; move it away first",
        place.folder.display()
    );
    let unfinished = place.folder.join(format!("{UNFINISHED}{}", secret::random(6)));
    let put = copy::tree(&from.join(DATA), &unfinished, &|_| false)
        .and_then(|_| place.account.give_all(&unfinished))
        .and_then(|()| {
            copy::file(&from.join(PASSWORD), &place.password())?;
            place.account.give(&place.password())?;
            nix::unistd::sync();
            fs::rename(&unfinished, place.data())?;
            Ok(())
        });
    put.inspect_err(|_| fs::remove_dir_all(&unfinished).unwrap_or_default())
}

async fn apart(work: impl FnOnce() -> Result<Copied> + Send + 'static) -> Result<Copied> {
    tokio::task::spawn_blocking(work)
        .await
        .context("a copy that panicked")?
}
