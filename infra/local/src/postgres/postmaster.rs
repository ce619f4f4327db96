//! The server's main process: started by us, or left behind by a predecessor that was killed.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::fcntl::OFlag;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::Purpose;
use super::binaries::Binaries;
use super::place::Place;
use super::settings::settings;
use crate::disk::{self, MIB};

/// How often a state that PostgreSQL only shows in a file is looked at.
pub(crate) const LOOK: Duration = Duration::from_millis(10);

/// How long a server may take to start (it may have to replay its log) or to stop.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// A log that is larger than this is begun anew; the former one is kept beside it.
const LOG_LIMIT: u64 = 16 * MIB;

/// What the server wrote about itself into `postmaster.pid`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PidFile {
    pub(crate) pid: i32,
    pub(crate) port: u16,
    pub(crate) sockets: PathBuf,
    pub(crate) ready: bool,
}

impl PidFile {
    /// Reads the file of `data`; nothing when there is none or it is not complete.
    pub(crate) fn read(data: &Path) -> Option<Self> {
        let content = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let lines: Vec<&str> = content.lines().map(str::trim).collect();
        Some(Self {
            pid: lines.first()?.parse().ok()?,
            port: lines.get(3)?.parse().ok()?,
            sockets: PathBuf::from(lines.get(4)?),
            ready: lines.get(7).is_some_and(|status| *status == "ready"),
        })
    }

    fn still_there(&self, data: &Path) -> bool {
        any_pid(data) == Some(self.pid) && is_server(self.pid, data)
    }
}

/// The pid in a file that may be cut short.
pub(crate) fn any_pid(data: &Path) -> Option<i32> {
    fs::read_to_string(data.join("postmaster.pid"))
        .ok()?
        .lines()
        .next()?
        .trim()
        .parse()
        .ok()
}

/// Whether process `pid` is the server of `data`: not dead, not a zombie, and not another program that
/// got the same number.
pub(crate) fn is_server(pid: i32, data: &Path) -> bool {
    command_line(pid).is_some_and(|words| {
        let inside = || fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == data);
        is_postgres(&words) && (words.join(" ").contains(&*data.to_string_lossy()) || inside())
    })
}

/// Removes a file that names a server's process when PostgreSQL would be misled by it: when another
/// program has that number by now, or the file is cut short. A file of a dead process is left to
/// PostgreSQL, which also looks whether children of that server still live.
pub(crate) fn remove_if_misleading(file: &Path, data: &Path) -> Result<()> {
    let Ok(content) = fs::read_to_string(file) else {
        return Ok(());
    };
    let pid: Option<i32> = content.lines().next().and_then(|line| line.trim().parse().ok());
    let misleading = pid.is_none_or(|pid| kill(Pid::from_raw(pid), None).is_ok() && !is_server(pid, data));
    if misleading {
        fs::remove_file(file).with_context(|| format!("{} cannot be removed", file.display()))?;
    }
    Ok(())
}

