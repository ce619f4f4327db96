//! The network as a process of its own.

use crate::AS_VALINE;
use crate::http::Door;
use anyhow::{Context, Result, bail, ensure};
use chassis::Secrets;
use http::Method;
use hyper::body::Bytes;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// By then it is up, or it will never be.
const START_LIMIT: Duration = Duration::from_secs(120);

/// Between two looks, whether it is up or how much memory it has.
const LOOK: Duration = Duration::from_millis(50);

/// How the network is run.
pub(crate) struct Valine {
    /// The folder of its installation.
    pub(crate) root: PathBuf,
    /// Where its database is, as an administrator.
    pub(crate) database: String,
    /// Its secret.
    pub(crate) secrets: Secrets,
}

impl Valine {
    /// This program as `valine`, with nothing of this shell's environment.
    pub(crate) fn command(&self, words: &[&str]) -> Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg(AS_VALINE)
            .arg("--root")
            .arg(&self.root)
            .args(words)
            .env_clear()
            .env("DATABASE_URL", &self.database)
            .env("SECRET_KEY", self.secrets.to_hex())
            // Passwords are not what is measured, and neither are limits: they are counted and never reached.
            .env("IDENTITY_BCRYPT_COST", "4")
            .env("RATE_LIMIT_PER_SECOND", "1000000")
            .env("RATE_LIMIT_BURST", "1000000")
            .env("POSTS_PER_HOUR", "65535")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        Ok(command)
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, words: &[&str]) -> Result<()> {
        let ended = self.command(words)?.output().await?;
        ensure!(
            ended.status.success(),
            "`valine {}` failed: {}{}",
            words.join(" "),
            String::from_utf8_lossy(&ended.stdout),
            String::from_utf8_lossy(&ended.stderr)
        );
        Ok(())
    }
}

/// `valine up`, running.
pub(crate) struct Server {
    process: Child,
    pid: i32,
    /// Where it answers.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts it; answers when it is ready.
    pub(crate) async fn start(valine: &Valine) -> Result<Self> {
        let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = free.local_addr()?;
        drop(free);
        let said = valine.root.join("said");
        let process = valine
            .command(&["up"])?
            .env("PORT", address.port().to_string())
            .stdout(Stdio::null())
            .stderr(File::create(&said)?)
            .spawn()
            .context("this program cannot be started once more")?;
        let pid = i32::try_from(process.id().context("it has ended")?)?;
        let mut server = Self {
            process,
            pid,
            address,
        };
        server.wait_until_ready(&said).await?;
        Ok(server)
    }

    async fn wait_until_ready(&mut self, said: &Path) -> Result<()> {
        let began = Instant::now();
        let mut looks = tokio::time::interval(LOOK);
        loop {
            looks.tick().await;
            if let Some(status) = self.process.try_wait()? {
                let said = fs::read_to_string(said).unwrap_or_default();
                bail!("`valine up` ended by itself ({status}): {said}");
            }
            if let Ok(mut door) = Door::connect(self.address).await
                && door.ask(Method::GET, "/ready", None, Bytes::new()).await.is_ok()
            {
                return Ok(());
            }
            ensure!(
                began.elapsed() < START_LIMIT,
                "`valine up` is not ready after {START_LIMIT:?}"
            );
        }
    }

    /// Its resident memory now, in MiB.
    pub(crate) fn memory(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))
            .context("memory is read from /proc, which Linux has")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().split(' ').next());
        let kilobytes: f64 = kilobytes
            .context("no VmRSS")?
            .parse()
            .context("VmRSS is no number")?;
        Ok(kilobytes / 1024.0)
    }

    /// Does something; answers also the most memory it had meanwhile, in MiB.
    pub(crate) async fn watched<T>(&self, work: impl Future<Output = Result<T>>) -> Result<(T, f64)> {
        let (mut work, mut most) = (pin!(work), self.memory()?);
        let mut looks = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                done = &mut work => return Ok((done?, most.max(self.memory()?))),
                _ = looks.tick() => most = most.max(self.memory()?),
            }
        }
    }

    /// Stops it as a person would.
    pub(crate) async fn stop(mut self) -> Result<()> {
        kill(Pid::from_raw(self.pid), Signal::SIGINT)?;
        let status = self.process.wait().await?;
        ensure!(status.success(), "`valine up` did not stop cleanly: {status}");
        Ok(())
    }
}
