//! From an empty database to schemas, roles and tables. Runs before new code; asking for a pool never does.

use crate::{as_role, partitions, session};
use anyhow::Context;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};
use postgres_protocol::password::scram_sha_256;

/// Where shared extensions live; it stands on every role's search path.
const EXTENSIONS: &str = "extensions";

/// A service's part of the database.
pub struct Schema {
    /// Its name, with underscores.
    pub name: String,
    /// The address its migrations run at: the service's own role.
    pub address: String,
    /// Its migrations, those of the spine and of shared projections first.
    pub migrations: Vec<EmbeddedMigrations>,
}

/// The login role of a schema.
#[must_use]
pub fn role(schema: &str) -> String {
    format!("valine_{schema}")
}

/// The login role by which operators work where they are not the administrator: a member of every schema's role, and nothing
/// more.
pub const OPERATOR: &str = "valine_operator";

/// Where a schema's role logs in to the administrator's database.
///
/// # Errors
/// When the administrator's address cannot carry a user.
pub fn address(administrator: &str, schema: &str, password: &str) -> anyhow::Result<String> {
    as_role(administrator, &role(schema), password)
}

/// An administrator's session that holds the migration lock, so that two starts at once do it one after the other.
pub struct Administrator {
    conn: AsyncPgConnection,
}

impl Administrator {
    /// Connects, waits for the lock and provides the extensions.
    ///
    /// # Errors
    /// When the server cannot be reached, is too old, or the role may not create what is needed.
    pub async fn connect(address: &str) -> anyhow::Result<Self> {
        let mut conn = session(address, "valine-migrate").await?;
        conn.batch_execute(&format!(
            "SELECT pg_advisory_lock(hashtext('valine-migrate')); \
             CREATE SCHEMA IF NOT EXISTS {EXTENSIONS}; GRANT USAGE ON SCHEMA {EXTENSIONS} TO PUBLIC; \
             CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA {EXTENSIONS}; \
             CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA {EXTENSIONS}; \
             REVOKE CREATE ON SCHEMA public FROM PUBLIC"
        ))
        .await
        .context(
            "the extensions pg_trgm and unaccent cannot be provided; DATABASE_URL must name an administrator",
        )?;
        Ok(Self { conn })
    }

    /// Makes a schema and its login role; the role owns this schema and can reach no other.
    ///
    /// # Errors
    /// When the administrator may not create roles.
    pub async fn provide(&mut self, schema: &str, password: &str) -> anyhow::Result<()> {
        let role = role(schema);
        self.login(&role, password).await?;
        self.conn
            .batch_execute(&format!(
                "ALTER ROLE {role} SET search_path = {schema}, {EXTENSIONS}; \
                 GRANT {role} TO CURRENT_USER; \
                 CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {role}"
            ))
            .await
            .with_context(|| format!("role {role} and schema {schema} cannot be provided"))
    }

    /// Makes the operators' role ([`OPERATOR`]), which may do in these schemas what their own roles may.
    ///
    /// # Errors
    /// When the administrator may not create roles, or a schema has none yet.
    pub async fn provide_operator(&mut self, password: &str, schemas: &[String]) -> anyhow::Result<()> {
        self.login(OPERATOR, password).await?;
        let roles: Vec<_> = schemas.iter().map(|schema| role(schema)).collect();
        self.conn
            .batch_execute(&format!("GRANT {} TO {OPERATOR}", roles.join(", ")))
            .await
            .with_context(|| format!("role {OPERATOR} cannot be provided"))
    }

    /// Makes a role that logs in by this password, where there is none; one that is there logs in by it from now on. The
    /// server is told a verifier (SCRAM-SHA-256, RFC 7677) alone.
    async fn login(&mut self, role: &str, password: &str) -> anyhow::Result<()> {
        let known: Vec<Known> =
            diesel::sql_query("SELECT rolname::text AS name FROM pg_roles WHERE rolname = $1")
                .bind::<Text, _>(role)
                .load(&mut self.conn)
                .await?;
        let make = if known.is_empty() { "CREATE" } else { "ALTER" };
        // What proves the password, not the password itself: a server may log statements. It has no character to be escaped.
        let verifier = scram_sha_256(password.as_bytes());
        self.conn
            .batch_execute(&format!("{make} ROLE {role} LOGIN PASSWORD '{verifier}'"))
            .await
            .with_context(|| format!("role {role} cannot be provided"))
    }

    /// Runs statements as the administrator: for what belongs to no service.
    ///
    /// # Errors
    /// When the database says so.
    pub async fn batch(&mut self, sql: &str) -> QueryResult<()> {
        self.conn.batch_execute(sql).await
    }
}

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = Text)]
    #[expect(dead_code, reason = "only whether there is a row matters")]
    name: String,
}

/// Brings one schema up to date, as its own role, and makes the coming months' partitions.
///
/// # Errors
/// When the server cannot be reached or a migration fails; what ran before it stays.
pub async fn run(schema: Schema) -> anyhow::Result<Vec<String>> {
    let conn = session(&schema.address, "valine-migrate").await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let mut ran = Vec::new();
    for migrations in schema.migrations {
        let versions = harness.run_pending_migrations(migrations);
        let versions = versions
            .map_err(anyhow::Error::from_boxed)
            .with_context(|| format!("schema {}", schema.name))?;
        ran.extend(versions.iter().map(ToString::to_string));
    }
    partitions::ensure(&mut harness.into_inner(), Utc::now()).await?;
    Ok(ran)
}
