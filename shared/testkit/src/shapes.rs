//! What JSON looks like that programs read: its names and kinds stay.

use serde_json::{Value, json};

/// The same with the kinds of values in their places.
#[must_use]
pub fn shape_of(value: &Value) -> Value {
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

/// The envelope of a post that was published.
#[must_use]
pub fn shape_of_an_envelope() -> Value {
    json!({
        "id": "text", "type": "text", "source": "text", "subject": "text", "version": "number", "occurredAt": "text",
        "actor": "text", "correlationId": "text", "traceparent": "text",
        "data": {
            "postId": "text", "authorId": "text", "content": "text", "visibility": "text", "state": "text", "tags": [],
            "media": [], "createdAt": "text", "editedAt": "null",
        },
    })
}
