//! A dead letter, as operators are shown it.

use crate::deliver::fingerprint;
use crate::transport::DeadLetter;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use store::failures::Kept;
use uuid::Uuid;

/// A dead letter with what is known of its failure.
#[derive(Clone, Debug)]
pub struct Found {
    /// Whose it is.
    pub queue: &'static str,
    /// The letter.
    pub letter: DeadLetter,
    /// The last failure of its event, if one was recorded; none where the letter never came to its consumer.
    pub failure: Option<Kept>,
}

impl Found {
    /// CONSUMER/NUMBER.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}", self.queue, self.letter.id)
    }

    /// The chain of causes, outermost first: of its failure, or why the bus could not deliver it. Nothing where nobody knows.
    #[must_use]
    pub fn causes(&self) -> Option<Vec<String>> {
        let Some(failure) = &self.failure else {
            return self.letter.undelivered.clone();
        };
        let causes = failure.causes.as_array().into_iter().flatten();
        Some(causes.filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// The same for letters of one cause.
    #[must_use]
    pub fn fingerprint(&self) -> Option<String> {
        let undelivered = || {
            let causes = self.letter.undelivered.as_deref()?;
            let kind = self.letter.kind.as_deref().unwrap_or_default();
            Some(fingerprint(kind, causes))
        };
        let failure = self.failure.as_ref();
        failure
            .map(|failure| failure.fingerprint.clone())
            .or_else(undelivered)
    }

    /// The outermost cause, or why there is none.
    #[must_use]
    pub fn cause(&self) -> String {
        let first = self.causes().and_then(|causes| causes.into_iter().next());
        first.unwrap_or_else(|| "no failure was recorded".to_owned())
    }

    /// Whether its cause has this fingerprint, or these words in any case.
    #[must_use]
    pub fn matches(&self, words: &str) -> bool {
        let lower = words.to_lowercase();
        let has = |cause: String| cause.to_lowercase().contains(&lower);
        self.fingerprint().is_some_and(|fingerprint| fingerprint == words)
            || self.causes().unwrap_or_default().into_iter().any(has)
    }

    /// Its envelope; a body that is none, as a text.
    #[must_use]
    pub fn envelope(&self) -> Value {
        serde_json::from_str(&self.letter.body).unwrap_or_else(|_| Value::String(self.letter.body.clone()))
    }

    /// The same without people's words: of the event's data only ids, times, numbers and yes or no are left, and of
    /// every other text its length.
    #[must_use]
    pub fn redacted(&self) -> Value {
        match self.envelope() {
            Value::Object(mut envelope) => {
                if let Some(data) = envelope.get_mut("data") {
                    *data = redacted(data);
                }
                Value::Object(envelope)
            }
            other => redacted(&other),
        }
    }
}

fn redacted(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let is_told = text.parse::<Uuid>().is_ok() || text.parse::<DateTime<Utc>>().is_ok();
            if is_told {
                value.clone()
            } else {
                json!(format!("… {} characters", text.chars().count()))
            }
        }
        Value::Array(items) => items.iter().map(redacted).collect(),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| (name.clone(), redacted(value));
            Value::Object(fields.iter().map(field).collect::<Map<_, _>>())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(body: &str) -> Found {
        let letter = DeadLetter {
            id: "42".to_owned(),
            event_id: None,
            kind: None,
            body: body.to_owned(),
            receive_count: 5,
            sent_at: Utc::now(),
            died_at: None,
            undelivered: None,
        };
        Found {
            queue: "somebody",
            letter,
            failure: None,
        }
    }

    #[test]
    fn of_data_only_ids_times_and_numbers_are_left() {
        let id = "0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77";
        let at = "2026-03-01T12:00:00.000Z";
        let body = json!({
            "id": id, "type": "x.y.v1", "actor": null,
            "data": { "who": id, "at": at, "name": "Ada", "words": ["né", 7, true, null], "in": { "mail": "a@b.example" } },
        });
        let shown = letter(&body.to_string()).redacted();
        assert_eq!(
            shown,
            json!({
                "id": id, "type": "x.y.v1", "actor": null,
                "data": {
                    "who": id, "at": at, "name": "… 3 characters", "words": ["… 2 characters", 7, true, null],
                    "in": { "mail": "… 11 characters" },
                },
            })
        );
        assert_eq!(letter("Ada's words").redacted(), json!("… 11 characters"));
        assert_eq!(letter("[\"Ada\"]").redacted(), json!(["… 3 characters"]));
        assert_eq!(letter("Ada's words").envelope(), json!("Ada's words"));
    }

    #[test]
    fn what_was_not_delivered_says_so_and_is_found_by_it() {
        let undelivered = |causes: &[&str]| {
            let mut found = letter("{}");
            found.letter.undelivered = Some(causes.iter().map(|cause| (*cause).to_owned()).collect());
            found
        };
        let found = undelivered(&["the bus could not put it on its queue: NO_RESOURCE", "none"]);
        assert_eq!(
            found.cause(),
            "the bus could not put it on its queue: NO_RESOURCE"
        );
        let fingerprint = found.fingerprint().unwrap();
        assert!(found.matches("no_resource") && found.matches(&fingerprint) && !found.matches("THROTTLING"));
        let other = undelivered(&["the bus could not put it on its queue: THROTTLING"]);
        assert_ne!(other.fingerprint(), Some(fingerprint));
        let unknown = letter("{}");
        assert_eq!((unknown.causes(), unknown.fingerprint()), (None, None));
        assert_eq!(unknown.cause(), "no failure was recorded");
    }
}
