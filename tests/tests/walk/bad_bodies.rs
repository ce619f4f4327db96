//! Bodies that no honest client sends, made of what the document says of the right ones.

use crate::contract::{assert_nothing, brief, faults};
use crate::document::{Operation, staffs_last};
use crate::fill::{Ask, Filler, request};
use crate::world::World;
use crate::wrong::{Case, Expected, JSON, wrong_json, wrong_values};
use axum::body::{Body, Bytes};
use futures::stream;
use serde_json::Value;
use std::convert::Infallible;
use testkit::{Answer, Client};

/// Not looked at: with a session, the session's own address is meant; without a second factor, no code is asked for.
const IGNORED: [(&str, &str); 4] = [
    ("POST /api/auth/resend-verification", "email"),
    ("POST /api/auth/login", "twoFactorCode"),
    ("POST /api/auth/suspended/export", "twoFactorCode"),
    ("POST /api/auth/suspended/delete", "twoFactorCode"),
];

/// An odd password is one all the same, and she could not log in by hers any more.
const HER_PASSWORD: [(&str, &str); 2] = [
    ("POST /api/auth/change-password", "newPassword"),
    ("POST /api/auth/reset-password", "newPassword"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_wrong_is_refused_in_words_for_people() {
    let world = World::build().await;
    let filler = Filler::owner(&world);
    let mut found = Vec::new();
    let admin = world.admin().await;
    for operation in staffs_last(&world.network).await {
        let Some(fields) = &operation.body else { continue };
        let asker = world.asker(&operation, &admin).await;
        let good = filler.request(&operation);
        let Some(Value::Object(body)) = good.body.clone() else {
            panic!("{good}: a body is an object")
        };
        for mut case in wrong_values(fields, &body, "")
            .into_iter()
            .chain(wrong_json(fields, &body))
        {
            let is_ignored =
                |(name, field): &(&str, &str)| *name == operation.name() && case.what.starts_with(field);
            if case.expected == Expected::Harmless && HER_PASSWORD.iter().any(is_ignored) {
                continue;
            }
            if case.expected == Expected::Refused && IGNORED.iter().any(is_ignored) {
                case.expected = Expected::Harmless;
            }
            ask(&mut found, &asker, &good, case).await;
        }
    }
    assert_nothing(&found, "answers to wrong bodies");
}

/// Also where no body belongs: "a body, if any, is `application/json` (415)" (the contract).
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_say_that_it_is_json_is_refused_everywhere() {
    let world = World::build().await;
    let filler = Filler::owner(&world);
    let kinds: [Option<&[u8]>; 9] = [
        None,
        Some(b""),
        Some(b"text/plain"),
        Some(b"application/x-www-form-urlencoded"),
        Some(b"multipart/form-data; boundary=x"),
        Some(b"application/jsonx"),
        Some(b"application/json-patch+json"),
        Some(b"text/plain; application/json"),
        Some(b"\xff"),
    ];
    let (mut found, admin) = (Vec::new(), world.admin().await);
    for operation in writes(&world).await {
        let asker = world.asker(&operation, &admin).await;
        let good = filler.request(&operation);
        for kind in kinds {
            let what = format!("of type {:?}", kind.map(String::from_utf8_lossy));
            for body in [body_of(&good), b"x=1".to_vec()] {
                let case = Case {
                    what: what.clone(),
                    kind,
                    body,
                    expected: Expected::Status(415),
                };
                ask(&mut found, &asker, &good, case).await;
            }
        }
        if operation.body.is_some() {
            // Nothing was sent, so no type is wrong.
            let nothing = Case {
                what: "nothing".to_owned(),
                kind: None,
                body: Vec::new(),
                expected: if operation.needs_body {
                    Expected::Invalid(None)
                } else {
                    Expected::Harmless
                },
            };
            ask(&mut found, &asker, &good, nothing).await;
        }
    }
    assert_nothing(&found, "answers to bodies that do not say that they are JSON");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_ten_megabytes_is_refused_however_it_comes() {
    let world = World::build().await;
    let filler = Filler::owner(&world);
    let part = Bytes::from(vec![b' '; 100_000]);
    let whole = Bytes::from(vec![b' '; 10_000_000]);
    let (mut found, admin) = (Vec::new(), world.admin().await);
    for operation in writes(&world).await {
        let asker = world.asker(&operation, &admin).await;
        let good = filler.request(&operation);
        let parts = std::iter::repeat_n(Ok::<_, Infallible>(part.clone()), 100);
        let sent = [
            ("at once", Body::from(whole.clone()), Expected::Status(413)),
            // Whoever takes no body need not read it to its end.
            (
                "in parts",
                Body::from_stream(stream::iter(parts)),
                if operation.body.is_some() {
                    Expected::Status(413)
                } else {
                    Expected::Harmless
                },
            ),
        ];
        for (how, body, expected) in sent {
            let answer = asker.raw(request(&good, Some(JSON), body)).await;
            check(
                &mut found,
                &format!("{} with 10 MB {how}", operation.name()),
                &answer,
                &expected,
            );
        }
    }
    assert_nothing(&found, "answers to bodies that are too large");
}

async fn writes(world: &World) -> Vec<Operation> {
    let all = staffs_last(&world.network).await;
    all.into_iter()
        .filter(|operation| !operation.method.is_safe())
        .collect()
}

fn body_of(ask: &Ask) -> Vec<u8> {
    ask.body
        .as_ref()
        .map_or_else(|| b"{}".to_vec(), |body| body.to_string().into_bytes())
}

async fn ask(found: &mut Vec<String>, client: &Client, good: &Ask, case: Case) {
    let Case {
        what,
        kind,
        body,
        expected,
    } = case;
    let answer = client.raw(request(good, kind, body)).await;
    check(
        found,
        &format!("{} {} with {what}", good.method, good.address),
        &answer,
        &expected,
    );
}

fn check(found: &mut Vec<String>, at: &str, answer: &Answer, expected: &Expected) {
    let at: String = at.chars().take(300).collect();
    let is_refused = answer.status.is_client_error();
    let is_invalid = answer.status == 400 && answer.json["code"] == "VALIDATION_ERROR";
    let names = |field: &String| {
        let details = answer.json["details"].as_array().into_iter().flatten();
        details.into_iter().any(|detail| detail["field"] == **field)
    };
    let is_expected = match expected {
        Expected::Invalid(field) => is_invalid && field.as_ref().is_none_or(names),
        Expected::Status(status) => answer.status == *status,
        Expected::Refused => is_refused,
        Expected::Harmless => is_refused || answer.status.is_success(),
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
