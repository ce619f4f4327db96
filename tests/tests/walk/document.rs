//! The API document, read as a list of operations.

use end_to_end::TestNetwork;
use http::Method;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Something that can be asked.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// As the document has it: `/api/posts/{id}`.
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter>,
    /// The fields of its JSON body, if it takes one.
    pub(crate) body: Option<Vec<Field>>,
    /// Whether it may not be left out.
    pub(crate) needs_body: bool,
    /// Whether the document says that no session is needed.
    pub(crate) is_public: bool,
    /// Whether it answers 201.
    pub(crate) creates: bool,
}

/// Something that stands in an address or a header.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) place: Place,
    pub(crate) field: Field,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

/// A value with a name.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) is_required: bool,
    pub(crate) is_nullable: bool,
    pub(crate) shape: Shape,
}

/// What a value may be.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Text { most: Option<usize> },
    Id,
    OneOf(Vec<String>),
    Whole,
    Number,
    YesOrNo,
    List(Box<Shape>),
    Object(Vec<Field>),
}

impl Operation {
    /// `POST /api/posts`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it is for moderators or admins.
    pub(crate) fn is_for_staff(&self) -> bool {
        self.is_for_admins() || self.path.starts_with("/api/moderation/")
    }

    /// Whether it is for admins.
    pub(crate) fn is_for_admins(&self) -> bool {
        self.path.starts_with("/api/admin/") || self.path == "/api/moderation/audit"
    }

    pub(crate) fn parameters_in(&self, place: Place) -> impl Iterator<Item = &Field> {
        self.parameters
            .iter()
            .filter(move |parameter| parameter.place == place)
            .map(|parameter| &parameter.field)
    }

    /// What takes most away comes last, and of that the innermost first, so that the others find things in place; first of
    /// all what a link does, which others make worth nothing, and last of all what ends the account.
    fn order(&self) -> (bool, bool, bool, bool, std::cmp::Reverse<usize>) {
        let needs_no_link = !self.path.ends_with("/reset-password");
        let depth = self.path.split('/').count();
        let is_removal = self.method == Method::DELETE;
        let ends_session = self.path.ends_with("/logout");
        let ends_account = is_removal && self.path.ends_with("/auth/account");
        (
            needs_no_link,
            ends_account,
            ends_session,
            is_removal,
            std::cmp::Reverse(depth),
        )
    }
}

/// Those that Ada may use, and not her reports of others' posts: she is neither moderator nor admin, and what these may do is
/// refused to her before anything of it is read (`staff.rs`). What is wrong on its face is asked of every operation, of those of
/// the staff by an admin (`World::asker`).
pub(crate) async fn members_operations(network: &TestNetwork) -> Vec<Operation> {
    let mut operations = operations(network).await;
    operations.retain(|operation| {
        let name = operation.name();
        !operation.is_for_staff() && !needs_her_telephone(&name) && name != "POST /api/posts/{id}/report"
    });
    operations
}

/// What takes a code that only her authenticator app shows. Identity's own tests ask that, with an app.
fn needs_her_telephone(name: &str) -> bool {
    ["/enable", "/disable", "/recovery-codes"]
        .iter()
        .any(|deed| name.ends_with(&format!("/api/auth/2fa{deed}")))
}

/// Every operation, those of the staff last: what they do to Ada's things is in nobody's way then.
pub(crate) async fn staffs_last(network: &TestNetwork) -> Vec<Operation> {
    let mut operations = operations(network).await;
    operations.sort_by_key(Operation::is_for_staff);
    operations
}

/// Every operation of the network, read through the edge.
pub(crate) async fn operations(network: &TestNetwork) -> Vec<Operation> {
    let document = network.nobody().get("/openapi.json").await.expect(200);
    let mut operations = Vec::new();
    for (path, item) in object(&document["paths"]) {
        for (method, described) in object(item) {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                panic!("{path} has something that is no method: {method}");
            };
            assert!(
                KNOWN.contains(&method),
                "{path}: the walker takes `{method}` for no method of ours; add it to KNOWN in document.rs"
            );
            operations.push(operation(&document, path, method, described));
        }
    }
    assert!(
        operations.len() >= 50,
        "only {} operations: the document has changed its form, so the walker reads nothing",
        operations.len()
    );
    operations.sort_by_key(Operation::order);
    operations
}

const KNOWN: [Method; 6] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

