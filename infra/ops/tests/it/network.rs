//! A `valine up` that runs, is asked, killed and started again.

use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use http::{Method, StatusCode};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use reqwest::Client;
use serde_json::{Value, json};
use std::fs::File;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use testkit::free_port;
use tokio::process::{Child, Command};
use url::Url;
use uuid::Uuid;

/// By then it is up, or it will never be.
const START_LIMIT: Duration = Duration::from_secs(120);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_valine");

/// What it writes to the terminal.
const SAID: &str = "up.said";

const SERVICES: [&str; 7] = [
    "identity",
    "profile",
    "content",
    "media",
    "social_graph",
    "search_indexer",
    "orchestrator",
];

#[derive(QueryableByName)]
struct DataFolder {
    #[diesel(sql_type = Text)]
    path: String,
}

/// A network in a process of its own.
pub(crate) struct RunningNetwork {
    folder: TempDir,
    port: u16,
    process: Option<Child>,
    /// The server it was told to use instead of one of its own.
    server: Option<String>,
}

/// How a command ended, and what it said.
#[derive(Debug)]
pub(crate) struct Answered {
    /// Its exit code.
    pub(crate) code: Option<i32>,
    /// What it wrote to stdout.
    pub(crate) data: String,
    /// What it wrote to stderr.
    pub(crate) talk: String,
}

impl Answered {
    /// Its data as JSON, if all was well.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        serde_json::from_str(&self.data).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl RunningNetwork {
    /// Starts it for the first time.
    pub(crate) async fn start() -> Self {
        let mut network = Self::prepare();
        network.restart().await;
        network
    }

