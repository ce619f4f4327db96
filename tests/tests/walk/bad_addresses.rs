//! Addresses and headers that no honest client sends: refused in the contract's shape, or taken for what they are, and
//! never our failure.

use crate::contract::{assert_nothing, brief, faults};
use crate::document::{Field, Operation, Place, Shape, members_operations, staffs_last};
use crate::fill::{self, Ask, Filler, request};
use crate::world::World;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderValue;
use serde_json::{Value, json};
use testkit::{Answer, Client};

/// What must come of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// 400 `VALIDATION_ERROR`.
    Invalid,
    /// Any refusal.
    Refused,
    /// Whatever is not our failure.
    Harmless,
}

/// In a path, for a part of it.
const PATHS: [(&str, Expected); 14] = [
    ("%FF", Expected::Invalid),
    ("%C3%28", Expected::Invalid),
    ("a%00b", Expected::Invalid),
    ("%00", Expected::Invalid),
    ("-1", Expected::Refused),
    ("NaN", Expected::Refused),
    ("9223372036854775808", Expected::Refused),
    ("%F0%9F%8E%AC", Expected::Refused),
    ("%2525", Expected::Refused),
    ("..%2f..%2f", Expected::Refused),
    ("';--", Expected::Refused),
    ("00000000-0000-0000-0000-000000000000", Expected::Refused),
    ("ffffffff-ffff-ffff-ffff-ffffffffffff", Expected::Refused),
    ("%EF%BF%BF", Expected::Refused),
];

/// Behind any address, whether it looks at its query or not.
const QUERIES: [(&str, Expected); 10] = [
    ("%FF=1", Expected::Invalid),
    ("x=%FF", Expected::Invalid),
    ("x=%C3%28", Expected::Invalid),
    ("x=%00", Expected::Invalid),
    ("x=a%00b&y=1", Expected::Invalid),
    ("%00", Expected::Invalid),
    ("nobody=asked", Expected::Harmless),
    ("&&==&", Expected::Harmless),
    ("x=%", Expected::Harmless),
    ("x[]=1&x[y]=2", Expected::Harmless),
];

/// As a value in a query, whatever it is for.
const VALUES: [&str; 20] = [
    "",
    "%20",
    "NaN",
    "-1",
    "1e400",
    "9223372036854775808",
    "true",
    "null",
    "%5B%5D",
    "%7B%7D",
    "%27%3B--",
    "%25%25%5C",
    "%ED%A0%80",
    "%EF%BF%BD",
    "-262143-01-01",
    "-262143-01-01T00:00:00Z",
    "%2B262142-12-31T23:59:59Z",
    "9999-12-31T23:59:60Z",
    "0000-00-00",
    "%22%22%22%20or%20-%20%28%21%26%7C%3A*",
];

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_makes_no_sense_is_refused() {
    let world = World::build().await;
    let filler = Filler::owner(&world);
    let (mut found, admin) = (Vec::new(), world.admin().await);
    for operation in staffs_last(&world.network).await {
        let asker = world.asker(&operation, &admin).await;
        let good = filler.request(&operation);
        for (address, expected) in addresses(&operation, &good) {
            let ask = Ask {
                address,
                ..good.clone()
            };
            let answer = fill::send(&asker, &ask).await;
            check(
                &mut found,
                &format!("{} {}", ask.method, ask.address),
                &answer,
                expected,
            );
        }
    }
    assert_nothing(&found, "answers to addresses that make no sense");
}

