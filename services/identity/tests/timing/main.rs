//! Whether there is an account for an address cannot be told by asking: not by words, not by the work that is done, not
//! by how long it takes. A program of its own, because the statements of a whole process are listened to.
#![cfg(test)]

#[path = "../it/harness.rs"]
#[expect(dead_code, reason = "its other half is for the other tests")]
mod harness;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use harness::{Identity, start, start_exactly};
use identity::Settings;
use serde_json::{Value, json};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use testkit::Answer;

/// Every statement of this process, as text.
static STATEMENTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

const KNOWN: &str = "ada@mail.example";
const UNKNOWN: &str = "nobody@mail.example";

fn listen() {
    let listener = || -> Option<Box<dyn Instrumentation>> {
        Some(Box::new(|event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                let text = query.to_string();
                let text = text.split(" -- binds").next().unwrap_or_default().to_owned();
                STATEMENTS.lock().unwrap().push(text);
            }
        }))
    };
    set_default_instrumentation(listener).unwrap();
}

fn heard() -> Vec<String> {
    std::mem::take(&mut *STATEMENTS.lock().unwrap())
}

/// Ways to ask about an address without being its owner.
#[derive(Clone, Copy, Debug)]
enum Way {
    LogIn,
    Suspended,
    Forgot,
    Resend,
}

const WAYS: [Way; 4] = [Way::LogIn, Way::Suspended, Way::Forgot, Way::Resend];

async fn ask(identity: &Identity, way: Way, email: &str) -> Answer {
    let (path, ask) = match way {
        Way::LogIn => (
            "/auth/login",
            json!({ "email": email, "password": "a wrong password" }),
        ),
        Way::Suspended => (
            "/auth/suspended/export",
            json!({ "email": email, "password": "a wrong password" }),
        ),
        Way::Forgot => ("/auth/forgot-password", json!({ "email": email })),
        Way::Resend => ("/auth/resend-verification", json!({ "email": email })),
    };
    identity.visitor().post(path, ask).await
}

fn told(mut answer: Answer) -> (u16, Value, Vec<String>) {
    answer.json["requestId"].take();
    let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
    names.sort();
    (answer.status.as_u16(), answer.json, names)
}

/// Among so many pairs, the one is slower so often: how probable is that, or something odder, if both take as long?
fn by_chance(slower: u32, pairs: u32) -> f64 {
    let extreme = slower.min(pairs - slower);
    let mut term = 0.5_f64.powi(i32::try_from(pairs).unwrap());
    let mut sum = 0.0;
    for count in 0..=extreme {
        sum += term;
        term *= f64::from(pairs - count) / f64::from(count + 1);
    }
    (2.0 * sum).min(1.0)
}

#[test]
fn chances_are_what_they_are() {
    assert!((by_chance(5, 10) - 1.0).abs() < 1e-9);
    assert!((by_chance(0, 10) - 2.0 / 1024.0).abs() < 1e-9);
    assert!(by_chance(60, 60) < 1e-17);
}

/// One test, so that nothing else is heard.
#[tokio::test(flavor = "multi_thread")]
async fn known_and_unknown_addresses_are_told_apart_by_nothing() {
    the_same_words_and_the_same_work().await;
    the_same_time().await;
}

async fn the_same_words_and_the_same_work() {
    listen();
    let identity = start().await;
    identity.sign_up("ada").await;
    identity.app.settle().await;
    for way in WAYS {
        // The first time prepares what the next times use again.
        ask(&identity, way, UNKNOWN).await;
        heard();
        let mut seen = Vec::new();
        for email in [KNOWN, UNKNOWN, KNOWN, UNKNOWN] {
            let answer = told(ask(&identity, way, email).await);
            seen.push((answer, heard()));
        }
        assert!(
            !seen[0].1.is_empty(),
            "{way:?}: nothing is heard, so nothing is proven"
        );
        for other in &seen[1..] {
            assert_eq!(seen[0], *other, "{way:?}");
        }
    }
}

/// Pairs of a known and an unknown address, in turns first and second. However busy the machine is, it is so for both:
/// which of a pair is slower is a coin that is thrown, unless one of them has more to do. At this many pairs a coin lies
/// as far off once in a hundred million runs; a hash that is left out does so in every run.
async fn the_same_time() {
    const PAIRS: u32 = 60;
    const SUSPICIOUS: f64 = 1e-8;
    let identity = start_exactly(Settings::default().unlimited()).await;
    identity.sign_up("ada").await;
    identity.app.settle().await;
    for way in WAYS {
        let mut slower = 0;
        for pair in 0..PAIRS {
            let (first, second) = if pair % 2 == 0 {
                (KNOWN, UNKNOWN)
            } else {
                (UNKNOWN, KNOWN)
            };
            let mut took = [Duration::ZERO; 2];
            for (email, took) in [first, second].into_iter().zip(&mut took) {
                let began = Instant::now();
                ask(&identity, way, email).await;
                *took = began.elapsed();
            }
            let known = if pair % 2 == 0 {
                took[0] > took[1]
            } else {
                took[1] > took[0]
            };
            slower += u32::from(known);
        }
        let chance = by_chance(slower, PAIRS);
        assert!(
            chance > SUSPICIOUS,
            "{way:?}: the known address is slower in {slower} of {PAIRS} pairs"
        );
    }
}
