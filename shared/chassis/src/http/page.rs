//! Lists by keyset: nothing twice, nothing missed while others write.

use crate::Refusal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::IntoParams;

/// How many a list shows at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(i64);

impl Limit {
    const DEFAULT: i64 = 20;
    const MAX: i64 = 100;

    /// One more than is shown, to learn whether there is more.
    #[must_use]
    pub fn probe(self) -> i64 {
        self.0 + 1
    }
}

/// The `limit` and `cursor` of a list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// How many to show: 1 to 100, 20 when absent.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

impl Page {
    /// Reads both. `K` is what the list's order is made of, the id as tie-breaker last.
    ///
    /// # Errors
    /// 400 `VALIDATION_ERROR` when the limit is no number from 1 to 100, or the cursor is not one of ours.
    pub fn read<K: DeserializeOwned>(&self) -> Result<(Limit, Option<K>), Refusal> {
        let limit = match &self.limit {
            None => Limit::DEFAULT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=Limit::MAX).contains(limit))
                .ok_or_else(|| Refusal::invalid("limit", "Limit must be a number from 1 to 100"))?,
        };
        let key = self.cursor.as_deref().map(Cursor::decode).transpose()?;
        Ok((Limit(limit), key))
    }
}

/// An opaque place in a list: base64url of the JSON of its order's key.
pub struct Cursor;

impl Cursor {
    fn decode<K: DeserializeOwned>(text: &str) -> Result<K, Refusal> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let key = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let key = key
            .filter(can_be_told)
            .and_then(|key| serde_json::from_value(key).ok());
        key.ok_or_else(|| Refusal::invalid("cursor", "Cursor must be the nextCursor of the page before"))
    }

    fn encode(key: &impl Serialize) -> Option<String> {
        serde_json::to_vec(key)
            .ok()
            .map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Cuts rows loaded with [`Limit::probe`] to what is shown; answers them and the cursor of the next page.
    pub fn cut<T, K: Serialize>(
        mut rows: Vec<T>,
        limit: Limit,
        key: impl Fn(&T) -> K,
    ) -> (Vec<T>, Option<String>) {
        let shown = usize::try_from(limit.0).unwrap_or(usize::MAX);
        if rows.len() <= shown {
            return (rows, None);
        }
        rows.truncate(shown);
        let next = rows.last().and_then(|last| Self::encode(&key(last)));
        (rows, next)
    }
}

/// Anybody can write a cursor, and in it a year that no database knows.
fn can_be_told(key: &Value) -> bool {
    match key {
        Value::String(text) => text
            .parse::<DateTime<Utc>>()
            .map_or(true, |at| (1..=9999).contains(&at.year())),
        Value::Array(parts) => parts.iter().all(can_be_told),
        Value::Object(parts) => parts.values().all(can_be_told),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: Option<&str>, cursor: Option<&str>) -> Result<(Limit, Option<(i64, u8)>), Refusal> {
        Page {
            limit: limit.map(Into::into),
            cursor: cursor.map(Into::into),
        }
        .read()
    }

    #[test]
    fn a_cursor_leads_on_and_a_foreign_one_is_refused() {
        let (limit, _) = page(Some("2"), None).unwrap();
        let (shown, next) = Cursor::cut(vec![(1, 1), (2, 2), (3, 3)], limit, |row: &(i64, u8)| *row);
        assert_eq!(shown.len(), 2);
        assert_eq!(page(None, next.as_deref()).unwrap(), (Limit(20), Some((2, 2))));
        assert_eq!(Cursor::cut(vec![1, 2], limit, |row: &i32| *row).1, None);
        for (limit, cursor) in [
            (Some("NaN"), None),
            (Some("0"), None),
            (Some("101"), None),
            (None, Some("x")),
            (None, Some("AAAA")),
        ] {
            assert_eq!(page(limit, cursor).unwrap_err().code, "VALIDATION_ERROR");
        }
    }

    #[test]
    fn a_time_that_no_database_knows_is_refused() {
        let read = |at: &str| {
            let cursor = URL_SAFE_NO_PAD.encode(serde_json::json!([at, 1]).to_string());
            Cursor::decode::<(DateTime<Utc>, u8)>(&cursor).is_ok()
        };
        assert!(read("2026-03-01T12:00:00.123456Z") && read("0001-01-01T00:00:00Z"));
        for at in [
            "-262143-01-01T00:00:00Z",
            "-4713-01-01T00:00:00Z",
            "+262142-12-31T23:59:59Z",
        ] {
            assert!(!read(at), "{at}");
        }
    }
}
