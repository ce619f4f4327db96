//! What everybody has seen so far: the ids in all answers, by what they are ids of.

use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;
use uuid::Uuid;

/// Of each kind, the latest of these many are remembered.
const AT_MOST: usize = 200;

/// Names under which the same kind of thing stands in answers and addresses. Every other name is a kind of its own.
const SAME: [(&str, &str); 20] = [
    ("user", "account"),
    ("author", "account"),
    ("follower", "account"),
    ("following", "account"),
    ("follow", "account"),
    ("unfollow", "account"),
    ("connection", "account"),
    ("request", "account"),
    ("block", "account"),
    ("suggestion", "account"),
    ("relationship", "account"),
    ("parent", "comment"),
    ("avatarmedia", "media"),
    ("bannermedia", "media"),
    ("file", "media"),
    // Of PUT /users/me/credits/order.
    ("", "credit"),
    ("actor", "account"),
    ("owner", "account"),
    ("reporter", "account"),
    ("moderator", "account"),
];

/// Ids by kind; user names, the secrets of receipts and those in mails are kinds, too.
#[derive(Default)]
pub(super) struct Known(Mutex<BTreeMap<String, Vec<String>>>);

/// The kind of a name: `posts`, `postId` and `post` are one.
pub(super) fn kind_of(name: &str) -> String {
    let name = name.trim_end_matches("Ids").trim_end_matches("Id");
    let name = if ["id", "ids"].contains(&name) { "" } else { name };
    let bare = name.replace('-', "").to_lowercase();
    let one = bare.strip_suffix('s').unwrap_or(&bare);
    let same = SAME.iter().find(|(of, _)| *of == one);
    same.map_or(one, |(_, kind)| kind).to_owned()
}

impl Known {
    /// Remembers what an answer names; it is itself a thing of the name.
    pub(super) fn read(&self, name: &str, answer: &Value) {
        let mut found = Vec::new();
        collect(name, answer, &mut found);
        for (kind, id) in found {
            self.add(&kind, &id);
        }
    }

    /// Remembers an id of a kind.
    pub(super) fn add(&self, kind: &str, id: &str) {
        let mut kinds = self.0.lock().unwrap();
        let ids = kinds.entry(kind.to_owned()).or_default();
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
        if ids.len() > AT_MOST {
            ids.remove(0);
        }
    }

    /// One of a kind, mostly; sometimes of another, and sometimes nobody's.
    pub(super) fn any(&self, kind: &str, dice: &mut SmallRng) -> String {
        let kinds = self.0.lock().unwrap();
        let of = |kind: &str, dice: &mut SmallRng| kinds.get(kind)?.choose(dice).cloned();
        let throw = dice.random_range(0..20);
        let id = match throw {
            0 => None,
            1 => {
                let names: Vec<_> = kinds.keys().collect();
                names.choose(dice).and_then(|kind| of(kind, dice))
            }
            _ => of(kind, dice),
        };
        id.unwrap_or_else(|| Uuid::from_u128(u128::from(dice.next_u64()) << 64).to_string())
    }

    /// How many of each kind.
    pub(super) fn counts(&self) -> BTreeMap<String, usize> {
        let kinds = self.0.lock().unwrap();
        kinds
            .iter()
            .map(|(kind, ids)| (kind.clone(), ids.len()))
            .collect()
    }
}

/// Ids stand in a field `id` of a thing with a name, or in a field that is named for the thing.
fn collect(name: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                match value.as_str() {
                    Some(id) if field == "id" && !name.is_empty() => {
                        found.push((kind_of(name), id.to_owned()))
                    }
                    Some(id) if field.ends_with("Id") && id.parse::<Uuid>().is_ok() => {
                        found.push((kind_of(field), id.to_owned()));
                    }
                    Some(username) if field == "username" => {
                        found.push(("username".to_owned(), username.to_owned()));
                    }
                    Some(url) if field == "receiptUrl" => {
                        let secret = url.rsplit('/').next().unwrap_or_default();
                        found.push(("receipt".to_owned(), secret.to_owned()));
                    }
                    _ => collect(field, value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(name, item, found)),
        _ => {}
    }
}

#[test]
fn what_answers_name_is_found_where_addresses_ask_for_it() {
    let known = Known::default();
    known.read(
        "posts",
        &serde_json::json!({ "post": { "id": "p", "author": { "id": "a", "username": "ada" } },
        "comments": [{ "id": "c", "postId": "0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77" }] }),
    );
    let counts: Vec<_> = known.counts().into_iter().collect();
    let kinds = [("account", 1), ("comment", 1), ("post", 2), ("username", 1)];
    assert_eq!(counts, kinds.map(|(kind, count)| (kind.to_owned(), count)));
    for (name, kind) in [
        ("posts", "post"),
        ("commentId", "comment"),
        ("authorId", "account"),
        ("mediaIds", "media"),
        ("dead-letters", "deadletter"),
        ("parentId", "comment"),
    ] {
        assert_eq!(kind_of(name), kind);
    }
}
