//! A database of its own for each test.

use crate::witness::{learn_from_rows, witness};
use anyhow::Context;
use chassis::transport::{provision, subscribe};
use chassis::{Secrets, schema_of};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::EmbeddedMigrations;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::migrate::{self, Administrator, Schema};
use tokio::runtime::Handle;
use url::Url;
use uuid::Uuid;

/// One service's tables.
pub struct SchemaPlan {
    /// The service's name.
    pub service: &'static str,
    /// Its own migrations.
    pub migrations: Vec<EmbeddedMigrations>,
    /// Whether it has a queue.
    pub consumes: bool,
    /// Whether operators look after queues by it.
    pub operates: bool,
}

/// A database that this test alone uses, dropped when the test is over; that of a test that fails stays for as long as the
/// server does.
///
/// Before that, what lies there in secret is looked for in all that the program has answered and logged.
#[derive(Clone, Debug)]
pub struct TestDatabase(Arc<Own>);

#[derive(Debug)]
struct Own {
    name: String,
    administrator: String,
}

impl Drop for Own {
    fn drop(&mut self) {
        // A test that failed already has said why.
        if std::thread::panicking() {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            tokio::task::block_in_place(|| {
                runtime.block_on(async {
                    self.tell_witness().await;
                    self.drop_database().await;
                });
            });
        }
        witness().must_be_silent();
    }
}

impl Own {
    async fn tell_witness(&self) {
        // A server that a test has stopped tells nothing more.
        if let Ok(mut conn) = store::session(&self.administrator, "testkit").await {
            learn_from_rows(&mut conn).await.expect("the secrets can be read");
        }
    }

    /// Hundreds of databases in one server make it slow, and fill the disk.
    async fn drop_database(&self) {
        if let Ok(mut server) = store::session(&at("postgres"), "testkit").await {
            // Whoever is still connected belongs to the test that is over.
            let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
            server
                .batch_execute(&drop)
                .await
                .expect("the database can be dropped");
        }
    }
}

/// Roles belong to the whole server, so every test of a run must know the same passwords.
fn secrets() -> Secrets {
    Secrets::new(Sha256::digest(server().as_bytes()).into())
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by make test where their server is"
)]
fn server() -> String {
    std::env::var("TEST_DATABASE_URL").unwrap_or_else(|_unset| {
        panic!("these tests need a PostgreSQL server of their own: run them by `make test`, or `make test ARGS='-p content'`")
    })
}

fn at(database: &str) -> String {
    let mut url = Url::parse(&server()).expect("TEST_DATABASE_URL is a URL");
    url.set_path(database);
    url.into()
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    #[expect(dead_code, reason = "only whether there is a row matters")]
    name: String,
}

impl TestDatabase {
    /// Clones the template of these schemas, which is migrated by the first test of the run that needs it.
    pub async fn create(plans: Vec<SchemaPlan>) -> Self {
        let template = template_name(&plans);
        let mut server = store::session(&at("postgres"), "testkit")
            .await
            .expect("the test server answers");
        ensure_template(&mut server, &template, plans)
            .await
            .expect("the template can be made");
        let name = format!("test_{}", Uuid::now_v7().simple());
        let clone = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        let plain = format!("CREATE DATABASE {name} TEMPLATE {template}");
        if server.batch_execute(&clone).await.is_err() {
            // Servers before 15 know no strategies.
            server
                .batch_execute(&plain)
                .await
                .expect("the template can be cloned");
        }
        if let Some(password) = Url::parse(&at(&name)).expect("a URL").password() {
            witness().learn("the password of the database's administrator", password);
        }
        Self(Arc::new(Own {
            administrator: at(&name),
            name,
        }))
    }

    /// Has the program's witness know what lies here in secret. It is told by itself when the test is over; whoever takes such
    /// rows away tells it before.
    pub async fn tell_witness(&self) {
        self.0.tell_witness().await;
    }

    /// The administrator's address.
    #[must_use]
    pub fn administrator(&self) -> &str {
        &self.0.administrator
    }

