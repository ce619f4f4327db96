//! Around the edge: services asked directly, by somebody for whom the edge does not speak.

use crate::contract::{assert_nothing, brief, faults};
use crate::document::{Operation, operations};
use crate::fill::{Filler, request};
use crate::world::World;
use axum::body::Body;
use chassis::{Caller, PRINCIPAL_HEADER, Seal, Secrets, Service};
use chrono::{TimeDelta, Utc};
use end_to_end::TestNetwork;
use http::{HeaderValue, Request};
use serde_json::json;
use testkit::{Answer, call};

#[tokio::test(flavor = "multi_thread")]
async fn a_service_answers_nobody_for_whom_the_edge_does_not_speak() {
    let world = World::build().await;
    let filler = Filler::stranger(&world);
    let genuine = world.seal();
    let services = world.network.network.services();
    let mut found = Vec::new();
    for operation in operations(&world.network).await {
        let service = owner_of(&services, &operation);
        let good = genuine.vouch(service.name, &Caller::Anonymous, true, Utc::now());
        let good = good.expect("a voucher");
        let another = services.iter().find(|other| other.name != service.name);
        let tricks = tricks(&world, service, another.expect("more than one service"));
        let ask = |headers: &[HeaderValue]| asked(&filler, &operation, headers);
        for (trick, headers) in &tricks {
            let answer = call(&service.router, ask(headers)).await;
            let at = format!("{} with {trick}", operation.name());
            if answer.json["code"] != "NOT_THROUGH_THE_EDGE" || answer.status != 403 {
                found.push(format!("{at}: {}", brief(&answer)));
            }
            found.extend(
                faults(&answer)
                    .iter()
                    .map(|fault| format!("{at}: {fault}: {}", brief(&answer))),
            );
        }
        let answer = call(&service.router, ask(std::slice::from_ref(&good))).await;
        if answer.json["code"] == "NOT_THROUGH_THE_EDGE" {
            found.push(format!(
                "{}: refused with the edge's own word, so nothing is proven",
                operation.name()
            ));
        }
    }
    assert_nothing(&found, "what services answer around the edge");
}

/// Headers that shall not be believed by this service.
fn tricks(world: &World, service: &Service, another: &Service) -> Vec<(&'static str, Vec<HeaderValue>)> {
    let (genuine, forger) = (world.seal(), Seal::new(Secrets::random().key("edge-signing")));
    let (now, ada) = (Utc::now(), world.ada_as_caller());
    let old = now - TimeDelta::seconds(62);
    let to = |service: &Service, seal: &Seal, caller: &Caller, at| {
        let word = seal.vouch(service.name, caller, true, at);
        word.expect("a voucher")
    };
    let forged = |caller: &Caller| to(service, &forger, caller, now);
    let good = to(service, &genuine, &Caller::Anonymous, now);
    let bytes = HeaderValue::from_bytes(b"\xff\xfe.\xff").expect("a header's value");
    vec![
        ("nobody's word", vec![]),
        ("a forged word for Ada", vec![forged(&ada)]),
        ("a forged word for nobody", vec![forged(&Caller::Anonymous)]),
        ("a forged word for the edge", vec![forged(&Caller::Edge)]),
        (
            "the edge's word for Ada of a minute ago",
            vec![to(service, &genuine, &ada, old)],
        ),
        (
            "the edge's word for Ada to another service",
            vec![to(another, &genuine, &ada, now)],
        ),
        (
            "the edge's word with another signature",
            vec![bent(&good, &forged(&ada))],
        ),
        ("a forged word before a good one", vec![forged(&ada), good]),
        ("no word at all", vec![HeaderValue::from_static("ada")]),
        ("bytes", vec![bytes]),
    ]
}

/// What a client says of itself does not arrive: the address is the connection's, the caller is the cookie's.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_says_of_itself_is_not_believed() {
    let network = TestNetwork::start().await;
    let bob = network.sign_up("bob").await;
    let claims = ["x-valine-client", "x-forwarded-for", "x-real-ip", "forwarded"];
    let claiming = claims
        .iter()
        .fold(network.nobody(), |client, name| client.with(name, "192.0.2.7"));
    let ask = json!({ "email": bob.email, "password": bob.password });
    let answer = claiming.post("/api/auth/login", ask).await;
    let again = network.nobody().with("cookie", &end_to_end::cookie(&answer));
    let sessions: Answer = again.get("/api/auth/sessions").await;
    let sessions = sessions.expect(200);
    let addresses: Vec<_> = sessions["sessions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| &one["ipAddress"])
        .collect();
    assert_eq!(addresses, [&json!("127.0.0.1"), &json!("127.0.0.1")]);
}

/// The one service that has this route.
fn owner_of<'a>(services: &'a [Service], operation: &Operation) -> &'a Service {
    let path = operation.path.trim_start_matches("/api");
    let mut owners = services
        .iter()
        .filter(|service| service.api.paths.paths.contains_key(path));
    let (owner, second) = (owners.next(), owners.next());
    assert!(
        second.is_none(),
        "{}: one service answers an address",
        operation.name()
    );
    owner.unwrap_or_else(|| panic!("{}: no service answers this address", operation.name()))
}

/// As the service knows its address: without the prefix.
fn asked(filler: &Filler<'_>, operation: &Operation, headers: &[HeaderValue]) -> Request<Body> {
    let mut ask = filler.request(operation);
    ask.address = ask.address.trim_start_matches("/api").to_owned();
    let body = ask.body.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut request = request(&ask, Some(b"application/json"), body);
    for header in headers {
        request.headers_mut().append(PRINCIPAL_HEADER, header.clone());
    }
    request
}

/// What one says, signed with the other's signature.
fn bent(one: &HeaderValue, other: &HeaderValue) -> HeaderValue {
    let part = |value: &HeaderValue, at: usize| {
        value
            .to_str()
            .expect("ASCII")
            .split('.')
            .nth(at)
            .map(str::to_owned)
    };
    let bent = format!(
        "{}.{}",
        part(one, 0).unwrap_or_default(),
        part(other, 1).unwrap_or_default()
    );
    HeaderValue::try_from(bent).expect("a header's value")
}
