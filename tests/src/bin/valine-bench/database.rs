//! The private server's two databases: the network's own, and a quiet one with the same tables where nothing runs
//! but what is measured.

use anyhow::{Context, Result, ensure};
use chassis::Secrets;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use std::time::{Duration, Instant};
use store::{Pool, PoolOptions, migrate};
use url::Url;

/// By then everything that waits has been carried to its end, or never will be.
const SETTLE_LIMIT: Duration = Duration::from_secs(120);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// A database.
#[derive(Clone)]
pub(crate) struct Database {
    /// The administrator's address of it. It holds the password: never shown.
    pub(crate) administrator: String,
    secrets: Secrets,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Busy {
    #[diesel(sql_type = Bool)]
    busy: bool,
}

impl Database {
    /// This one, of the server that this address is of.
    pub(crate) fn named(server: &str, name: &str, secrets: &Secrets) -> Result<Self> {
        let mut url = Url::parse(server).context("the server's address")?;
        url.set_path(name);
        Ok(Self {
            administrator: url.into(),
            secrets: secrets.clone(),
        })
    }

    /// Where a service's role logs in.
    pub(crate) fn address_of(&self, service: &str) -> Result<String> {
        let password = self.secrets.database_password(service);
        migrate::address(&self.administrator, &chassis::schema_of(service), &password)
    }

    /// As a service.
    pub(crate) async fn session_of(&self, service: &str) -> Result<AsyncPgConnection> {
        store::session(&self.address_of(service)?, "valine-bench").await
    }

    /// As a service, by a pool like its own.
    pub(crate) fn pool_of(&self, service: &str, size: usize) -> Result<Pool> {
        store::pool(
            &self.address_of(service)?,
            PoolOptions::new("valine-bench").size(size),
        )
    }

    /// As the administrator.
    pub(crate) async fn session(&self) -> Result<AsyncPgConnection> {
        store::session(&self.administrator, "valine-bench").await
    }

    /// What the measurements need beside the network's own tables.
    pub(crate) async fn equip(&self) -> Result<()> {
        // Ids as the network makes them, by arithmetic: the times of their birth in order, and none twice.
        let equipment = "CREATE EXTENSION IF NOT EXISTS pg_stat_statements; CREATE SCHEMA bench; \
            GRANT USAGE ON SCHEMA bench TO PUBLIC; \
            CREATE FUNCTION bench.id(number BIGINT, worker INT, kind INT) RETURNS UUID LANGUAGE sql IMMUTABLE AS $$ \
            SELECT (lpad(to_hex(number / 1000), 12, '0') || '7' || lpad(to_hex(worker * 8 + kind), 3, '0') || '8' \
            || lpad(to_hex(number), 15, '0'))::uuid $$";
        self.session()
            .await?
            .batch_execute(equipment)
            .await
            .context("the database cannot be equipped for measuring")
    }

    /// Waits until every outbox and every queue is empty.
    pub(crate) async fn settle(&self) -> Result<()> {
        let mut conn = self.session().await?;
        let tables: Vec<Name> = diesel::sql_query(
            "SELECT CASE WHEN schemaname = 'bus' THEN 'bus.' || tablename \
             ELSE schemaname || '.outbox WHERE published_at IS NULL' END AS name FROM pg_tables \
             WHERE tablename = 'outbox' OR schemaname = 'bus' AND tablename NOT IN ('operator_action', 'subscription') \
             AND tablename NOT LIKE '%\\_dead'",
        )
        .load(&mut conn)
        .await?;
        let some: Vec<_> = tables
            .iter()
            .map(|table| format!("EXISTS (SELECT FROM {})", table.name))
            .collect();
        let query = format!("SELECT {} AS busy", some.join(" OR "));
        let began = Instant::now();
        let mut looks = tokio::time::interval(LOOK);
        loop {
            looks.tick().await;
            let look: Busy = diesel::sql_query(&query).get_result(&mut conn).await?;
            if !look.busy {
                return Ok(());
            }
            ensure!(
                began.elapsed() < SETTLE_LIMIT,
                "events still wait after {} s",
                SETTLE_LIMIT.as_secs()
            );
        }
    }
}
