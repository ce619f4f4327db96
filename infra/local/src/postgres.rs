//! A private PostgreSQL server as a value.
//!
//! [`Postgres::start`] finds the programs, makes the data folder when there is none, heals what a
//! killed predecessor left, and answers when connections are taken. The server listens on a socket in
//! a folder that others cannot enter, asks for a random password (scram-sha-256), and stops with
//! [`Postgres::stop`], when the value is dropped, or, when this process is killed, soon after.
//!
//! A server whose owner was killed is *adopted* by the next start in the same folder rather than
//! restarted: PostgreSQL itself was not hurt, its memory is warm, and its former sessions end with
//! their sockets; so a restart costs milliseconds instead of a shutdown and a recovery.

mod account;
pub(crate) mod backup;
mod binaries;
mod cluster;
mod guard;
mod place;
mod postmaster;
mod session;
mod settings;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub use binaries::Kind;

use crate::{Lock, Progress, home, secret};
use binaries::Binaries;
use guard::{Claim, Guard};
use place::Place;
use postmaster::{LOOK, PATIENCE, PidFile, Postmaster};

/// The administrator's role.
const ADMIN: &str = "postgres";

/// How often it is looked whether the server still runs.
const WATCH: Duration = Duration::from_millis(500);

/// What the server is for, and with that how careful it is and how long its data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Durable, and kept below `root` (`.valine` by convention; made when missing).
    Live {
        /// The folder that belongs to this installation.
        root: PathBuf,
    },
    /// Durable settings, but the data goes when the server stops: for measuring.
    Bench,
    /// Nothing is written safely (`fsync` off), and the data goes when the server stops.
    Tests,
}

impl Purpose {
    fn durable(&self) -> bool {
        !matches!(self, Self::Tests)
    }
}

/// How to start a server.
#[derive(Debug, Clone)]
pub struct Options {
    /// What it is for.
    pub purpose: Purpose,
    /// Who is told what is being done.
    pub progress: Progress,
    /// Only this kind of PostgreSQL, or either (the machine's own first).
    pub kind: Option<Kind>,
    /// The folder of the npm package's `node_modules`.
    pub bundle: PathBuf,
    /// How long a durable server whose owner was killed waits for a successor before it stops; whole
    /// seconds. A minute unless said otherwise.
    pub grace: Duration,
}

impl Options {
    /// A server for `purpose`, telling nobody, with either kind of PostgreSQL.
    pub fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            progress: Progress::silent(),
            kind: None,
            bundle: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
            grace: Duration::from_secs(60),
        }
    }

    /// Tells `progress` what is being done.
    pub fn progress(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }

    /// Forces one kind of PostgreSQL, as the person asked for with `VALINE_POSTGRES`.
    pub fn kind(mut self, kind: Option<Kind>) -> Self {
        self.kind = kind;
        self
    }
}

/// A running server. Dropping it stops the server (and blocks while it does); prefer [`Self::stop`].
pub struct Postgres {
    server: Postmaster,
    guard: Guard,
    place: Place,
    purpose: Purpose,
    sockets: PathBuf,
    url: String,
    bin: PathBuf,
    version: String,
    adopted: bool,
    stopped: bool,
    _lock: Option<Lock>,
}

