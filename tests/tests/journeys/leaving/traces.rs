//! Everything there is: rows, messages, files. And whether a word stands anywhere in it.

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use end_to_end::TestNetwork;
use std::path::Path;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    row: String,
}

/// Every row of every table, those of the spine and the queues included, as text that begins with the table's name.
pub(crate) async fn rows(conn: &mut AsyncPgConnection) -> Vec<String> {
    let tables: Vec<Row> = diesel::sql_query(
        "SELECT format('%I.%I', schemaname, tablename) AS row FROM pg_tables \
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
    )
    .load(conn)
    .await
    .unwrap();
    assert!(tables.len() > 100, "only {} tables", tables.len());
    let mut rows = Vec::new();
    for Row { row: table } in tables {
        let query = format!("SELECT '{table} ' || t::text AS row FROM {table} AS t ORDER BY 1");
        let found: Vec<Row> = diesel::sql_query(query).load(conn).await.unwrap();
        rows.extend(found.into_iter().map(|row| row.row));
    }
    rows
}

/// Where a word stands in the database, in any case, as text or as bytes.
pub(crate) async fn in_rows(network: &TestNetwork, word: &str) -> Vec<String> {
    let rows = rows(&mut network.database.session().await).await;
    let bytes: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
    rows.into_iter()
        .filter(|row| {
            let row = row.to_lowercase();
            row.contains(word) || row.contains(&bytes)
        })
        .collect()
}

/// Every file of the storage: its path and its bytes as text.
pub(crate) fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                let text = String::from_utf8_lossy(&bytes).into_owned();
                found.push((path.display().to_string(), text));
            }
        }
    }
    found.sort();
    found
}

/// The files in whose name or content a word stands.
pub(crate) fn in_files(network: &TestNetwork, word: &str) -> Vec<String> {
    let files = files(network.folder()).into_iter();
    let told = files.filter(|(path, text)| format!("{path} {text}").to_lowercase().contains(word));
    told.map(|(path, _)| path).collect()
}

/// How many objects there are.
pub(crate) fn objects(network: &TestNetwork) -> usize {
    let files = files(&network.folder().join("s3")).into_iter();
    files.filter(|(path, _)| !path.contains("/.bucket-")).count()
}
