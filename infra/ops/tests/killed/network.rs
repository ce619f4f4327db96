//! `valine up` as a process of its own, on data of its own, to be killed.

use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use url::Url;
use uuid::Uuid;

/// By then it is up, or it will never be.
const START_LIMIT: Duration = Duration::from_secs(120);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

const SERVICES: [&str; 6] = [
    "identity",
    "profile",
    "content",
    "media",
    "social_graph",
    "search_indexer",
];

/// A network that is killed and started again.
pub(crate) struct Killable {
    folder: TempDir,
    port: u16,
    process: Option<Child>,
}

impl Killable {
    /// Starts it for the first time.
    pub(crate) async fn start() -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut network = Self {
            folder: tempfile::tempdir().unwrap(),
            port,
            process: None,
        };
        network.restart().await;
        network
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_valine"));
        command
            .arg("--root")
            .arg(self.folder.path().join("data"))
            .args(arguments)
            .env("PORT", self.port.to_string())
            // Seeding is not about passwords here.
            .env("IDENTITY_BCRYPT_COST", "4")
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Starts it again; answers the moment before.
    pub(crate) async fn restart(&mut self) -> Uuid {
        let before = Uuid::now_v7();
        let began = Instant::now();
        let mut process = self.command(&["up"]).stdout(Stdio::null()).spawn().unwrap();
        let ready = self.url().join("ready").unwrap();
        let mut looks = tokio::time::interval(LOOK);
        loop {
            looks.tick().await;
            if let Some(ended) = process.try_wait().unwrap() {
                panic!("`valine up` ended by itself: {ended}");
            }
            if reqwest::get(ready.clone())
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                break;
            }
            assert!(
                began.elapsed() < START_LIMIT,
                "`valine up` is not ready after {START_LIMIT:?}"
            );
        }
        self.process = Some(process);
        before
    }

    /// Kills it as the kernel would: at once, without a word.
    pub(crate) async fn kill(&mut self) {
        let mut process = self.process.take().unwrap();
        let pid = i32::try_from(process.id().unwrap()).unwrap();
        kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
        process.wait().await.unwrap();
    }

    fn url(&self) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}", self.port)).unwrap()
    }

    fn in_data(&self, name: &str) -> String {
        self.folder
            .path()
            .join("data")
            .join(name)
            .to_str()
            .unwrap()
            .to_owned()
    }

    fn seed_arguments(&self) -> Vec<String> {
        let url = self.url();
        let operator = self.in_data("operator.key");
        let journal = self.in_data("journal");
        let given = [
            "--url",
            url.as_str(),
            "--operator-key-file",
            &operator,
            "--journal",
            &journal,
        ];
        given.map(str::to_owned).to_vec()
    }

    /// Fills it, however often it is killed meanwhile.
    pub(crate) fn seed(&self, (members, posts): (u64, u64)) -> Child {
        let mut command = self.command(&["seed", "--json"]);
        command.args(self.seed_arguments()).args([
            "--members",
            &members.to_string(),
            "--posts",
            &posts.to_string(),
        ]);
        command.stdout(Stdio::null()).spawn().unwrap()
    }

    /// Runs a command of the command line, and shows what it said if it did not succeed.
    pub(crate) async fn run(&self, arguments: &[&str]) {
        let mut command = self.command(arguments);
        match arguments {
            ["seed", ..] => command.args(self.seed_arguments()),
            _ => command.args(["--url", self.url().as_str()]),
        };
        let output = command.output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let talked = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "valine {arguments:?}: {}\n{said}\n{talked}",
            output.status
        );
    }

    /// Checks that everything that was decided before this moment is soon on the bus.
    pub(crate) async fn publishes_all_before(&self, moment: Uuid, limit: Duration) {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            count: i64,
        }
        let began = Instant::now();
        let address = local::postgres::admin_url_of(&self.folder.path().join("data")).unwrap();
        let mut conn = store::session(&address, "test").await.unwrap();
        let one =
            |schema: &str| format!("SELECT id FROM {schema}.outbox WHERE published_at IS NULL AND id < $1");
        let query = format!(
            "SELECT count(*) AS count FROM ({}) AS pending",
            SERVICES.map(one).join(" UNION ALL ")
        );
        let mut looks = tokio::time::interval(LOOK);
        loop {
            looks.tick().await;
            let left: Count = diesel::sql_query(&query)
                .bind::<SqlUuid, _>(moment)
                .get_result(&mut conn)
                .await
                .unwrap();
            if left.count == 0 {
                return;
            }
            let at = Utc::now();
            assert!(
                began.elapsed() < limit,
                "at {at} {} events of before the start still wait",
                left.count
            );
        }
    }

    /// Stops it as a person would, and removes its data.
    pub(crate) async fn end(mut self) {
        let mut process = self.process.take().unwrap();
        let pid = i32::try_from(process.id().unwrap()).unwrap();
        kill(Pid::from_raw(pid), Signal::SIGINT).unwrap();
        assert!(
            process.wait().await.unwrap().success(),
            "`valine up` did not stop cleanly"
        );
        // As root the data lies elsewhere, linked from here.
        if let Ok(elsewhere) = std::fs::canonicalize(self.folder.path().join("data/postgres")) {
            std::fs::remove_dir_all(elsewhere).unwrap();
        }
    }
}
