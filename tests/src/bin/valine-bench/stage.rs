//! What is there before anything is measured: a durable private server, the network, people and their posts.

use crate::args::{Args, Plan, Row};
use crate::database::Database;
use crate::http::Door;
use crate::pgbench::Pgbench;
use crate::server::{Server, Valine};
use crate::statements;
use anyhow::{Context, Result, ensure};
use chassis::Secrets;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use events::AccountId;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use hyper::body::Bytes;
use local::Progress;
use local::postgres::{Options, Postgres, Purpose};
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

/// How many ask at a time: as many as a service has connections.
pub(crate) const WORKERS: usize = 8;

/// People who ask.
const PEOPLE: usize = 32;

/// Where the network's rows are.
const LIVE: &str = "postgres";

/// Where the same tables are, without the network.
const QUIET: &str = "quiet";

const NO_PGBENCH: &str =
    "pgbench is missing, and some rows compare with it; infra/local/install bench installs it";

/// Somebody with a session.
#[derive(Clone)]
pub(crate) struct Person {
    /// Their account.
    pub(crate) account: AccountId,
    /// Their user name.
    pub(crate) username: String,
    /// Their session, as it is sent.
    pub(crate) cookie: HeaderValue,
}

/// Everything that is there.
pub(crate) struct Stage {
    postgres: Postgres,
    /// The network.
    pub(crate) server: Server,
    /// The network's database.
    pub(crate) live: Database,
    /// The same tables, and nobody else who uses them.
    pub(crate) quiet: Database,
    /// The baseline's program, if this machine has it.
    pub(crate) pgbench: Option<Pgbench>,
    /// People who ask.
    pub(crate) people: Arc<[Person]>,
    /// Posts that anybody may read.
    pub(crate) posts: Arc<[Uuid]>,
    /// How much is measured.
    pub(crate) plan: Plan,
    /// Who is told what is being done.
    pub(crate) progress: Progress,
    folder: TempDir,
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

impl Stage {
    /// Makes all of it.
    pub(crate) async fn set(args: &Args) -> Result<Self> {
        let (progress, plan) = (Progress::stderr(), args.size.plan());
        progress.say("Starting a private PostgreSQL with durable settings.");
        let postgres = Postgres::start(
            Options::new(Purpose::Bench)
                .progress(progress.clone())
                .kind(args.postgres),
        )
        .await?;
        let folder = tempfile::tempdir()?;
        let pgbench = Pgbench::find(postgres.bin_dir(), folder.path()).await;
        let needs_it = args.rows().iter().any(|row| [Row::B2, Row::B4].contains(row));
        ensure!(!needs_it || pgbench.is_some(), NO_PGBENCH);
        let secrets = Secrets::random();
        let live = Database::named(postgres.admin_url(), LIVE, &secrets)?;
        let quiet = Database::named(postgres.admin_url(), QUIET, &secrets)?;
        live.session()
            .await?
            .batch_execute(&format!("CREATE DATABASE {QUIET}"))
            .await?;
        let mut valine = Valine {
            root: folder.path().join("data"),
            database: quiet.administrator.clone(),
            secrets,
        };
        valine.run(&["migrate"]).await?;
        valine.database.clone_from(&live.administrator);
        let server = Server::start(&valine).await?;
        live.equip().await?;
        quiet.equip().await?;

        progress.say(format!(
            "Filling the network: {} people, {} posts.",
            plan.seed.0, plan.seed.1
        ));
        seed(&valine, &server, plan).await?;
        let people = sign_up(&valine, &server).await?;
        live.settle().await?;
        let posts = public_posts(&live).await?;
        let stage = Self {
            postgres,
            server,
            live,
            quiet,
            pgbench,
            people: people.into(),
            posts: posts.into(),
            plan,
            progress,
            folder,
        };
        statements::are_the_networks(&stage).await?;
        Ok(stage)
    }

    /// The server's version.
    pub(crate) fn postgres_version(&self) -> &str {
        self.postgres.version()
    }

    /// The baseline's program.
    pub(crate) fn pgbench(&self) -> Result<&Pgbench> {
        self.pgbench.as_ref().context(NO_PGBENCH)
    }

    /// One of the people, in turn.
    pub(crate) fn person(&self, number: usize) -> Result<&Person> {
        let person = self.people.get(number % self.people.len().max(1));
        person.context("there are no people")
    }

    /// Stops everything, and removes what it left.
    pub(crate) async fn strike(self) -> Result<()> {
        self.server.stop().await?;
        self.postgres.stop().await?;
        self.folder.close()?;
        Ok(())
    }
}

async fn seed(valine: &Valine, server: &Server, plan: Plan) -> Result<()> {
    let (members, posts) = (plan.seed.0.to_string(), plan.seed.1.to_string());
    let url = format!("http://{}", server.address);
    let in_root = |name: &str| valine.root.join(name).display().to_string();
    let (operator, journal) = (in_root("operator.key"), in_root("journal"));
    let told = ["--operator-key-file", &operator, "--journal", &journal];
    let words = ["seed", "--members", &members, "--posts", &posts, "--url", &url];
    valine.run(&[&words[..], &told[..]].concat()).await
}

async fn sign_up(valine: &Valine, server: &Server) -> Result<Vec<Person>> {
    let operator = std::fs::read_to_string(valine.root.join("operator.key"))?;
    let operator = HeaderValue::from_str(operator.trim())?;
    let mut door = Door::connect(server.address)
        .await?
        .sending(HeaderName::from_static("x-valine-operator"), operator);
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let username = format!("bench_{number}");
        let ask = json!({
            "email": format!("{username}@mail.example"), "password": format!("a long word for {username}"),
            "username": username, "displayName": username,
        });
        let answer = door
            .answer(
                Method::POST,
                "/api/auth/signup",
                None,
                serde_json::to_vec(&ask)?.into(),
            )
            .await?;
        people.push(person(username, answer)?);
    }
    Ok(people)
}

fn person(username: String, (status, headers, body): (StatusCode, http::HeaderMap, Bytes)) -> Result<Person> {
    ensure!(
        status == StatusCode::CREATED,
        "nobody can sign up: {status} {}",
        String::from_utf8_lossy(&body)
    );
    let answer: Value = serde_json::from_slice(&body)?;
    let account = answer.pointer("/user/id").and_then(Value::as_str);
    let session = headers.get_all(header::SET_COOKIE).iter().find_map(|cookie| {
        let (first, _) = cookie.to_str().ok()?.split_once(';')?;
        first.starts_with(chassis::session::COOKIE).then_some(first)
    });
    Ok(Person {
        account: account.context("the new account has no id")?.parse()?,
        username,
        cookie: HeaderValue::from_str(session.context("the answer sets no session")?)?,
    })
}

async fn public_posts(live: &Database) -> Result<Vec<Uuid>> {
    let rows: Vec<Id> = diesel::sql_query(
        "SELECT id FROM content.post WHERE visibility = 'public' AND state = 'published' AND removed_at IS NULL",
    )
    .load(&mut live.session().await?)
    .await?;
    ensure!(!rows.is_empty(), "nobody has published anything");
    Ok(rows.into_iter().map(|row| row.id).collect())
}
