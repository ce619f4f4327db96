//! All rows of all services, and what became of somebody's.

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use end_to_end::TestNetwork;
use std::collections::BTreeSet;

/// A row: its table, and its columns as JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
pub(crate) struct Row {
    #[diesel(sql_type = Text)]
    pub(crate) table: String,
    #[diesel(sql_type = Text)]
    pub(crate) columns: String,
}

impl Row {
    /// Whether any of these stands in it.
    pub(crate) fn speaks_of(&self, whose: &[String]) -> bool {
        whose.iter().any(|id| self.columns.contains(id.as_str()))
    }
}

/// Reads rows.
pub(crate) struct Rows {
    conn: AsyncPgConnection,
    query: String,
}

impl Rows {
    /// Of every table that a service owns. Not those of the spine that carry events, which are told of strangers' deeds as
    /// of others: what events do to somebody is seen in the rest.
    pub(crate) async fn of(network: &TestNetwork) -> Self {
        let mut conn = network.database.session().await;
        let schemas: Vec<_> = network
            .network
            .services()
            .iter()
            .map(chassis::Service::schema)
            .collect();
        let tables = tables(&mut conn, &schemas).await;
        let selects = tables.iter().map(|(schema, name)| {
            format!(r#"SELECT '{schema}.{name}' AS "table", to_jsonb(t)::text AS columns FROM {schema}."{name}" AS t"#)
        });
        let query = selects.collect::<Vec<_>>().join(" UNION ALL ");
        Self { conn, query }
    }

    /// Those in which any of these stands.
    pub(crate) async fn that_speak_of(&mut self, whose: &[String]) -> BTreeSet<Row> {
        let rows: Vec<Row> = diesel::sql_query(&self.query)
            .load(&mut self.conn)
            .await
            .expect("all rows");
        rows.into_iter().filter(|row| row.speaks_of(whose)).collect()
    }
}

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    schema: String,
    #[diesel(sql_type = Text)]
    name: String,
}

async fn tables(conn: &mut AsyncPgConnection, schemas: &[String]) -> Vec<(String, String)> {
    let tables: Vec<Table> = diesel::sql_query(
        "SELECT schemaname::text AS schema, tablename::text AS name FROM pg_tables \
         WHERE NOT tablename ~ '^(outbox|inbox)(_|$)' AND schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2",
    )
    .load(conn)
    .await
    .expect("the catalogue");
    let own = tables.into_iter().filter(|table| schemas.contains(&table.schema));
    let own: Vec<_> = own.map(|table| (table.schema, table.name)).collect();
    for schema in schemas {
        assert!(own.iter().any(|(of, _)| of == schema), "{schema} has no tables");
    }
    own
}
