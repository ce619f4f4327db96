//! What a service's database role can reach: its own schema, and nothing of another's. Read from the catalogue, so that a
//! table that comes later is tried, too.

use crate::contract::assert_nothing;
use chassis::Service;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use end_to_end::TestNetwork;

#[derive(Debug, QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    schema: String,
    #[diesel(sql_type = Text)]
    name: String,
    /// Its first column.
    #[diesel(sql_type = Text)]
    column: String,
}

impl Table {
    /// Each way to use it. None of them touches a row: the server looks at privileges first.
    fn deeds(&self) -> [(&'static str, String); 5] {
        let Self { schema, name, column } = self;
        let table = format!(r#"{schema}."{name}""#);
        [
            ("SELECT", format!("SELECT FROM {table} WHERE false")),
            ("INSERT", format!("INSERT INTO {table} DEFAULT VALUES")),
            (
                "UPDATE",
                format!(r#"UPDATE {table} SET "{column}" = DEFAULT WHERE false"#),
            ),
            ("DELETE", format!("DELETE FROM {table} WHERE false")),
            ("TRUNCATE", format!("TRUNCATE {table}")),
        ]
    }

    /// What the bus grants: everybody reads who takes what; publishers insert into queues; a consumer has its queue, puts aside what it cannot do, and takes
    /// out of that whoever is erased. A service by which operators look after queues may read them all besides, and send
    /// again or throw away what was put aside.
    fn is_granted(&self, service: &Service, deed: &str) -> bool {
        let own = service.schema();
        let is_dead = self.schema == "bus" && self.name.ends_with("_dead");
        if self.schema == "bus" && self.name == "subscription" {
            return deed == "SELECT";
        }
        if service.manifest.operates && self.schema == "bus" {
            let is_granted = match self.name.as_str() {
                "operator_action" => ["SELECT", "INSERT"].contains(&deed),
                _ if is_dead => ["SELECT", "DELETE"].contains(&deed),
                _ => ["SELECT", "INSERT"].contains(&deed),
            };
            if is_granted {
                return true;
            }
        }
        let is_queue = !is_dead && self.name != "operator_action";
        match self.schema.as_str() {
            "bus" if self.name == own => deed != "TRUNCATE",
            "bus" if self.name == format!("{own}_dead") => ["SELECT", "INSERT", "UPDATE"].contains(&deed),
            "bus" => is_queue && deed == "INSERT",
            schema => schema == own,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_reaches_its_own_tables_and_nobody_elses() {
    let network = TestNetwork::start().await;
    let mut administrator = network.database.session().await;
    let tables = tables(&mut administrator).await;
    let services = network.network.services();
    for schema in services.iter().map(Service::schema).chain(["bus".to_owned()]) {
        assert!(
            tables.iter().any(|table| table.schema == schema),
            "the catalogue shows no table of {schema}"
        );
    }
    let operators: Vec<_> = services
        .iter()
        .filter(|service| service.manifest.operates)
        .collect();
    assert_eq!(operators.len(), 1, "by which operators look after queues");
    let mut found = Vec::new();
    for service in &services {
        let mut conn = network.database.session_of(service.name).await;
        for table in &tables {
            for (deed, sql) in table.deeds() {
                let is_granted = is_allowed(&mut conn, &sql).await;
                if is_granted != table.is_granted(service, deed) {
                    let can = if is_granted { "can" } else { "cannot" };
                    found.push(format!(
                        "{} {can} {deed} {}.{}",
                        service.name, table.schema, table.name
                    ));
                }
            }
        }
        for schema in services
            .iter()
            .map(Service::schema)
            .chain(["bus".to_owned(), "public".to_owned()])
        {
            let sql = format!("CREATE TABLE {schema}.of_nobody ()");
            if is_allowed(&mut conn, &sql).await != (schema == service.schema()) {
                found.push(format!(
                    "{} can or cannot make tables in {schema}, and should not or should",
                    service.name
                ));
            }
        }
        for question in [
            "bus.failures_of('content', '{}')",
            "bus.backlog_of('content')",
            "bus.forget_reasons('nobody')",
        ] {
            let sql = format!("SELECT * FROM {question}");
            if is_allowed(&mut conn, &sql).await != service.manifest.operates {
                found.push(format!("{} may or may not ask {question}", service.name));
            }
        }
        for other in services.iter().filter(|other| other.name != service.name) {
            let sql = format!("SET ROLE valine_{}", other.schema());
            if is_allowed(&mut conn, &sql).await {
                found.push(format!("{} can become {}", service.name, other.name));
            }
        }
    }
    assert_nothing(&found, "what database roles can do");
}

/// Tries it, and takes it back.
async fn is_allowed(conn: &mut AsyncPgConnection, sql: &str) -> bool {
    conn.batch_execute("BEGIN").await.expect("a transaction");
    let tried = conn.batch_execute(sql).await;
    conn.batch_execute("ROLLBACK").await.expect("the end of it");
    // Another failure (a column that must not be null, a reference) is past the privilege.
    !tried.is_err_and(|error| {
        let words = error.to_string();
        words.contains("permission denied") || words.contains("must be owner")
    })
}

async fn tables(conn: &mut AsyncPgConnection) -> Vec<Table> {
    diesel::sql_query(
        r#"SELECT t.schemaname::text AS schema, t.tablename::text AS name, a.attname::text AS "column" FROM pg_tables AS t
           JOIN pg_attribute AS a ON a.attrelid = format('%I.%I', t.schemaname, t.tablename)::regclass AND a.attnum = (
             SELECT min(attnum) FROM pg_attribute
             WHERE attrelid = a.attrelid AND attnum > 0 AND NOT attisdropped AND attidentity = '')
           WHERE t.schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"#,
    )
    .load(conn)
    .await
    .expect("the catalogue")
}
