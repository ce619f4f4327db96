//! The secrets that lie in a test's database. Which they are is read from its catalogue, so that a column joins by itself.

use super::witness;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// Of a column, these many rows are enough.
const AT_MOST: usize = 200;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    query: String,
}

#[derive(QueryableByName)]
struct Secret {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    secret: String,
}

/// Bytes are digests, sealed secrets and keys: nobody is told them, in hexadecimal or in base64. Texts are secrets by their
/// names. A mail tells its links to nobody but its reader.
const COLUMNS: &str = "
    SELECT format('%I.%I.%I', n.nspname, c.relname, a.attname) AS place, format(
        CASE WHEN t.typname = 'bytea' THEN 'SELECT encode(%1$I, ''hex'') AS secret FROM %2$I.%3$I UNION ALL '
            'SELECT translate(encode(%1$I, ''base64''), E''+/=\\n'', ''-_'') FROM %2$I.%3$I'
        WHEN a.attname = 'links' THEN 'SELECT split_part(unnest(%1$I), ''token='', 2) AS secret FROM %2$I.%3$I'
        ELSE 'SELECT %1$I::text AS secret FROM %2$I.%3$I' END, a.attname, n.nspname, c.relname) AS query
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
        AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND (t.typname = 'bytea' OR (t.typname = 'text' AND a.attname ~ '(password|secret|hash|token|digest)')
            OR (n.nspname = 'identity' AND c.relname = 'mail' AND a.attname = 'links'))
    ORDER BY 1";

/// Has them known.
///
/// # Errors
/// When the database says so.
pub async fn learn(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    let columns: Vec<Column> = diesel::sql_query(COLUMNS).load(conn).await?;
    if columns.is_empty() {
        return Ok(());
    }
    let all = columns.iter().map(|Column { place, query }| {
        format!(
            "(SELECT '{place}' AS place, secret FROM ({query}) AS it (secret) WHERE secret <> '' LIMIT {AT_MOST})"
        )
    });
    let all = all.collect::<Vec<_>>().join(" UNION ALL ");
    let secrets: Vec<Secret> = diesel::sql_query(all).load(conn).await?;
    for Secret { place, secret } in &secrets {
        witness().learn(place, secret);
    }
    Ok(())
}
