//! What the command line's JSON looks like: programs read it, so its names and kinds stay.

use serde_json::{Value, json};

/// A text of a JSON object.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// The same with the kinds of values in their places.
pub(crate) fn shape_of(value: &Value) -> Value {
    match value {
        Value::Null => json!("null"),
        Value::Bool(_) => json!("yes or no"),
        Value::Number(_) => json!("number"),
        Value::String(_) => json!("text"),
        Value::Array(items) => items.iter().map(shape_of).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), shape_of(value)))
            .collect(),
    }
}

/// A dead letter as `list --json` shows it.
pub(crate) fn shape_of_a_letter() -> Value {
    json!({
        "id": "text", "consumer": "text", "eventId": "text", "type": "text", "receives": "number", "sentAt": "text",
        "diedAt": "text", "fingerprint": "text", "causes": ["text"], "release": "text",
    })
}

/// The envelope of a post that was published.
pub(crate) fn shape_of_an_envelope() -> Value {
    json!({
        "id": "text", "type": "text", "source": "text", "subject": "text", "version": "number", "occurredAt": "text",
        "actor": "text", "correlationId": "text", "traceparent": "text",
        "data": {
            "postId": "text", "authorId": "text", "content": "text", "visibility": "text", "state": "text", "tags": [],
            "media": [], "createdAt": "text", "editedAt": "null",
        },
    })
}
