//! A service that notes what it consumes, and fails as it is told.

use anyhow::anyhow;
use axum::extract::{FromRef, State};
use chassis::erasure::{ERASURE, Erasure, Progress};
use chassis::http::{Allowance, Json, Read, RequestCause};
use chassis::{
    Config, Consumer, Database, Manifest, Once, Principal, Refusal, Replayable, Result, Secrets, Service,
    Subscription,
};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::identity::{Account, AccountState};
use events::{AccountId, Envelope, Event};
use futures::FutureExt;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::num::NonZeroU16;
use utoipa_axum::router::OpenApiRouter;

#[derive(Clone)]
struct App {
    database: Database,
    secrets: Secrets,
}

impl FromRef<App> for Secrets {
    fn from_ref(app: &App) -> Self {
        app.secrets.clone()
    }
}

#[derive(Deserialize)]
struct Ask {
    name: String,
}

/// How often one person may ask `/limited`.
pub(crate) const HOURLY: u16 = 3;

async fn create(app: State<App>, who: Principal, cause: RequestCause, once: Once<Ask>) -> Result<Replayable> {
    write(app, who, cause, once).await
}

async fn create_a_few(
    app: State<App>,
    who: Principal,
    cause: RequestCause,
    once: Once<Ask>,
) -> Result<Replayable> {
    let allowance = Allowance::hourly("things", NonZeroU16::new(HOURLY).unwrap());
    write(app, who, cause, once.within(allowance)).await
}

async fn write(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    once: Once<Ask>,
) -> Result<Replayable> {
    once.write(&app.database, StatusCode::CREATED, async move |conn, ask: Ask| {
        if ask.name == "refuse" {
            return Err(Refusal::conflict("REFUSED", "As you wished").into());
        }
        store::outbox::append(conn, &cause, 1, account(&ask.name)).await?;
        if ask.name == "fail after writing" {
            return Err(anyhow!("as you wished")
                .context("after the event was appended")
                .into_failed());
        }
        Ok(json!({ "name": ask.name, "by": who.account }))
    })
    .await
}

/// `anyhow::Error` is no `std::error::Error`; the one place in these tests that needs one.
trait IntoFailed {
    fn into_failed(self) -> chassis::Error;
}

impl IntoFailed for anyhow::Error {
    fn into_failed(self) -> chassis::Error {
        chassis::Error::Failed(self)
    }
}

fn long() -> Value {
    json!({ "text": "rain ".repeat(1_000) })
}

async fn panics() -> Json<Value> {
    panic!("as you wished")
}

pub(crate) fn account(name: &str) -> Event {
    Event::AccountRegistered(Account {
        account_id: AccountId::new(),
        username: name.to_owned(),
        display_name: name.to_owned(),
        state: AccountState::Active,
        email_verified: false,
        created_at: chrono::Utc::now(),
    })
}

/// Notes the name, then does what the name says.
async fn consume(conn: &mut AsyncPgConnection, envelope: &Envelope) -> Result<()> {
    let Event::AccountRegistered(account) = &envelope.event else {
        return Ok(());
    };
    let name = account.username.clone();
    diesel::sql_query("INSERT INTO note (name) VALUES ($1)")
        .bind::<Text, _>(&name)
        .execute(conn)
        .await?;
    match name.as_str() {
        "refused" => Err(Refusal::conflict("REFUSED", "As you wished").into()),
        "failing" => Err(chassis::Error::Failed(anyhow!("as you wished"))),
        "panicking" => panic!("as you wished"),
        _ => Ok(()),
    }
}

/// Deletes one note of the person at a time. While there is one that is `in hand`, somebody else is at it; one that is
/// `stuck` cannot be deleted.
async fn erase(database: &Database, erasure: Erasure) -> Result<Progress> {
    let has = |what: &str| format!("{what} of {}", erasure.account);
    let sql = "DELETE FROM note WHERE ctid IN (SELECT ctid FROM note WHERE name LIKE '%' || $1 LIMIT 1) RETURNING name";
    #[derive(QueryableByName)]
    struct Note {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let of_person = format!("of {}", erasure.account);
    let deleted: Option<Note> = database
        .write(async move |conn| {
            let query = diesel::sql_query(sql).bind::<Text, _>(of_person);
            Ok(query.get_result(conn).await.optional()?)
        })
        .await?;
    match deleted {
        Some(note) if note.name == has("in hand") => Ok(Progress::Later),
        Some(note) if note.name == has("stuck") => Err(chassis::Error::Failed(anyhow!("as you wished"))),
        Some(_) => Ok(Progress::More),
        None => Ok(Progress::Done),
    }
}

const REGISTERED: &[&str] = &["identity.account-registered.v1"];
const NOTES: Subscription = Subscription::new("notes", REGISTERED);
const WITNESS: Subscription = Subscription::new("witness", REGISTERED);

const MANIFEST: Manifest = Manifest {
    consumes: &[WITNESS, NOTES, ERASURE],
    ..Manifest::new("identity")
};

pub(crate) fn service(config: &Config) -> anyhow::Result<Service> {
    let database = config.database(MANIFEST.name)?;
    let app = App {
        database: database.clone(),
        secrets: config.secrets.clone(),
    };
    let erasing = database.clone();
    let router = axum::Router::new()
        .route("/things", axum::routing::post(create))
        .route("/limited", axum::routing::post(create_a_few))
        .route("/panic", axum::routing::get(panics))
        .route("/long", axum::routing::get(async || Read(long())))
        .route("/secret", axum::routing::get(async || Json::of(long())))
        .route(
            "/whoami",
            axum::routing::get(async |who: Principal| Read(json!({ "id": who.account }))),
        )
        .with_state(app);
    let consumer = Consumer::new(NOTES, |conn, envelope| consume(conn, envelope).boxed());
    let witness = Consumer::new(WITNESS, |_conn, _envelope| async { Ok(()) }.boxed());
    let service = Service::new(MANIFEST, config, database, OpenApiRouter::from(router));
    Ok(service
        .consuming(witness)
        .consuming(consumer)
        .erasing(&config.bucket, move |erasure| {
            let database = erasing.clone();
            async move { erase(&database, erasure).await }
        }))
}
