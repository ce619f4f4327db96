//! The private PostgreSQL server: its life, its healing, and who may touch it.

#![cfg(test)]

mod command;
mod healing;
mod life;
mod refusals;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use local::Progress;
use local::postgres::{Kind, Options, Postgres, Purpose};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

/// How long something may take that has to happen at all.
const LIMIT: Duration = Duration::from_secs(60);

/// The program under test, which cargo builds beside its tests. Not by `CARGO_BIN_EXE_…`: the shell of a
/// compiler wrapper drops variables with a hyphen in their names.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent()
        .and_then(Path::parent)
        .unwrap()
        .join("valine-postgres")
}

/// An installation's folder. Removed at the end, also what root keeps elsewhere.
struct Home {
    _folder: TempDir,
    root: PathBuf,
    said: Arc<Mutex<Vec<String>>>,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("valine");
        Self {
            _folder: folder,
            root,
            said: Arc::default(),
        }
    }

    fn options(&self) -> Options {
        let said = Arc::clone(&self.said);
        Options::new(Purpose::Live {
            root: self.root.clone(),
        })
        .progress(Progress::to(move |sentence| {
            said.lock().unwrap().push(sentence.to_owned())
        }))
    }

    async fn start(&self) -> Postgres {
        Postgres::start(self.options()).await.unwrap()
    }

    async fn refusal(&self) -> String {
        match Postgres::start(self.options()).await {
            Ok(_) => panic!("it started"),
            Err(error) => format!("{error:#}"),
        }
    }

    /// What was said about the work since the last time.
    fn said(&self) -> String {
        std::mem::take(&mut *self.said.lock().unwrap()).join("\n")
    }

    /// Where data, log and password lie.
    fn folder(&self) -> PathBuf {
        self.root.join("postgres").canonicalize().unwrap()
    }

    /// A process of its own that owns the server of this folder, to be killed.
    fn owner(&self) -> Owner {
        self.owner_with(&[])
    }

    fn owner_with(&self, arguments: &[&str]) -> Owner {
        let mut process = Command::new(program())
            .args(["serve", "--root"])
            .arg(&self.root)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.as_mut().unwrap())
            .read_line(&mut url)
            .unwrap();
        assert!(url.starts_with("postgresql://"), "the owner did not start: {url}");
        Owner {
            process,
            url: url.trim().to_owned(),
        }
    }

    fn server_pid(&self) -> i32 {
        pid_in(&self.folder().join("data/postmaster.pid"))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Ok(folder) = self.root.join("postgres").canonicalize()
            && folder.starts_with("/var/lib/valine")
        {
            std::fs::remove_dir_all(folder).unwrap_or_default();
        }
    }
}

struct Owner {
    process: Child,
    url: String,
}

impl Owner {
    /// As `kill -9` does.
    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn pid_in(file: &Path) -> i32 {
    std::fs::read_to_string(file)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

/// A session, and its driver beside it.
async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn number(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

/// Waits for something that has to become true.
async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    while !holds() {
        assert!(begun.elapsed() < LIMIT, "it never came true: {what}");
        ticks.tick().await;
    }
}

fn lives(pid: i32) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // A zombie is dead; only nobody has looked yet.
    !state.is_empty() && !state.rsplit(") ").next().unwrap_or_default().starts_with('Z')
}

fn we_are_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Says that a test did not run, past the test harness that would swallow it.
fn skipped(test: &str, why: &str) {
    writeln!(std::io::stderr(), "skipped: {test}: {why}").unwrap();
}

/// The kinds of PostgreSQL there are on this machine; says which there are not.
async fn kinds(test: &str) -> Vec<Kind> {
    let mut found = Vec::new();
    for kind in [Kind::System, Kind::Npm] {
        match Postgres::start(Options::new(Purpose::Tests).kind(Some(kind))).await {
            Ok(postgres) => {
                postgres.stop().await.unwrap();
                found.push(kind);
            }
            Err(error) => {
                let error = format!("{error:#}");
                assert!(error.contains("infra/local/install"), "{error}");
                skipped(test, &format!("no PostgreSQL of kind `{kind}` here"));
            }
        }
    }
    found
}
