//! Somebody who has nothing to do with Ada, and knows the id of everything that is hers.

use crate::contract::{assert_nothing, brief};
use crate::document::{Operation, Place, members_operations, operations};
use crate::fill::{self, Ask, Filler};
use crate::rows::{Row, Rows};
use crate::world::World;
use chassis::{CLIENT_HEADER, PRINCIPAL_HEADER};
use chrono::Utc;
use end_to_end::Person;
use serde_json::Value;
use std::collections::BTreeSet;
use testkit::{Answer, Client};

/// What a stranger may do to Ada's rows, and why. All else that speaks of her, and not of the stranger, stays as it is.
const RIGHTFUL: [(&str, &str, &str); 14] = [
    (
        "POST /api/social/follow/{userId}",
        "social_graph.counts",
        "she has one follower more",
    ),
    (
        "POST /api/social/follow/{userId}",
        "profile.relationship_counts",
        "she has one follower more",
    ),
    (
        "POST /api/posts/{id}/comments",
        "content.post_counts",
        "what everybody may read, everybody may comment on",
    ),
    (
        "PUT /api/posts/{id}/reaction",
        "content.post_counts",
        "what everybody may read, everybody may react to",
    ),
    (
        "POST /api/posts/{id}/comments",
        "search_indexer.post_counts",
        "whoever finds it is told how often it was commented on",
    ),
    (
        "PUT /api/posts/{id}/reaction",
        "search_indexer.post_counts",
        "whoever finds it is told how often it was reacted to",
    ),
    (
        "POST /api/auth/login",
        "identity.security_event",
        "her log says that somebody tried",
    ),
    (
        "POST /api/auth/suspended/export",
        "identity.security_event",
        "her log says that somebody tried",
    ),
    (
        "POST /api/auth/suspended/delete",
        "identity.security_event",
        "her log says that somebody tried",
    ),
    (
        "POST /api/auth/resend-verification",
        "identity.verification",
        "a link is sent to her own address",
    ),
    (
        "POST /api/auth/resend-verification",
        "identity.mail",
        "a link is sent to her own address",
    ),
    (
        "POST /api/auth/forgot-password",
        "identity.password_reset",
        "a link is sent to her own address",
    ),
    (
        "POST /api/auth/forgot-password",
        "identity.mail",
        "a link is sent to her own address",
    ),
    (
        "POST /api/auth/forgot-password",
        "identity.security_event",
        "her log says that somebody asked",
    ),
];

/// "never in any answer: password hash, TOTP secret, tokens at rest" (the HTTP contract). One field is an exception there:
/// whoever sets up a second factor is shown its secret once.
const NAMES_OF_SECRETS: [&str; 4] = ["password", "hash", "secret", "token"];
const SHOWN_ONCE: [(&str, &str); 1] = [("POST /api/auth/2fa/setup", "secret")];

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_changes_nothing_of_hers_and_reads_nothing_private() {
    let world = World::build().await;
    let hers = hers(&world);
    let filler = Filler::stranger(&world);
    let mut walk = Vec::new();
    for operation in operations(&world.network).await {
        let asks = asks(&world, &filler, &operation).await;
        walk.push((operation, asks));
    }
    // From here on Ada does nothing herself.
    let mut rows = Rows::of(&world.network).await;
    let mut before = rows.that_speak_of(&hers).await;
    let mut found = Vec::new();
    let mut used = BTreeSet::new();
    for (number, (operation, asks)) in walk.iter().enumerate() {
        let stranger = world.network.sign_up(&format!("stranger{number}")).await;
        world.network.settle().await;
        for client in [
            disguised(&world, operation, &stranger.client),
            world.network.nobody(),
        ] {
            for ask in asks {
                let answer = fill::send(&client, ask).await;
                found.extend(leaks(&world, operation, ask, &answer));
            }
        }
        world.network.settle().await;
        let after = rows.that_speak_of(&hers).await;
        found.extend(changes(operation, &before, &after, &stranger, &mut used));
        before = after;
    }
    let unused = RIGHTFUL
        .iter()
        .filter(|(operation, table, _)| !used.contains(&(*operation, *table)));
    found.extend(unused.map(|entry| format!("{entry:?} did not happen; take it out of RIGHTFUL")));
    assert_nothing(&found, "what a stranger can do to Ada");
    world.network.at_rest().await;
}

