//! PostgreSQL's own load generator: how quick these statements are without us.

use anyhow::{Context, Result, ensure};
use percent_encoding::percent_decode_str;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;
use url::Url;

/// The program.
pub(crate) struct Pgbench {
    program: PathBuf,
    folder: PathBuf,
    /// As it says itself.
    pub(crate) version: String,
}

/// For how long it runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Length {
    /// So long, in whole seconds.
    Time(Duration),
    /// So many transactions, of all clients together.
    Transactions(i64),
}

impl Pgbench {
    /// Beside the server's programs, on the path, or where Debian puts it.
    pub(crate) async fn find(beside: &Path, folder: &Path) -> Option<Self> {
        let mut places = vec![beside.join("pgbench")];
        if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
            let programs = versions
                .flatten()
                .map(|version| version.path().join("bin/pgbench"));
            places.extend(programs);
        }
        places.push("pgbench".into());
        for program in places {
            if let Ok(said) = Command::new(&program).arg("--version").output().await
                && said.status.success()
            {
                return Some(Self {
                    program,
                    folder: folder.to_owned(),
                    version: String::from_utf8_lossy(&said.stdout).trim().to_owned(),
                });
            }
        }
        None
    }

    /// Transactions a second of a script at this address, not counting the time to connect.
    pub(crate) async fn rate(
        &self,
        address: &str,
        script: &str,
        clients: usize,
        length: Length,
        variables: &[(&str, String)],
    ) -> Result<f64> {
        let path = self.folder.join("script.sql");
        std::fs::write(&path, script)?;
        let mut command = Command::new(&self.program);
        command
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=1"])
            .arg(format!("--client={clients}"))
            .arg("--file")
            .arg(&path)
            .kill_on_drop(true);
        match length {
            Length::Time(time) => command.arg(format!("--time={}", time.as_secs().max(1))),
            Length::Transactions(all) => {
                let each = all / i64::try_from(clients)?;
                command.arg(format!("--transactions={each}"))
            }
        };
        for (name, value) in variables {
            command.arg("--define").arg(format!("{name}={value}"));
        }
        connect(&mut command, address)?;
        let ended = command.output().await.context("pgbench does not start")?;
        let (said, complaints) = (
            String::from_utf8_lossy(&ended.stdout),
            String::from_utf8_lossy(&ended.stderr),
        );
        ensure!(ended.status.success(), "pgbench failed: {said}{complaints}");
        let mut rates = said.lines().filter_map(|line| line.strip_prefix("tps = "));
        let last = rates.next_back().and_then(|line| line.split(' ').next());
        Ok(last
            .with_context(|| format!("pgbench says no rate: {said}"))?
            .parse()?)
    }
}

/// By the environment: arguments can be read by everybody on the machine.
fn connect(command: &mut Command, address: &str) -> Result<()> {
    let url = Url::parse(address)?;
    let decoded = |text: &str| {
        percent_decode_str(text)
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
    };
    command
        .env("PGHOST", decoded(url.host_str().context("no host")?)?)
        .env("PGPORT", url.port().unwrap_or(5432).to_string())
        .env("PGUSER", decoded(url.username())?)
        .env("PGPASSWORD", decoded(url.password().unwrap_or_default())?)
        .env("PGDATABASE", url.path().trim_start_matches('/'));
    Ok(())
}
