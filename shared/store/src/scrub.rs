//! Takes a person out of the tables of the spine. What happened stays, with ids, times and versions; what people wrote
//! goes.

use crate::statement;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::Envelope;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Stands in the place of what was said of a failure.
const WITHHELD: &str = "withheld: somebody whom the event was about is erased";

#[derive(QueryableByName)]
struct Body {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    body: String,
}

#[derive(QueryableByName)]
struct Last {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// An envelope without what people wrote.
///
/// One that this release cannot read keeps nothing but what every envelope has.
#[must_use]
pub fn scrubbed(body: &str) -> String {
    let told = match serde_json::from_str::<Envelope>(body) {
        Ok(mut envelope) => {
            envelope.event.scrub();
            serde_json::to_string(&envelope)
        }
        Err(_unreadable) => serde_json::to_string(&outline(body)),
    };
    told.unwrap_or_default()
}

/// The ids and the kind, as far as they are what they should be.
fn outline(body: &str) -> Map<String, Value> {
    let Ok(Value::Object(fields)) = serde_json::from_str(body) else {
        return Map::new();
    };
    let is_id = |value: &Value| value.as_str().is_some_and(|text| text.parse::<Uuid>().is_ok());
    let is_kind = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        events::Event::TYPES.contains(&text)
    };
    fields
        .into_iter()
        .filter(|(name, value)| match name.as_str() {
            "id" | "subject" | "correlationId" | "causationId" | "actor" => is_id(value),
            "type" => is_kind(value),
            "version" => value.is_i64(),
            _ => false,
        })
        .collect()
}

/// Scrubs those of the next `limit` events of the outbox that name an account; answers the last one it looked at, and
/// nothing when there are no more. It begins with those that are hardly older than the account.
///
/// # Errors
/// When the database says so.
pub async fn outbox(
    mut conn: &AsyncPgConnection,
    account: Uuid,
    after: Option<Uuid>,
    limit: i64,
) -> QueryResult<Option<Uuid>> {
    let after = after.unwrap_or_else(|| born_before(account));
    let last: Option<Last> = statement(
        "SELECT id FROM (SELECT id FROM outbox WHERE id > $1 ORDER BY id LIMIT $2) page ORDER BY id DESC LIMIT 1",
    )
    .bind::<SqlUuid, _>(after)
    .bind::<BigInt, _>(limit)
    .get_result(&mut conn)
    .await
    .optional()?;
    let Some(Last { id: last }) = last else {
        return Ok(None);
    };
    let found: Vec<Body> = statement(
        "SELECT id, envelope::text AS body FROM outbox WHERE id > $1 AND id <= $2 \
         AND strpos(envelope::text, $3) > 0 ORDER BY id FOR UPDATE",
    )
    .bind::<SqlUuid, _>(after)
    .bind::<SqlUuid, _>(last)
    .bind::<Text, _>(account.to_string())
    .load(&mut conn)
    .await?;
    if found.is_empty() {
        return Ok(Some(last));
    }
    let (ids, bodies): (Vec<_>, Vec<_>) = found.into_iter().map(|row| (row.id, scrubbed(&row.body))).unzip();
    statement(
        "UPDATE outbox SET envelope = told.body::json FROM unnest($1, $2) AS told (id, body) WHERE outbox.id = told.id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Text>, _>(bodies)
    .execute(&mut conn)
    .await?;
    Ok(Some(last))
}

/// An id of the day before this one's birth: clocks of two machines differ by less.
fn born_before(id: Uuid) -> Uuid {
    const A_DAY: u128 = 24 * 60 * 60 * 1000;
    Uuid::from_u128(id.as_u128().saturating_sub(A_DAY << 80))
}

/// Takes the words out of failures of events about an account: causes may repeat what a row says.
///
/// # Errors
/// When the database says so.
pub async fn failures(mut conn: &AsyncPgConnection, account: Uuid) -> QueryResult<usize> {
    statement(
        "UPDATE failure SET causes = jsonb_build_array($3::text) WHERE $1 = ANY(people) OR strpos(subject, $2) > 0",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Text, _>(account.to_string())
    .bind::<Text, _>(WITHHELD)
    .execute(&mut conn)
    .await
}

/// Forgets the answers that an account was given, and that of the request which made it.
///
/// # Errors
/// When the database says so.
pub async fn replies(mut conn: &AsyncPgConnection, account: Uuid) -> QueryResult<usize> {
    statement(
        "DELETE FROM reply WHERE starts_with(scope, $1 || ' ') \
         OR (starts_with(scope, 'anonymous ') AND strpos(body::text, $1) > 0)",
    )
    .bind::<Text, _>(account.to_string())
    .execute(&mut conn)
    .await
}

/// Forgets how often an account did what is limited.
///
/// # Errors
/// When the database says so.
pub async fn allowances(mut conn: &AsyncPgConnection, account: Uuid) -> QueryResult<usize> {
    statement("DELETE FROM allowance WHERE account_id = $1")
        .bind::<SqlUuid, _>(account)
        .execute(&mut conn)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn what_is_scrubbed_can_still_be_read_and_says_the_same_without_words() {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/golden");
        let mut read = std::collections::BTreeSet::new();
        for file in std::fs::read_dir(golden).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let before: Envelope = serde_json::from_str(&text).unwrap();
            let after: Envelope = serde_json::from_str(&scrubbed(&text)).unwrap();
            assert_eq!(
                (before.id, &before.subject, before.version, before.event.kind()),
                (after.id, &after.subject, after.version, after.event.kind())
            );
            assert_eq!(before.event.people(), after.event.people(), "{text}");
            read.insert(before.event.kind());
        }
        assert_eq!(read.len(), events::Event::TYPES.len());
    }

    #[test]
    fn of_what_cannot_be_read_only_ids_stay() {
        let id = Uuid::now_v7();
        let body = format!(
            r#"{{"id":"{id}","type":"identity.session-revoked.v1","subject":"words","version":3,"actor":"{id}","source":"words","data":{{"text":"words"}}}}"#
        );
        let told: Value = serde_json::from_str(&scrubbed(&body)).unwrap();
        let only =
            serde_json::json!({ "id": id, "type": "identity.session-revoked.v1", "version": 3, "actor": id });
        assert_eq!(told, only);
        assert_eq!(scrubbed("words"), "{}");
    }
}