/// A walk in which nothing can succeed proves nothing: the same requests, made by Ada of what is hers, do.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_to_a_stranger_its_owner_can_do() {
    let world = World::build().await;
    let filler = Filler::leaver(&world);
    let mut found = Vec::new();
    let operations = members_operations(&world.network).await;
    // Whoever is suspended can do these, and nobody else: the journeys of suspension show that.
    let all_but_suspended = |operation: &&Operation| !operation.path.starts_with("/api/auth/suspended/");
    for operation in operations.iter().filter(all_but_suspended) {
        let mut refused = Vec::new();
        let mut is_done = false;
        for ask in filler.requests(operation) {
            let ada = world.ada_anew().await;
            let answer = fill::send(&ada, &ask).await;
            is_done |= answer.status.is_success() || answer.status.is_redirection();
            refused.push(format!("{ask}: {}", brief(&answer)));
            found.extend(secrets_named(operation, &answer.json));
            if is_done {
                // More might take away what others need.
                break;
            }
        }
        if !is_done {
            let last = refused.last().cloned().unwrap_or_default();
            found.push(format!(
                "{}: not even Ada can do it, so that a stranger cannot proves nothing. Give her what it needs in world.rs, or \
                 say in VALUES of fill.rs which value is right. The last of {} tries: {last}",
                operation.name(),
                refused.len()
            ));
        }
        world.network.settle().await;
    }
    assert_nothing(&found, "what Ada cannot do");
}

/// Everything by which a row is known to be about Ada.
fn hers(world: &World) -> Vec<String> {
    let who = [world.ada.id.clone(), world.ada.email.clone()];
    who.into_iter().chain(world.things.all().cloned()).collect()
}

/// Sends, with every request, the edge's own word for Ada: a genuine one, as if it had leaked. The edge drops it.
fn disguised(world: &World, operation: &Operation, stranger: &Client) -> Client {
    let service = edge::owner_of(&operation.path).expect("somebody answers every address");
    let word = world
        .seal()
        .vouch(service, &world.ada_as_caller(), true, Utc::now());
    let word = word.expect("a voucher");
    stranger
        .with(PRINCIPAL_HEADER.as_str(), word.to_str().expect("ASCII"))
        .with(CLIENT_HEADER.as_str(), "192.0.2.7")
        .with("x-forwarded-for", "192.0.2.7")
}

/// All that the filler knows, and the places in lists that Ada was given.
async fn asks(world: &World, filler: &Filler<'_>, operation: &Operation) -> Vec<Ask> {
    let mut asks = filler.requests(operation);
    if operation
        .parameters_in(Place::Query)
        .any(|field| field.name == "cursor")
    {
        for ask in asks.clone() {
            let joined = |ask: &Ask, pair: &str| {
                let mark = if ask.address.contains('?') { '&' } else { '?' };
                Ask {
                    address: format!("{}{mark}{pair}", ask.address),
                    ..ask.clone()
                }
            };
            if ask.address.contains("limit=") {
                continue;
            }
            let page = fill::send(&world.ada.client, &joined(&ask, "limit=1")).await;
            if let Some(cursor) = page.json["nextCursor"].as_str() {
                asks.push(joined(&ask, &format!("cursor={cursor}")));
            }
        }
    }
    asks
}

fn leaks(world: &World, operation: &Operation, ask: &Ask, answer: &Answer) -> Vec<String> {
    let mut leaks = secrets_named(operation, &answer.json);
    let headers = format!("{:?}", answer.headers);
    for secret in &world.secrets {
        // What was asked may be said again.
        let is_asked = ask
            .body
            .as_ref()
            .is_some_and(|body| body.to_string().contains(secret.as_str()));
        if !is_asked && (answer.text.contains(secret.as_str()) || headers.contains(secret.as_str())) {
            leaks.push(format!("{ask}: shows `{secret}`: {}", brief(answer)));
        }
    }
    if answer.status.is_server_error() {
        leaks.push(format!("{ask}: {}", brief(answer)));
    }
    leaks
}

/// Fields that are called like a secret, and what looks like a password's hash.
fn secrets_named(operation: &Operation, json: &Value) -> Vec<String> {
    let mut named = Vec::new();
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                let small = name.to_lowercase();
                let is_shown = SHOWN_ONCE.contains(&(operation.name().as_str(), name.as_str()));
                if !is_shown && NAMES_OF_SECRETS.iter().any(|secret| small.contains(secret)) {
                    named.push(format!("{}: its answer has a field `{name}`", operation.name()));
                }
                named.extend(secrets_named(operation, value));
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| named.extend(secrets_named(operation, item))),
        Value::String(text) if text.contains("$2b$") || text.contains("$argon2") => {
            named.push(format!("{}: its answer has a hash", operation.name()));
        }
        _ => {}
    }
    named
}

fn changes(
    operation: &Operation,
    before: &BTreeSet<Row>,
    after: &BTreeSet<Row>,
    stranger: &Person,
    used: &mut BTreeSet<(&str, &str)>,
) -> Vec<String> {
    let own = [stranger.id.clone(), stranger.email.clone()];
    let mut is_rightful = |row: &Row| {
        let listed = RIGHTFUL
            .iter()
            .find(|(name, table, _)| *name == operation.name() && *table == row.table);
        if let Some((name, table, _)) = listed {
            used.insert((*name, *table));
        }
        row.speaks_of(&own) || listed.is_some()
    };
    let gone = before.difference(after).map(|row| ('-', row));
    let new = after.difference(before).map(|row| ('+', row));
    gone.chain(new)
        .filter(|(_, row)| !is_rightful(row))
        .map(|(sign, row)| format!("{} {sign} {} {}", operation.name(), row.table, row.columns))
        .collect()
}