    /// A service's own address.
    #[must_use]
    pub fn address_of(&self, service: &str) -> String {
        let schema = schema_of(service);
        let password = secrets().password(&schema);
        witness().learn("the password of a service's role", &password);
        migrate::address(&self.0.administrator, &schema, &password).expect("a URL")
    }

    /// A session as the administrator.
    pub async fn session(&self) -> AsyncPgConnection {
        store::session(&self.0.administrator, "test")
            .await
            .expect("the test's database answers")
    }

    /// A session as a service's role, with that service's search path.
    pub async fn session_of(&self, service: &str) -> AsyncPgConnection {
        store::session(&self.address_of(service), "test")
            .await
            .expect("the test's database answers")
    }
}

/// The same schemas with the same migrations share a template.
fn template_name(plans: &[SchemaPlan]) -> String {
    use diesel::migration::{Migration, MigrationSource};
    use diesel::pg::Pg;
    let mut hash = Sha256::new();
    hash.update(provision_of(plans));
    for plan in plans {
        hash.update(format!("{}/{}/{}\n", plan.service, plan.consumes, plan.operates));
        for source in std::iter::once(&store::MIGRATIONS).chain(&plan.migrations) {
            let migrations: Vec<Box<dyn Migration<Pg>>> =
                source.migrations().expect("migrations can be listed");
            for migration in migrations {
                hash.update(format!("{}\n", migration.name()));
            }
        }
    }
    format!(
        "template_{}",
        hex::encode(hash.finalize()).chars().take(16).collect::<String>()
    )
}

async fn ensure_template(
    server: &mut AsyncPgConnection,
    template: &str,
    plans: Vec<SchemaPlan>,
) -> anyhow::Result<()> {
    // One lock for all templates: they share the server's roles.
    diesel::sql_query("SELECT pg_advisory_lock(hashtext('valine-test-template'))")
        .execute(server)
        .await?;
    let found: Vec<Found> =
        diesel::sql_query("SELECT datname::text AS name FROM pg_database WHERE datname = $1")
            .bind::<Text, _>(template)
            .load(server)
            .await?;
    if found.is_empty() {
        let unfinished = format!("{template}_unfinished");
        server
            .batch_execute(&format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)"))
            .await?;
        server
            .batch_execute(&format!("CREATE DATABASE {unfinished}"))
            .await?;
        build(&unfinished, plans)
            .await
            .context("migrating the template")?;
        server
            .batch_execute(&format!("ALTER DATABASE {unfinished} RENAME TO {template}"))
            .await?;
    }
    diesel::sql_query("SELECT pg_advisory_unlock(hashtext('valine-test-template'))")
        .execute(server)
        .await?;
    Ok(())
}

/// The statements that make the bus of these.
fn provision_of(plans: &[SchemaPlan]) -> String {
    let those = |is_meant: fn(&SchemaPlan) -> bool| -> Vec<_> {
        let meant = plans.iter().filter(|plan| is_meant(plan));
        meant.map(|plan| plan.service).collect()
    };
    let all = those(|_| true);
    let queues = provision(&those(|plan| plan.consumes), &all, &those(|plan| plan.operates));
    // Which queue takes what the tests say themselves; the table is there as it is elsewhere.
    queues + &subscribe(&[], &all)
}

async fn build(database: &str, plans: Vec<SchemaPlan>) -> anyhow::Result<()> {
    let address = at(database);
    let mut administrator = Administrator::connect(&address).await?;
    for plan in &plans {
        let schema = schema_of(plan.service);
        administrator
            .provide(&schema, &secrets().password(&schema))
            .await?;
    }
    administrator.batch(&provision_of(&plans)).await?;
    for SchemaPlan {
        service, migrations, ..
    } in plans
    {
        let name = schema_of(service);
        let address = migrate::address(&address, &name, &secrets().password(&name))?;
        let migrations = std::iter::once(store::MIGRATIONS).chain(migrations).collect();
        // diesel's migrations block their thread.
        migrate::run(Schema {
            name,
            address,
            migrations,
        })
        .await?;
    }
    Ok(())
}