fn addresses(operation: &Operation, good: &Ask) -> Vec<(String, Expected)> {
    let (path, query) = good
        .address
        .split_once('?')
        .map_or((&*good.address, ""), |(path, query)| (path, query));
    let behind = |query: &str| {
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    };
    let mut addresses = Vec::new();
    let (template, filled): (Vec<_>, Vec<_>) =
        (operation.path.split('/').collect(), path.split('/').collect());
    let long = "a".repeat(6_000);
    for at in (0..template.len()).filter(|at| template[*at].starts_with('{')) {
        for (value, expected) in PATHS.iter().copied().chain([(&*long, Expected::Refused)]) {
            let mut segments = filled.clone();
            segments[at] = value;
            addresses.push((segments.join("/"), expected));
        }
    }
    let with = |pair: &str| {
        behind(
            &[query, pair]
                .iter()
                .filter(|part| !part.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join("&"),
        )
    };
    for (pair, expected) in QUERIES {
        addresses.push((with(pair), expected));
    }
    for field in operation.parameters_in(Place::Query) {
        // The others stay as they are.
        let others: Vec<_> = query
            .split('&')
            .filter(|pair| !pair.starts_with(&format!("{}=", field.name)))
            .collect();
        let with = |value: &str| {
            let pair = format!("{}={value}", field.name);
            behind(
                &others
                    .iter()
                    .copied()
                    .chain([&*pair])
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join("&"),
            )
        };
        for value in ["%FF", "a%00b", "%C3%28"] {
            addresses.push((with(value), Expected::Invalid));
        }
        for value in VALUES {
            addresses.push((with(value), of_value(field, value)));
        }
        addresses.push((
            with(&long),
            if field.name == "limit" {
                Expected::Invalid
            } else {
                Expected::Harmless
            },
        ));
        addresses.push((
            format!(
                "{0}&{1}=1&{1}=1",
                behind(&others.join("&")).trim_end_matches('?'),
                field.name
            ),
            Expected::Harmless,
        ));
    }
    addresses
}

/// What the document makes of a wrong value.
fn of_value(field: &Field, value: &str) -> Expected {
    match &field.shape {
        // Not wrong at all.
        Shape::YesOrNo if value == "true" => Expected::Harmless,
        Shape::Text { .. } if field.name != "cursor" => Expected::Harmless,
        _ => Expected::Invalid,
    }
}

/// Whoever types on is suggested others; nobody turns a page.
const ONE_PAGE: [&str; 2] = ["GET /api/social/suggestions", "GET /api/search/suggest"];

/// Places in lists that were made up, each of a real one by changing one thing in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_in_a_list_that_was_made_up_is_refused() {
    let world = World::build().await;
    let filler = Filler::owner(&world);
    let mut found = Vec::new();
    for operation in members_operations(&world.network).await {
        if !operation
            .parameters_in(Place::Query)
            .any(|field| field.name == "cursor")
        {
            continue;
        }
        let mut has_second_page = false;
        for ask in filler.requests(&operation) {
            let mark = if ask.address.contains('?') { '&' } else { '?' };
            let at = |pair: &str| Ask {
                address: format!("{}{mark}{pair}", ask.address),
                ..ask.clone()
            };
            if ask.address.contains("limit=") {
                continue;
            }
            let page = fill::send(&world.ada.client, &at("limit=1")).await;
            let Some(cursor) = page.json["nextCursor"].as_str() else {
                continue;
            };
            has_second_page = true;
            let real: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
            let good = fill::send(&world.ada.client, &at(&format!("cursor={cursor}"))).await;
            assert_eq!(good.status, 200, "{operation:?}: {}", good.text);
            for forged in forgeries(&real) {
                let cursor = URL_SAFE_NO_PAD.encode(forged.to_string());
                let answer = fill::send(&world.ada.client, &at(&format!("cursor={cursor}"))).await;
                check(
                    &mut found,
                    &format!("{ask} with cursor {forged}"),
                    &answer,
                    Expected::Harmless,
                );
            }
            for none in ["x", "AAAA", "bnVsbA", "e30", "W10", "%22", ""] {
                let answer = fill::send(&world.ada.client, &at(&format!("cursor={none}"))).await;
                check(
                    &mut found,
                    &format!("{ask} with cursor {none}"),
                    &answer,
                    Expected::Invalid,
                );
            }
        }
        if !has_second_page && !ONE_PAGE.contains(&operation.name().as_str()) {
            found.push(format!(
                "{}: no second page in this world, so nothing is proven; give Ada two of it in world.rs",
                operation.name()
            ));
        }
    }
    assert_nothing(&found, "answers to places in lists that were made up");
}

