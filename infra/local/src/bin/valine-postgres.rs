//! A private PostgreSQL: for the time of one command, or kept in a folder.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use local::Progress;
use local::postgres::{Kind, Options, Postgres, Purpose};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

/// Private PostgreSQL servers for work on this project.
#[derive(Debug, Parser)]
#[command(name = "valine-postgres", version)]
struct Cli {
    #[command(subcommand)]
    ask: Ask,
}

#[derive(Debug, Subcommand)]
enum Ask {
    /// Starts a private server, runs COMMAND with TEST_DATABASE_URL set to an administrator's
    /// connection, stops and removes the server, and ends with COMMAND's exit code.
    ///
    /// The server is found on this machine, or is the npm package that infra/local/install brings;
    /// VALINE_POSTGRES=system or =npm forces one. Any number of these may run beside each other.
    Run(Run),
    /// Starts the durable server of a folder, or goes on with the one that a killed owner left there;
    /// writes its administrator's connection to standard output; stops it on Ctrl-C.
    Serve(Serve),
}

#[derive(Debug, Args)]
struct Run {
    /// Nothing is written safely: for tests, and the default.
    #[arg(long, conflicts_with = "durable")]
    throwaway: bool,
    /// Durable settings (fsync on), as in production: for measuring. The data is removed all the same.
    #[arg(long)]
    durable: bool,
    /// Only this kind of PostgreSQL: `system` or `npm`.
    #[arg(long, env = "VALINE_POSTGRES", value_name = "KIND")]
    postgres: Option<Kind>,
    /// What to run.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

#[derive(Debug, Args)]
struct Serve {
    /// The folder of the data; made when it is missing.
    #[arg(long, default_value = ".valine", value_name = "FOLDER")]
    root: PathBuf,
    /// How many seconds the server waits for a successor when this process is killed.
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    grace: u64,
    /// Only this kind of PostgreSQL: `system` or `npm`.
    #[arg(long, env = "VALINE_POSTGRES", value_name = "KIND")]
    postgres: Option<Kind>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().ask {
        Ask::Run(ask) => run(ask).await,
        Ask::Serve(ask) => serve(ask).await,
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            Progress::stderr().say(format!("valine-postgres: {error:#}"));
            ExitCode::from(125)
        }
    }
}

async fn run(ask: Run) -> Result<ExitCode> {
    let purpose = if ask.durable {
        Purpose::Bench
    } else {
        Purpose::Tests
    };
    let options = Options::new(purpose)
        .progress(Progress::stderr())
        .kind(ask.postgres);
    let mut signals = Signals::new()?;
    let postgres = tokio::select! {
        started = Postgres::start(options) => started?,
        signal = signals.next() => return Ok(code_of_signal(signal)),
    };
    let outcome = command(&ask.command, postgres.admin_url(), &mut signals).await;
    postgres.stop().await?;
    outcome.map(code_of)
}

async fn serve(ask: Serve) -> Result<ExitCode> {
    let mut options = Options::new(Purpose::Live { root: ask.root })
        .progress(Progress::stderr())
        .kind(ask.postgres);
    options.grace = Duration::from_secs(ask.grace);
    let mut signals = Signals::new()?;
    let postgres = tokio::select! {
        started = Postgres::start(options) => started?,
        signal = signals.next() => return Ok(code_of_signal(signal)),
    };
    writeln!(std::io::stdout(), "{}", postgres.admin_url()).context("standard output is closed")?;
    Progress::stderr().say("Ready. Ctrl-C stops the server; its data stays.");
    signals.next().await;
    postgres.stop().await?;
    Ok(ExitCode::SUCCESS)
}

async fn command(words: &[OsString], url: &str, signals: &mut Signals) -> Result<ExitStatus> {
    let (program, arguments) = words.split_first().context("no command was given")?;
    let mut child = Command::new(program)
        .args(arguments)
        .env("TEST_DATABASE_URL", url)
        .spawn()
        .with_context(|| format!("`{}` does not start", program.to_string_lossy()))?;
    loop {
        tokio::select! {
            ended = child.wait() => return Ok(ended?),
            signal = signals.next() => pass_on(&child, signal),
        }
    }
}

fn pass_on(child: &Child, signal: Signal) {
    if let Some(pid) = child.id().and_then(|pid| i32::try_from(pid).ok()) {
        // It may have ended in this moment.
        kill(Pid::from_raw(pid), signal).unwrap_or_default();
    }
}

/// The signals that ask us to end.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::SIGINT,
            _ = self.terminate.recv() => Signal::SIGTERM,
            _ = self.hangup.recv() => Signal::SIGHUP,
        }
    }
}

/// A shell's convention: 128 and the number of the signal that ended the command.
fn code_of(status: ExitStatus) -> ExitCode {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

fn code_of_signal(signal: Signal) -> ExitCode {
    code_of(ExitStatus::from_raw(signal_number(signal)))
}

fn signal_number(signal: Signal) -> i32 {
    match signal {
        Signal::SIGINT => 2,
        Signal::SIGTERM => 15,
        _ => 1,
    }
}