    /// A place for it, where nothing runs yet.
    pub(crate) fn prepare() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            port: free_port(),
            process: None,
            server: None,
        }
    }

    /// The folder that its people work in; its data lies below.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A command of the command line, for this network.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(arguments)
            .current_dir(self.folder())
            .env("PORT", self.port.to_string())
            // All that can be logged of us is looked at.
            .env("LOG", testkit::LOGGED)
            // Seeding is not about passwords here.
            .env("IDENTITY_BCRYPT_COST", "4")
            .env_remove("DATABASE_URL")
            .env_remove("VALINE_ROOT")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Starts it again; answers the moment before.
    pub(crate) async fn restart(&mut self) -> Uuid {
        let command = self.command(&["up"]);
        self.restart_with(command).await
    }

    /// Starts it again by this command; answers the moment before.
    pub(crate) async fn restart_with(&mut self, mut command: Command) -> Uuid {
        let before = Uuid::now_v7();
        let began = Instant::now();
        let told = command.as_std().get_envs();
        self.server = told
            .filter(|(name, _)| *name == "DATABASE_URL")
            .find_map(|(_, address)| address?.to_str().map(str::to_owned));
        let said = self.folder().join(SAID);
        let talk = File::options().create(true).append(true).open(&said).unwrap();
        let talks = talk.try_clone().unwrap();
        let mut process = command.stdout(talk).stderr(talks).spawn().unwrap();
        let ready = self.url().join("ready").unwrap();
        let mut looks = tokio::time::interval(LOOK);
        loop {
            looks.tick().await;
            if let Some(ended) = process.try_wait().unwrap() {
                let said = std::fs::read_to_string(said).unwrap();
                panic!("`valine up` ended by itself: {ended}\n{said}");
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
        self.look_at_log();
    }

    /// Has the witness know what is secret here: what lies in files, and in the database.
    async fn tell_witness(&self) {
        for (what, file) in [
            ("the operator's key", "operator.key"),
            ("the installation's secret", "secret"),
        ] {
            let secret = std::fs::read_to_string(self.folder().join(".valine").join(file)).unwrap();
            testkit::witness().learn(what, secret.trim());
        }
        let mut conn = self.administrator().await;
        testkit::learn_from_rows(&mut conn).await.unwrap();
    }

    /// Nothing of people, and no secret, is in what the process has logged or written.
    fn look_at_log(&self) {
        let log = std::fs::read_to_string(self.folder().join(".valine/valine.log")).unwrap();
        assert!(!log.is_empty(), "nothing was logged");
        testkit::witness().log(&log);
        let said = std::fs::read_to_string(self.folder().join(SAID)).unwrap();
        testkit::witness().overhears("`valine up`", &said);
    }

    /// Somebody who signs up; answers what they ask with, and what of them is secret is known.
    pub(crate) async fn sign_up(&self, name: &str) -> Client {
        let client = Client::builder().cookie_store(true).build().unwrap();
        let password = Uuid::now_v7().simple().to_string() + "-walks";
        testkit::witness().learn("a password", &password);
        let email = format!("{name}@mail.example");
        let ask = json!({ "email": email, "password": password, "username": name, "displayName": name });
        self.ask((&client, Method::POST, "/api/auth/signup"), Some(ask))
            .await;
        client
    }

    /// Asks, and has the witness look at the answer, which is a success.
    pub(crate) async fn ask(
        &self,
        (client, method, path): (&Client, Method, &str),
        body: Option<Value>,
    ) -> Value {
        let mut request = client.request(method.clone(), self.url().join(path).unwrap());
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let (status, headers): (StatusCode, _) = (answer.status(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        testkit::witness().learn_cookies(&headers);
        testkit::witness().overhears(&format!("{method} {path} ({status})"), &text);
        assert!(status.is_success(), "{method} {path}: {status}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The same, and the database with it.
    pub(crate) async fn kill_all(&mut self) {
        self.kill_database().await;
        self.kill().await;
    }

    /// Kills its database: what that had not yet written to its log is gone, as after a power cut.
    pub(crate) async fn kill_database(&self) {
        let shown: DataFolder = diesel::sql_query("SELECT current_setting('data_directory') AS path")
            .get_result(&mut self.administrator().await)
            .await
            .unwrap();
        let file = Path::new(&shown.path).join("postmaster.pid");
        let pid = std::fs::read_to_string(file).unwrap();
        let server = Pid::from_raw(pid.lines().next().unwrap().trim().parse().unwrap());
        // Its immediate shutdown: all processes of the server end where they are.
        kill(server, Signal::SIGQUIT).unwrap();
    }

    /// Has its database crash and come up again by itself, as it does when one of its processes is killed for want of
    /// memory; the network lives on. Answers the moment before, once all is ready again.
    pub(crate) async fn crash_database(&self) -> Uuid {
        #[derive(QueryableByName)]
        struct Process {
            #[diesel(sql_type = Integer)]
            pid: i32,
        }
        let before = Uuid::now_v7();
        let mut session = self.administrator().await;
        let one: Process = diesel::sql_query(
            "SELECT pid FROM pg_stat_activity WHERE usename LIKE 'valine\\_%' ORDER BY random() LIMIT 1",
        )
        .get_result(&mut session)
        .await
        .unwrap();
        kill(Pid::from_raw(one.pid), Signal::SIGKILL).unwrap();
        // The server hears of it a moment later, and ends every session before it comes up again.
        while diesel::sql_query("SELECT 1").execute(&mut session).await.is_ok() {}
        let address = local::postgres::admin_url_of(&self.folder().join(".valine")).unwrap();
        let ready = self.url().join("ready").unwrap();
        let (began, mut looks) = (Instant::now(), tokio::time::interval(LOOK));
        loop {
            looks.tick().await;
            let answers = store::session(&address, "test").await.is_ok();
            let asked = reqwest::get(ready.clone()).await;
            if answers && asked.is_ok_and(|answer| answer.status().is_success()) {
                return before;
            }
            assert!(
                began.elapsed() < START_LIMIT,
                "it is not ready {START_LIMIT:?} after its database crashed"
            );
        }
    }

    /// How it ends, when it ends by itself.
    pub(crate) async fn ends(&mut self) -> ExitStatus {
        let mut process = self.process.take().unwrap();
        let ended = tokio::time::timeout(START_LIMIT, process.wait()).await;
        ended.expect("it ends by itself").unwrap()
    }

    /// What a command of the command line answers, however it ends.
    pub(crate) async fn valine(&self, arguments: &[&str]) -> Answered {
        let output = self.command(arguments).output().await.unwrap();
        let answered = Answered {
            code: output.status.code(),
            data: String::from_utf8(output.stdout).unwrap(),
            talk: String::from_utf8(output.stderr).unwrap(),
        };
        for said in [&answered.data, &answered.talk] {
            testkit::witness().overhears(&format!("valine {arguments:?}"), said);
        }
        answered
    }

    /// A session of the administrator's.
    pub(crate) async fn administrator(&self) -> AsyncPgConnection {
        let own = || local::postgres::admin_url_of(&self.folder().join(".valine")).unwrap();
        let address = self.server.clone().unwrap_or_else(own);
        store::session(&address, "test").await.unwrap()
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}", self.port)).unwrap()
    }

    /// Fills it, however often it is killed meanwhile.
    pub(crate) fn seed(&self, (members, posts): (u64, u64)) -> Child {
        let (members, posts) = (members.to_string(), posts.to_string());
        let mut command = self.command(&["seed", "--json", "--members", &members, "--posts", &posts]);
        command.stdout(Stdio::null()).spawn().unwrap()
    }

    /// Runs a command of the command line, and shows what it said if it did not succeed.
    pub(crate) async fn run(&self, arguments: &[&str]) {
        let output = self.command(arguments).output().await.unwrap();
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
        let mut conn = self.administrator().await;
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

    /// Stops it as a person would.
    pub(crate) async fn stop(&mut self) {
        self.tell_witness().await;
        let mut process = self.process.take().unwrap();
        let pid = i32::try_from(process.id().unwrap()).unwrap();
        kill(Pid::from_raw(pid), Signal::SIGINT).unwrap();
        assert!(
            process.wait().await.unwrap().success(),
            "`valine up` did not stop cleanly"
        );
        self.look_at_log();
    }

    /// Stops it as a person would, and removes its data.
    pub(crate) async fn end(mut self) {
        self.stop().await;
        // As root the data lies elsewhere, linked from here.
        if let Ok(elsewhere) = std::fs::canonicalize(self.folder().join(".valine/postgres")) {
            std::fs::remove_dir_all(elsewhere).unwrap();
        }
    }
}
