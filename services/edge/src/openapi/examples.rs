//! An example of every JSON body, put together from those of its fields, so that it can never be of another shape.

use serde_json::{Map, Value, json};

/// The id and the time that stand in examples.
const AN_ID: &str = "0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77";
const A_TIME: &str = "2026-03-01T12:00:00.000Z";

/// Schemas lead to schemas at most so far.
const DEEPEST: usize = 12;

/// Gives every JSON body of every operation an example, where it has none.
pub(super) fn give(document: &mut Value) {
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let items = paths.into_iter().flat_map(|paths| paths.values_mut());
    let operations = items.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    for operation in operations {
        if let Some(body) = operation.get_mut("requestBody") {
            describe(body, &schemas);
        }
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for response in responses.into_iter().flat_map(Map::values_mut) {
            describe(response, &schemas);
        }
    }
}

fn describe(described: &mut Value, schemas: &Map<String, Value>) {
    let content = described
        .pointer_mut("/content/application~1json")
        .and_then(Value::as_object_mut);
    let Some(content) = content else { return };
    if content.contains_key("example") {
        return;
    }
    if let Some(example) = content
        .get("schema")
        .and_then(|schema| example(schema, schemas, 0))
    {
        content.insert("example".to_owned(), example);
    }
}

/// A value that this schema allows; none where it says too little.
fn example(schema: &Value, schemas: &Map<String, Value>, depth: usize) -> Option<Value> {
    if depth > DEEPEST {
        return None;
    }
    if let Some(own) = schema.get("example") {
        return Some(own.clone());
    }
    let inner = |schema: &Value| example(schema, schemas, depth + 1);
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return inner(schemas.get(name.rsplit('/').next()?)?);
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let parts = parts.iter().filter_map(inner);
        return Some(Value::Object(
            parts
                .filter_map(|part| part.as_object().cloned())
                .flatten()
                .collect(),
        ));
    }
    for several in ["oneOf", "anyOf"] {
        if let Some(options) = schema.get(several).and_then(Value::as_array) {
            let is_null = |option: &&Value| option.get("type").and_then(Value::as_str) == Some("null");
            return inner(options.iter().find(|option| !is_null(option))?);
        }
    }
    if let Some(first) = schema.get("enum").and_then(|values| values.get(0)) {
        return Some(first.clone());
    }
    of_type(schema, inner)
}

fn of_type(schema: &Value, inner: impl Fn(&Value) -> Option<Value>) -> Option<Value> {
    let kinds: Vec<_> = match schema.get("type")? {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let kind = kinds.iter().find(|kind| **kind != "null")?;
    Some(match *kind {
        "object" => {
            let fields = schema.get("properties").and_then(Value::as_object);
            let fields = fields.into_iter().flatten();
            Value::Object(
                fields
                    .filter_map(|(name, field)| Some((name.clone(), inner(field)?)))
                    .collect(),
            )
        }
        "array" => {
            let item = schema.get("items").and_then(inner);
            item.into_iter().collect()
        }
        "integer" => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        "number" => json!(1.5),
        "boolean" => json!(true),
        "string" => json!(match schema.get("format").and_then(Value::as_str) {
            Some("uuid") => AN_ID,
            Some("date-time") => A_TIME,
            _ => return None,
        }),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_made_of_those_of_its_fields() {
        let schemas = json!({
            "Name": { "type": "string", "example": "Ada" },
            "Loop": { "type": "object", "properties": { "again": { "$ref": "#/components/schemas/Loop" } } },
            "Some": { "type": "object", "properties": {
                "id": { "type": "string", "format": "uuid" },
                "name": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Name" }] },
                "kind": { "enum": ["a", "b"] },
                "unknown": { "type": "string" },
            } },
        });
        let mut document = json!({
            "components": { "schemas": schemas },
            "paths": { "/x": { "post": {
                "requestBody": { "content": { "application/json": { "schema": { "allOf": [
                    { "$ref": "#/components/schemas/Some" },
                    { "type": "object", "properties": { "more": { "type": ["array", "null"], "items": { "type": "integer" } } } },
                ] } } } },
                "responses": {
                    "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Name" }, "example": "Bob" } } },
                    "201": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Loop" } } } },
                    "302": { "description": "there" },
                },
            } } },
        });
        give(&mut document);
        let at = |pointer: &str| {
            let content = format!("/paths/~1x/post{pointer}/content/application~1json/example");
            document.pointer(&content).cloned()
        };
        assert_eq!(
            at("/requestBody"),
            Some(json!({ "id": AN_ID, "name": "Ada", "kind": "a", "more": [1] }))
        );
        assert_eq!(at("/responses/200"), Some(json!("Bob")), "what is said stays");
        assert!(at("/responses/201").is_some(), "and a circle ends");
    }
}