impl fmt::Debug for Postgres {
    /// Without the URL, which holds the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres")
            .field("folder", &self.place.folder)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Postgres {
    /// Starts (or adopts) the server.
    ///
    /// # Errors
    /// In words for a person: no PostgreSQL on this machine, data of another version, a full disk, a
    /// folder in use by another process, a server that does not start (with the end of its log).
    pub async fn start(options: Options) -> Result<Self> {
        let progress = &options.progress;
        let (place, lock) = match &options.purpose {
            Purpose::Live { root } => {
                let root = home(root)?;
                let lock = Lock::take(
                    &root.join("postgres.lock"),
                    &format!("the database in {}", root.display()),
                )
                .await?;
                (Place::kept(&root, progress)?, Some(lock))
            }
            Purpose::Bench | Purpose::Tests => (Place::temporary(&options.purpose, progress)?, None),
        };
        let mut scrap = lock.is_none().then(|| Scrap(Some(place.folder.clone())));
        let started = Self::start_in(&place, &options, lock).await?;
        if let Some(scrap) = &mut scrap {
            scrap.0 = None;
        }
        Ok(started)
    }

    async fn start_in(place: &Place, options: &Options, lock: Option<Lock>) -> Result<Self> {
        let (programs, password) = apart(place, options, |place, options| {
            cluster::heal(place, &options.progress)?;
            let search = binaries::search(options.kind, &options.bundle, &place.account, &options.progress)?;
            Ok((
                cluster::choose(place, search, options.kind)?,
                cluster::password(place)?,
            ))
        })
        .await?;
        let (server, file, guard, adopted) = loop {
            if let Some((server, file, guard)) = Self::predecessor(place, options).await? {
                break (server, file, guard, true);
            }
            if let Some((server, file, guard)) = Self::fresh(place, options, &programs).await? {
                break (server, file, guard, false);
            }
        };
        let url = url(&password, &file.sockets, file.port);
        let mut postgres = Self {
            server,
            guard,
            place: place.clone(),
            purpose: options.purpose.clone(),
            sockets: file.sockets,
            url,
            bin: programs.folder,
            version: programs.version,
            adopted,
            stopped: false,
            _lock: lock,
        };
        postgres.version = session::greet(&postgres.url, &postgres.place, adopted).await?;
        Ok(postgres)
    }

    /// The server that a killed predecessor left running, if there is one that goes on.
    async fn predecessor(place: &Place, options: &Options) -> Result<Option<(Postmaster, PidFile, Guard)>> {
        let data = place.data();
        let begun = Instant::now();
        while let Some(pid) = postmaster::any_pid(&data).filter(|pid| postmaster::is_server(*pid, &data)) {
            let Some(file) = PidFile::read(&data).filter(|file| file.ready) else {
                // Starting, or about to end.
                anyhow::ensure!(
                    begun.elapsed() < PATIENCE,
                    "the server that a predecessor left behind (process {pid}) is neither ready nor gone; \
                     end it with: kill -QUIT {pid}"
                );
                tokio::time::sleep(LOOK).await;
                continue;
            };
            let (claim, guard) = Guard::take_over(place, options)?;
            let server = Postmaster::adopt(&file, &data);
            if let (Claim::Taken, Some(guard)) = (claim, guard) {
                options.progress.say(
                    "The database server of a predecessor that was killed still runs; going on with it.",
                );
                return Ok(Some((server, file, guard)));
            }
            options
                .progress
                .say("The database server of a predecessor that was killed is stopping; waiting for it.");
            server.ask_to_stop(&options.purpose);
            postmaster::wait_until_gone(&file, &data).await?;
        }
        postmaster::remove_if_misleading(&data.join("postmaster.pid"), &data)?;
        Ok(None)
    }

    async fn fresh(
        place: &Place,
        options: &Options,
        programs: &Binaries,
    ) -> Result<Option<(Postmaster, PidFile, Guard)>> {
        let mut guard = Guard::set(place, options)?;
        let with = programs.clone();
        let prepared = apart(place, options, move |place, options| {
            cluster::ensure(place, &options.purpose, &with, &options.progress)?;
            place.socket_folder(&options.progress)
        });
        let started = match prepared.await {
            Ok(sockets) => {
                let started = Postmaster::start(place, &options.purpose, programs, &sockets).await;
                if !matches!(started, Ok(Some(_))) {
                    place.forget_socket_folder(&sockets);
                }
                started
            }
            Err(error) => Err(error),
        };
        if let Ok(Some((server, file))) = started {
            return Ok(Some((server, file, guard)));
        }
        guard.dismiss(place);
        started.map(|_| None)
    }

    /// An administrator's connection, as a URL with the socket's folder percent-encoded as its host;
    /// `tokio-postgres`, `libpq` and the `url` crate read it. It holds the password: never log it.
    pub fn admin_url(&self) -> &str {
        &self.url
    }

    /// Where the server's programs lie. Those of the npm package have no `psql`, `pg_dump` or `pgbench`.
    pub fn bin_dir(&self) -> &Path {
        &self.bin
    }

    /// The server's version, as in `15.14`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The folder of data, log and password.
    pub fn folder(&self) -> &Path {
        &self.place.folder
    }

    /// Where the server writes what happens to it.
    pub fn log(&self) -> PathBuf {
        self.place.log()
    }

    /// Resolves when the server has ended without being asked to.
    pub async fn ended(&mut self) {
        while !self.server.is_gone() {
            tokio::time::sleep(WATCH).await;
        }
    }

    /// Whether the server was found running, left by a predecessor that was killed.
    pub fn was_adopted(&self) -> bool {
        self.adopted
    }

    /// Stops the server: sessions are ended, everything is written, and what was temporary is removed.
    ///
    /// # Errors
    /// When it does not end within two minutes (it is then stopped as by a power cut, which its log
    /// repairs at the next start), or a temporary folder cannot be removed.
    pub async fn stop(mut self) -> Result<()> {
        self.stopped = true;
        self.guard.dismiss(&self.place);
        self.server.ask_to_stop(&self.purpose);
        let begun = Instant::now();
        while !self.server.is_gone() {
            if begun.elapsed() > PATIENCE {
                self.server.stop_at_once();
                anyhow::bail!(
                    "PostgreSQL did not stop within {} seconds and was stopped at once; it repairs itself at the next start",
                    PATIENCE.as_secs()
                );
            }
            tokio::time::sleep(LOOK).await;
        }
        self.tidy()
    }

    fn tidy(&self) -> Result<()> {
        self.place.forget_socket_folder(&self.sockets);
        if !matches!(self.purpose, Purpose::Live { .. }) {
            let folder = &self.place.folder;
            fs::remove_dir_all(folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.stopped {
            return;
        }
        self.guard.dismiss(&self.place);
        self.server.ask_to_stop(&self.purpose);
        let begun = Instant::now();
        while !self.server.is_gone() && begun.elapsed() < PATIENCE {
            #[expect(
                clippy::disallowed_methods,
                reason = "a destructor cannot wait in any other way; `stop` does"
            )]
            std::thread::sleep(LOOK);
        }
        self.tidy().unwrap_or_default();
    }
}

/// A temporary folder that goes when its start fails, or is given up half-way.
struct Scrap(Option<PathBuf>);

impl Drop for Scrap {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            // What an `initdb` is still writing there goes with the guard.
            fs::remove_dir_all(folder).unwrap_or_default();
        }
    }
}