/// The same with other things in one place.
fn forgeries(real: &Value) -> Vec<Value> {
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e308),
        json!(""),
        json!("\0"),
        json!("%"),
        json!("-262143-01-01T00:00:00Z"),
        json!("+262142-12-31T23:59:59.999999999Z"),
        json!("-4713-01-01T00:00:00Z"),
        json!("00000000-0000-0000-0000-000000000000"),
        json!("ffffffff-ffff-ffff-ffff-ffffffffffff"),
        json!([]),
        json!({}),
    ];
    let mut forgeries = Vec::new();
    for other in others {
        match real {
            Value::Array(parts) => {
                for at in 0..parts.len() {
                    let mut parts = parts.clone();
                    parts[at] = other.clone();
                    forgeries.push(Value::Array(parts));
                }
            }
            _ => forgeries.push(other.clone()),
        }
    }
    forgeries
}

/// `Idempotency-Key` on POSTs that create (the contract): the document says so, wrong ones are refused, right ones work.
#[tokio::test(flavor = "multi_thread")]
async fn what_creates_can_be_repeated_and_takes_no_key_that_is_none() {
    let world = World::build().await;
    let filler = Filler::owner(&world);
    let mut found = Vec::new();
    let long = "k".repeat(256);
    for operation in members_operations(&world.network)
        .await
        .iter()
        .filter(|operation| operation.body.is_some())
    {
        let name = operation.name();
        let takes = operation
            .parameters_in(Place::Header)
            .any(|field| field.name == "Idempotency-Key");
        if operation.creates && !takes {
            found.push(format!(
                "{name}: creates, and the document names no Idempotency-Key"
            ));
        }
        let ask = filler.request(operation);
        for key in [&b""[..], b"\xff", b"\xc3\xa4", long.as_bytes()] {
            let answer = with_key(&world.ada_anew().await, &ask, key).await;
            let expected = if takes {
                Expected::Invalid
            } else {
                Expected::Harmless
            };
            check(
                &mut found,
                &format!("{ask} with Idempotency-Key {key:?}"),
                &answer,
                expected,
            );
        }
        if takes {
            let ada = world.ada_anew().await;
            let mut answers = Vec::new();
            for _ in 0..2 {
                answers.push(with_key(&ada, &ask, b"a-key").await);
            }
            let [first, again] = &answers[..] else {
                panic!("two answers")
            };
            let is_same = (first.status, &first.json) == (again.status, &again.json);
            if !first.status.is_success() || !is_same || again.headers.get("idempotent-replay").is_none() {
                found.push(format!("{ask} twice: {}, then {}", brief(first), brief(again)));
            }
        }
    }
    assert_nothing(&found, "answers to Idempotency-Keys");
}

async fn with_key(client: &Client, ask: &Ask, key: &[u8]) -> Answer {
    let body = ask.body.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut request = request(ask, Some(b"application/json"), body);
    let key = HeaderValue::from_bytes(key).expect("a header's value");
    request.headers_mut().insert("idempotency-key", key);
    client.raw(request).await
}

fn check(found: &mut Vec<String>, at: &str, answer: &Answer, expected: Expected) {
    let at: String = at.chars().take(300).collect();
    let is_refused = answer.status.is_client_error();
    let is_expected = match expected {
        Expected::Invalid => answer.status == 400 && answer.json["code"] == "VALIDATION_ERROR",
        Expected::Refused => is_refused,
        Expected::Harmless => is_refused || answer.status.is_success() || answer.status.is_redirection(),
    };
    if !is_expected {
        found.push(format!("{at}: not {expected:?}: {}", brief(answer)));
    } else if is_refused {
        found.extend(
            faults(answer)
                .iter()
                .map(|fault| format!("{at}: {fault}: {}", brief(answer))),
        );
    }
}