fn operation(document: &Value, path: &str, method: Method, described: &Value) -> Operation {
    let at = format!("{method} {path}");
    let parameters = described["parameters"].as_array().into_iter().flatten();
    let parameters = parameters.map(|parameter| parameter_of(document, &at, parameter));
    let body = described.get("requestBody").map(|body| {
        let media: Vec<_> = object(&body["content"]).iter().collect();
        let [(kind, content)] = media.as_slice() else {
            panic!("{at}: bodies of one type alone are walked");
        };
        assert_eq!(kind.as_str(), "application/json", "{at}: the contract says JSON");
        match shape(document, &at, &content["schema"]).0 {
            Shape::Object(fields) => fields,
            other => panic!("{at}: a body is an object, and not {other:?}"),
        }
    });
    let security = described["security"].as_array().into_iter().flatten();
    Operation {
        parameters: parameters.collect(),
        body,
        needs_body: described["requestBody"]["required"] == true,
        is_public: security.into_iter().any(|one| *one == Value::Object(Map::new())),
        creates: described["responses"].get("201").is_some(),
        method,
        path: path.to_owned(),
    }
}

fn parameter_of(document: &Value, at: &str, described: &Value) -> Parameter {
    let name = described["name"]
        .as_str()
        .unwrap_or_else(|| panic!("{at}: a parameter without a name"));
    let place = match described["in"].as_str() {
        Some("path") => Place::Path,
        Some("query") => Place::Query,
        Some("header") => Place::Header,
        other => panic!("{at}: {name} stands in {other:?}; teach document.rs what that is"),
    };
    let (shape, is_nullable) = shape(document, at, &described["schema"]);
    let field = Field {
        name: name.to_owned(),
        is_required: described["required"] == true,
        is_nullable,
        shape,
    };
    Parameter { place, field }
}

/// What a schema describes, and whether null is as good.
fn shape(document: &Value, at: &str, schema: &Value) -> (Shape, bool) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        let target = document.pointer(pointer);
        return shape(
            document,
            at,
            target.unwrap_or_else(|| panic!("{at}: {reference} leads nowhere")),
        );
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema[several].as_array() {
            let (null, values): (Vec<_>, Vec<_>) =
                options.iter().partition(|option| option["type"] == "null");
            let [value] = values.as_slice() else {
                panic!("{at}: {several} of more than one; teach document.rs how to fill {schema}");
            };
            let (shape, is_nullable) = shape(document, at, value);
            return (shape, is_nullable || !null.is_empty());
        }
    }
    let mut kinds: Vec<_> = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => panic!("{at}: a schema without a type: {schema}"),
    };
    let is_nullable = kinds.contains(&"null");
    kinds.retain(|kind| *kind != "null");
    let shape = match kinds.as_slice() {
        ["string"] => text(schema),
        ["integer"] => Shape::Whole,
        ["number"] => Shape::Number,
        ["boolean"] => Shape::YesOrNo,
        ["array"] => Shape::List(Box::new(shape(document, at, &schema["items"]).0)),
        ["object"] => Shape::Object(fields(document, at, schema)),
        other => panic!("{at}: a value of type {other:?}; teach document.rs what that is"),
    };
    (shape, is_nullable)
}

fn text(schema: &Value) -> Shape {
    if let Some(values) = schema["enum"].as_array() {
        return Shape::OneOf(
            values
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        );
    }
    if schema["format"] == "uuid" {
        return Shape::Id;
    }
    let most = schema["maxLength"]
        .as_u64()
        .and_then(|most| usize::try_from(most).ok());
    Shape::Text { most }
}

fn fields(document: &Value, at: &str, schema: &Value) -> Vec<Field> {
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
    object(&schema["properties"])
        .iter()
        .map(|(name, described)| {
            let (shape, is_nullable) = shape(document, at, described);
            Field {
                is_required: required.iter().any(|one| *one == name),
                name: name.clone(),
                is_nullable,
                shape,
            }
        })
        .collect()
}

fn object(value: &Value) -> &Map<String, Value> {
    value
        .as_object()
        .unwrap_or_else(|| panic!("the document has {value} where an object belongs"))
}

/// The addresses of the document, and what can be asked there.
pub(crate) fn by_path(operations: &[Operation]) -> BTreeMap<&str, Vec<&Operation>> {
    let mut paths: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in operations {
        paths.entry(&operation.path).or_default().push(operation);
    }
    paths
}
