//! Accounts, profiles and follows.

use std::collections::HashMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::finding::{Fault, Finding};
use crate::seed::client::Failure;
use crate::seed::meter::Meter;
use crate::seed::run::Run;
use crate::seed::step::{Deed, Step};

impl Run {
    pub(super) async fn check_person(&self, a: usize, meter: &Meter) -> Result<Vec<Finding>, Failure> {
        let person = self.person(a)?;
        let name = &person.account.username;
        let expected = json!({
            "id": self.id(Step::one(Deed::Person, a)),
            "username": name,
            "displayName": person.account.display_name,
        });
        let public = self.get_as(a, format!("/users/{name}"), meter).await?;
        let mut findings = differences("people", name, &expected, &public.body);

        let own = self.get_as(a, "/users/me".to_owned(), meter).await?;
        if self.is_done(Step::one(Deed::Profile, a)) {
            let profile =
                serde_json::to_value(&person.profile).map_err(|cause| Failure::Broken(cause.into()))?;
            findings.extend(differences(
                "people",
                &format!("profile of {name}"),
                &profile,
                &own.body,
            ));
        }
        for (deed, noun, planned) in [
            (Deed::Credit, "credits", json!(person.credits)),
            (Deed::Education, "education", json!(person.education)),
            (Deed::Link, "links", json!(person.links)),
        ] {
            let planned = planned.as_array().cloned().unwrap_or_default();
            let there = own
                .body
                .get(noun)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            findings.extend(self.check_owned(a, deed, noun, &planned, &there));
        }
        Ok(findings)
    }

    /// Each acknowledged entry of a profile's list is there once, with its contents, and nothing else is.
    fn check_owned(
        &self,
        a: usize,
        deed: Deed,
        noun: &str,
        planned: &[Value],
        there: &[Value],
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (b, planned) in planned.iter().enumerate() {
            let what = format!("{noun} {b} of person {a}");
            let same = there
                .iter()
                .filter(|entry| differences("people", &what, planned, entry).is_empty())
                .count();
            let id = self.id(Step::of(deed, a, b)).map(|id| json!(id));
            let by_id = there
                .iter()
                .find(|entry| id.is_some() && entry.get("id") == id.as_ref());
            match (id.is_some(), by_id, same) {
                (true, None, _) => findings.push(Finding::new("people", Fault::Lost, &what, planned)),
                (_, _, 2..) => findings.push(Finding::new(
                    "people",
                    Fault::Doubled,
                    &what,
                    format!("{same} times"),
                )),
                (true, Some(entry), _) => findings.extend(differences("people", &what, planned, entry)),
                (false, _, _) => {}
            }
        }
        findings
    }

    pub(super) async fn check_following(&self, a: usize, meter: &Meter) -> Result<Vec<Finding>, Failure> {
        let name = &self.person(a)?.account.username;
        let (entries, total) = self.list_as(a, "/social/following", "following", meter).await?;
        let mut listed: HashMap<Uuid, u64> = HashMap::new();
        for id in entries.iter().filter_map(id_of) {
            *listed.entry(id).or_default() += 1;
        }
        let mut findings = Vec::new();
        let planned = self.plan.follows.iter().filter(|follow| follow.follower == a);
        for follow in planned {
            let Some(id) = self.id(Step::one(Deed::Person, follow.followed)) else {
                continue;
            };
            let what = format!("{name} follows person {}", follow.followed);
            match (
                listed.remove(&id).unwrap_or(0),
                self.is_done(Step::of(Deed::Follow, a, follow.followed)),
            ) {
                (0, true) => findings.push(Finding::new("follows", Fault::Lost, what, "not in the list")),
                (2.., _) => findings.push(Finding::new(
                    "follows",
                    Fault::Doubled,
                    what,
                    "more than once in the list",
                )),
                _ => {}
            }
        }
        for stranger in listed.keys() {
            let what = format!("{name} follows {stranger}");
            findings.push(Finding::new(
                "follows",
                Fault::Doubled,
                what,
                "nobody asked for that",
            ));
        }
        let length = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        let profile = self.get_as(a, "/users/me".to_owned(), meter).await?;
        for (counter, value) in [
            ("total of the list", total),
            (
                "followingCount",
                profile.body.get("followingCount").and_then(Value::as_u64),
            ),
        ] {
            if value != Some(length) {
                let detail = format!("{} instead of {length}", shown(value));
                findings.push(Finding::new(
                    "follows",
                    Fault::Different,
                    format!("{counter} of {name}"),
                    detail,
                ));
            }
        }
        Ok(findings)
    }
}

/// The id of an entry of a list.
pub(super) fn id_of(entry: &Value) -> Option<Uuid> {
    entry.get("id")?.as_str()?.parse().ok()
}

/// One finding for each field of `expected` that `found` shows otherwise. Lists may be in any order.
pub(super) fn differences(
    subject: &'static str,
    what: &str,
    expected: &Value,
    found: &Value,
) -> Vec<Finding> {
    let fields = expected.as_object().into_iter().flatten();
    fields
        .filter_map(|(field, wanted)| {
            let shown = found.get(field).unwrap_or(&Value::Null);
            (sorted(shown) != sorted(wanted)).then(|| {
                Finding::new(
                    subject,
                    Fault::Different,
                    what,
                    format!("{field} is {shown} instead of {wanted}"),
                )
            })
        })
        .collect()
}

fn sorted(value: &Value) -> Value {
    let Some(list) = value.as_array() else {
        return value.clone();
    };
    let mut list = list.clone();
    list.sort_by_key(Value::to_string);
    Value::Array(list)
}

/// A count for people, also where the answer had none.
pub(super) fn shown(count: Option<u64>) -> String {
    count.map_or_else(|| "missing".to_owned(), |count| count.to_string())
}
