//! The HTTP contract, row by row, through the edge: what each route answers and which fields it has (a file for each of its
//! tables), and where its limits lie. Whatever the document has besides is found by [`Rows::end`], so that a route that is
//! added gets a row here.
//!
//! Who may see what is asked by the journey `policy`; how errors look, what is public and who is staff by the walks.

mod content;
mod everywhere;
mod identity;
mod limits;
mod media;
mod profile;
mod rates;
mod search;
mod social;
mod staff;

use end_to_end::TestNetwork;
use http::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use testkit::{Answer, Client};

/// The routes that were asked.
#[derive(Default)]
struct Rows {
    asked: BTreeSet<String>,
}

impl Rows {
    /// Asks `PATCH /posts/{id}` with these in its braces, and expects this status.
    async fn ask(&mut self, client: &Client, route: &str, ids: &[&str], body: Value, status: u16) -> Value {
        self.answer(client, route, ids, body).await.expect(status)
    }

    /// The same, with whatever is answered.
    async fn answer(&mut self, client: &Client, route: &str, ids: &[&str], body: Value) -> Answer {
        let (method, template) = route.split_once(' ').expect("a method and an address");
        let (template, query) = template.split_once('?').unwrap_or((template, ""));
        let mut ids = ids.iter();
        let filled = template.split('/').map(|segment| match segment.starts_with('{') {
            true => ids.next().expect("an id for each brace"),
            false => segment,
        });
        let path = filled.collect::<Vec<_>>().join("/");
        let mark = if query.is_empty() { "" } else { "?" };
        self.asked.insert(format!("{method} /api{template}"));
        let method: Method = method.parse().expect("a method");
        let body = Some(body).filter(|body| !body.is_null());
        client
            .send(method, &format!("/api{path}{mark}{query}"), body)
            .await
    }

    /// Every operation of the document below these addresses was asked.
    async fn end(self, network: &TestNetwork, below: &[&str]) {
        let document = network.nobody().get("/openapi.json").await.expect(200);
        let paths = document["paths"].as_object().expect("paths");
        let of = |(path, item): (&String, &Value)| -> Vec<String> {
            let methods = item.as_object().expect("methods").keys();
            methods
                .map(|method| format!("{} {path}", method.to_uppercase()))
                .collect()
        };
        let is_below = |path: &str| {
            below
                .iter()
                .any(|prefix| path.starts_with(&format!("/api{prefix}")))
        };
        let all: BTreeSet<_> = paths
            .iter()
            .filter(|(path, _)| is_below(path))
            .flat_map(of)
            .collect();
        let missing: Vec<_> = all.difference(&self.asked).collect();
        assert!(missing.is_empty(), "give each a row: {missing:?}");
        let unknown: Vec<_> = self.asked.difference(&all).collect();
        assert!(unknown.is_empty(), "not in the document: {unknown:?}");
    }
}

/// Each of these fields is there, whatever is in it.
#[track_caller]
fn has(value: &Value, at: &str, fields: &str) {
    let found = value.pointer(at).and_then(Value::as_object);
    let found = found.unwrap_or_else(|| panic!("nothing at `{at}` of {value}"));
    let missing: Vec<_> = fields
        .split(' ')
        .filter(|field| !found.contains_key(*field))
        .collect();
    assert!(missing.is_empty(), "`{at}` has no {missing:?}: {value}");
}

/// None of these fields is there.
#[track_caller]
fn has_not(value: &Value, at: &str, fields: &str) {
    let found = value.pointer(at).and_then(Value::as_object);
    let found = found.unwrap_or_else(|| panic!("nothing at `{at}` of {value}"));
    let there: Vec<_> = fields
        .split(' ')
        .filter(|field| found.contains_key(*field))
        .collect();
    assert!(there.is_empty(), "`{at}` has {there:?}: {value}");
}