/// Runs work that waits for files and programs where it holds up nobody.
async fn apart<T: Send + 'static>(
    place: &Place,
    options: &Options,
    work: impl FnOnce(&Place, &Options) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (place, options) = (place.clone(), options.clone());
    tokio::task::spawn_blocking(move || work(&place, &options))
        .await
        .context("a start that panicked")?
}

/// The administrator's URL of the server that runs for the installation in `root`, started by another
/// process: for tools beside it.
///
/// # Errors
/// When none runs there, or its password cannot be read by this user.
pub fn admin_url_of(root: &Path) -> Result<String> {
    let absent = || {
        format!(
            "no database server runs for {}; start it with: make up",
            root.display()
        )
    };
    let folder = root.join("postgres").canonicalize().ok().with_context(absent)?;
    let data = folder.join("data");
    let file = PidFile::read(&data).filter(|file| file.ready && postmaster::is_server(file.pid, &data));
    let file = file.with_context(absent)?;
    let password = secret::read(&folder.join("admin-password"))?.with_context(absent)?;
    Ok(url(&password, &file.sockets, file.port))
}

fn url(password: &str, sockets: &Path, port: u16) -> String {
    let host = sockets.to_string_lossy();
    format!(
        "postgresql://{ADMIN}:{password}@{}:{port}/postgres",
        utf8_percent_encode(&host, NON_ALPHANUMERIC)
    )
}
