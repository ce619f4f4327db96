//! Times on the wire: RFC 3339, in UTC, with exactly three digits of a second.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serializer;

/// A time as the HTTP API writes it.
#[must_use]
pub fn wire_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// [`wire_time`] for `#[serde(serialize_with = "chassis::http::milliseconds")]`.
///
/// # Errors
/// As the serializer.
pub fn milliseconds<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&wire_time(*time))
}

/// The same for a time that may be absent; then it is `null`.
///
/// # Errors
/// As the serializer.
pub fn milliseconds_if_any<S: Serializer>(
    time: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => milliseconds(time, serializer),
        None => serializer.serialize_none(),
    }
}