/// The words a process was started with. Nothing for a dead one and for a zombie.
fn command_line(pid: i32) -> Option<Vec<String>> {
    if cfg!(target_os = "linux") {
        let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let words: Vec<String> = line
            .split(|byte| *byte == 0)
            .map(|word| String::from_utf8_lossy(word).into_owned())
            .collect();
        return (!line.is_empty()).then_some(words);
    }
    let answer = std::process::Command::new("ps")
        .args(["-o", "command=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    let line = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    (!line.is_empty() && !line.contains("<defunct>"))
        .then(|| line.split(' ').map(ToOwned::to_owned).collect())
}

fn is_postgres(words: &[String]) -> bool {
    words
        .first()
        .is_some_and(|word| word.ends_with("postgres") || word.ends_with("postmaster"))
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Postmaster {
    pid: i32,
    /// Absent when the server is not our child.
    child: Option<Child>,
    data: PathBuf,
}

impl Postmaster {
    /// Starts the server and waits until it takes connections. Nothing when another server runs on the
    /// same data: one that a predecessor had started in the very moment in which it was killed.
    pub(crate) async fn start(
        place: &Place,
        purpose: &Purpose,
        binaries: &Binaries,
        sockets: &Path,
    ) -> Result<Option<(Self, PidFile)>> {
        let data = place.data();
        let begun = Instant::now();
        loop {
            let (log, before) = open_log(place)?;
            let mut command = binaries.command("postgres", &place.account, &place.folder);
            command.arg("-D").arg(&data);
            for setting in settings(purpose, binaries, sockets) {
                command.arg("-c").arg(setting);
            }
            let child = command
                .stdout(Stdio::null())
                .stderr(Stdio::from(log))
                .spawn()
                .with_context(|| format!("{}/postgres does not start", binaries.folder.display()))?;
            let pid = i32::try_from(child.id()).context("a process number")?;
            let mut server = Self {
                pid,
                child: Some(child),
                data: data.clone(),
            };
            if let Some(file) = server.ready(begun).await? {
                return Ok(Some((server, file)));
            }
            let said = read_from(&place.log(), before);
            if said.contains("lock file \"postmaster.pid\" already exists") {
                return Ok(None);
            }
            // Children of a server that was killed hold its memory until they notice.
            let again = said.contains("pre-existing shared memory block") && begun.elapsed() < PATIENCE;
            if !again {
                bail!("{}", refusal(place, &said));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Takes over a server that is already running.
    pub(crate) fn adopt(file: &PidFile, data: &Path) -> Self {
        Self {
            pid: file.pid,
            child: None,
            data: data.to_owned(),
        }
    }

    /// Waits for readiness. Nothing when the server ended instead.
    async fn ready(&mut self, begun: Instant) -> Result<Option<PidFile>> {
        loop {
            if let Some(file) = PidFile::read(&self.data).filter(|file| file.ready && file.pid == self.pid) {
                return Ok(Some(file));
            }
            if self.is_gone() {
                return Ok(None);
            }
            if begun.elapsed() > PATIENCE {
                self.signal(Signal::SIGQUIT);
                bail!(
                    "PostgreSQL was not ready after {} seconds; it is recovering a large log, or this machine is \
                     overloaded. Its log is in {}/server.log.",
                    PATIENCE.as_secs(),
                    self.data.parent().unwrap_or(&self.data).display()
                );
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Asks the server to stop: it ends sessions and, unless it is to be thrown away, writes everything out.
    pub(crate) fn ask_to_stop(&self, purpose: &Purpose) {
        self.signal(if matches!(purpose, Purpose::Live { .. }) {
            Signal::SIGINT
        } else {
            Signal::SIGQUIT
        });
    }

    /// Stops the server at once, as a power cut would; its log repairs the rest at the next start.
    pub(crate) fn stop_at_once(&self) {
        self.signal(Signal::SIGQUIT);
    }

    fn signal(&self, signal: Signal) {
        // It may be gone already, which is as good.
        kill(Pid::from_raw(self.pid), signal).unwrap_or_default();
    }

    /// Whether the server has ended.
    pub(crate) fn is_gone(&mut self) -> bool {
        match &mut self.child {
            Some(child) => !matches!(child.try_wait(), Ok(None)),
            None => !is_server(self.pid, &self.data),
        }
    }
}

impl Drop for Postmaster {
    /// For a start that is given up half-way; who stops a server properly has waited before.
    fn drop(&mut self) {
        if !self.is_gone() {
            self.signal(Signal::SIGINT);
        }
    }
}

/// Waits until a server that somebody else stops is gone.
pub(crate) async fn wait_until_gone(file: &PidFile, data: &Path) -> Result<()> {
    let begun = Instant::now();
    while file.still_there(data) {
        if begun.elapsed() > PATIENCE {
            bail!(
                "the server that a predecessor left behind (process {}) does not end; end it with: kill -QUIT {}",
                file.pid,
                file.pid
            );
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

fn open_log(place: &Place) -> Result<(File, u64)> {
    let path = place.log();
    if path.metadata().is_ok_and(|found| found.len() > LOG_LIMIT) {
        fs::rename(&path, path.with_extension("log.1"))?;
    }
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        // The folder is the server's: root must not be led from it to a file elsewhere.
        .custom_flags(OFlag::O_NOFOLLOW.bits())
        .open(&path)
        .with_context(|| format!("the log {} cannot be written", path.display()))?;
    place.account.give(&path)?;
    let before = log.metadata()?.len();
    Ok((log, before))
}

fn read_from(path: &Path, position: u64) -> String {
    let mut said = String::new();
    let read = File::open(path).and_then(|mut log| {
        log.seek(SeekFrom::Start(position))?;
        log.read_to_string(&mut said)
    });
    match read {
        Ok(_) => said,
        Err(error) => format!("(its log cannot be read: {error})"),
    }
}

/// Why the server did not start, in words that say what to do.
fn refusal(place: &Place, said: &str) -> String {
    if said.contains("No space left on device") {
        return disk::too_full(&place.folder, None, 256 * MIB, "the database");
    }
    let lines: Vec<&str> = said.lines().collect();
    let last = lines
        .get(lines.len().saturating_sub(12)..)
        .unwrap_or_default()
        .join("\n  ");
    format!(
        "PostgreSQL did not start. The end of its log ({}):\n  {last}",
        place.log().display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_names_another_program_is_removed_and_one_that_names_nobody_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("postmaster.pid");
        let after = |content: &str| {
            fs::write(&file, content).unwrap();
            remove_if_misleading(&file, folder.path()).unwrap();
            file.exists()
        };
        let ourselves = std::process::id();
        assert!(
            !after(&format!("{ourselves}\n")),
            "this test is alive and no server"
        );
        assert!(!after(""), "cut short");
        let mut ended = std::process::Command::new("true").spawn().unwrap();
        ended.wait().unwrap();
        assert!(
            after(&format!("{}\n", ended.id())),
            "PostgreSQL judges what a dead server left"
        );
    }

    #[test]
    fn the_servers_file_is_read_or_refused_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("postmaster.pid");
        assert_eq!(PidFile::read(folder.path()), None);
        fs::write(&file, "123\n/data\n").unwrap();
        assert_eq!(PidFile::read(folder.path()), None);
        assert_eq!(any_pid(folder.path()), Some(123));
        fs::write(
            &file,
            "123\n/data\n1700000000\n54321\n/run/x\n\n  1 2\nready   \n",
        )
        .unwrap();
        let expected = PidFile {
            pid: 123,
            port: 54_321,
            sockets: "/run/x".into(),
            ready: true,
        };
        assert_eq!(PidFile::read(folder.path()), Some(expected));
    }
}
