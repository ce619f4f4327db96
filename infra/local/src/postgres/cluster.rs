//! The data folder: made whole or not at all, and recognised when it is found again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::binaries::{Binaries, Kind, Search, major_of};
use super::place::{Place, make_private};
use super::{ADMIN, Purpose};
use crate::disk::{self, MIB};
use crate::{Progress, secret};

/// Where a data folder is made; it is renamed when it is complete.
pub(crate) const UNFINISHED: &str = "data.unfinished-";

/// Whose programs made a data folder; kept inside it.
#[derive(Debug, Serialize, Deserialize)]
struct MadeBy {
    kind: Kind,
    version: String,
}

/// Sweeps away what a start that was killed left half done. The caller holds the place's lock.
pub(crate) fn heal(place: &Place, progress: &Progress) -> Result<()> {
    let entries =
        fs::read_dir(&place.folder).with_context(|| format!("{} cannot be read", place.folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with(UNFINISHED) {
            progress
                .say("An earlier start was interrupted while it made the database; its remains are removed.");
            // An `initdb` that outlived its parent may still write there; the next start sweeps again.
            fs::remove_dir_all(&path).unwrap_or_default();
        }
    }
    let data = place.data();
    if data.exists() && !is_complete(&data) {
        let seconds = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        let aside = place.folder.join(format!("data.incomplete-{seconds}"));
        fs::rename(&data, &aside).with_context(|| format!("{} cannot be moved aside", data.display()))?;
        progress.say(format!(
            "The data folder {} was incomplete and cannot hold a database; it is kept as {}, and a new one is made.",
            data.display(),
            aside.display()
        ));
    }
    Ok(())
}

/// Whether a data folder has the two files without which no server ever wrote to it.
fn is_complete(data: &Path) -> bool {
    ["PG_VERSION", "global/pg_control"]
        .iter()
        .all(|file| data.join(file).metadata().is_ok_and(|found| found.len() > 0))
}

/// Picks the programs for the place's data folder: its own version if there is one, else the best.
pub(crate) fn choose(place: &Place, search: Search, forced: Option<Kind>) -> Result<Binaries> {
    let data = place.data();
    if !data.exists() {
        return search.best();
    }
    let version = fs::read_to_string(data.join("PG_VERSION"))
        .with_context(|| format!("{} cannot be read", data.display()))?;
    let Some(major) = major_of(version.trim()) else {
        bail!(
            "{}/PG_VERSION says `{}`, which is no version",
            data.display(),
            version.trim()
        );
    };
    let found: Vec<String> = search
        .found
        .iter()
        .map(|one| format!("{} ({}, in {})", one.version, one.kind, one.folder.display()))
        .collect();
    let fitting = search.found.into_iter().find(|one| one.major == major);
    fitting.with_context(|| {
        let maker = made_by(&data).map_or_else(String::new, |by| format!(" (the {} one, version {})", by.kind, by.version));
        let offered = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
        let forced = forced.map_or_else(String::new, |kind| format!("unset VALINE_POSTGRES (it is `{kind}`), or "));
        format!(
            "the database in {} was made by PostgreSQL {major}{maker}, and another major version cannot read it. \
             Found here: {offered}. To go on with this data, {forced}install PostgreSQL {major} \
             (`apt install postgresql-{major}`, or infra/local/install when the npm one made it). \
             To start with an empty database instead, move {} away.",
            data.display(),
            data.display()
        )
    })
}

fn made_by(data: &Path) -> Option<MadeBy> {
    serde_json::from_str(&fs::read_to_string(data.join("made-by.json")).ok()?).ok()
}

/// The password of the server's administrator; made at the first start.
pub(crate) fn password(place: &Place) -> Result<String> {
    let path = place.password();
    if let Some(password) = secret::read(&path)?.filter(|password| !password.is_empty()) {
        // Whoever made it may have been killed before it was handed over.
        place.account.give(&path)?;
        return Ok(password);
    }
    if place.data().exists() {
        bail!(
            "{} is gone, and without it nobody can log in to the database beside it. Bring the file back, \
             or move {} away to start with an empty database.",
            path.display(),
            place.data().display()
        );
    }
    let password = secret::random(24);
    secret::write(&path, &password)?;
    place.account.give(&path)?;
    Ok(password)
}

/// Makes the data folder when there is none.
pub(crate) fn ensure(
    place: &Place,
    purpose: &Purpose,
    binaries: &Binaries,
    progress: &Progress,
) -> Result<()> {
    let data = place.data();
    if data.exists() {
        return disk::require(&place.folder, 64 * MIB, "the database");
    }
    let needed = if matches!(purpose, Purpose::Live { .. }) {
        512 * MIB
    } else {
        256 * MIB
    };
    disk::require(&place.folder, needed, "a new database")?;
    progress.say(format!(
        "Making a database with PostgreSQL {} ({}) in {}.",
        binaries.version,
        binaries.folder.display(),
        data.display()
    ));
    let unfinished = place.folder.join(format!("{UNFINISHED}{}", secret::random(6)));
    make_private(&unfinished, &place.account)?;
    initdb(place, purpose, binaries, &unfinished, progress)
        .and_then(|()| finish(&unfinished, &data, binaries))
        .inspect_err(|_| fs::remove_dir_all(&unfinished).unwrap_or_default())
        .map_err(|error| {
            if format!("{error:#}").contains("No space left on device") {
                return anyhow::anyhow!(disk::too_full(&place.folder, None, needed, "a new database"));
            }
            error
        })
}

fn finish(unfinished: &Path, data: &Path, binaries: &Binaries) -> Result<()> {
    let made_by = MadeBy {
        kind: binaries.kind,
        version: binaries.version.clone(),
    };
    fs::write(unfinished.join("made-by.json"), serde_json::to_vec(&made_by)?)?;
    fs::rename(unfinished, data).with_context(|| format!("{} cannot be made", data.display()))?;
    // The name is durable when its folder is.
    if let Some(parent) = data.parent() {
        fs::File::open(parent)?.sync_all()?;
    }
    Ok(())
}

/// Locales that know letters beyond ASCII, so that full text search folds their case; the last is
/// there on every machine.
fn locales(binaries: &Binaries) -> Vec<Vec<&'static str>> {
    let mut ways = Vec::new();
    if binaries.major >= 17 {
        ways.push(vec![
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C.UTF-8",
        ]);
    }
    ways.push(vec!["--locale=C.UTF-8"]);
    ways.push(vec!["--locale=en_US.UTF-8"]);
    ways.push(vec!["--locale=C"]);
    ways
}

fn initdb(
    place: &Place,
    purpose: &Purpose,
    binaries: &Binaries,
    folder: &PathBuf,
    progress: &Progress,
) -> Result<()> {
    let ways = locales(binaries);
    let last = ways.len().saturating_sub(1);
    for (number, locale) in ways.into_iter().enumerate() {
        let mut command = binaries.command("initdb", &place.account, &place.folder);
        command
            .arg("--pgdata")
            .arg(folder)
            .args(["--username", ADMIN, "--auth=scram-sha-256", "--encoding=UTF8"])
            .arg("--pwfile")
            .arg(place.password())
            .args(&locale);
        if !purpose.durable() {
            command.arg("--no-sync");
        }
        let answer = command.output().context("initdb does not run")?;
        if answer.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&answer.stderr);
        if said.contains("locale") && number < last {
            progress.say(format!(
                "This machine has no {}; trying the next.",
                locale.join(" ")
            ));
            continue;
        }
        bail!("initdb failed: {}", said.trim());
    }
    Ok(())
}
