//! Methods that an address does not take, and addresses that are none.

use crate::contract::{assert_nothing, brief, faults};
use crate::document::{by_path, operations};
use crate::fill::Filler;
use crate::world::World;
use axum::body::Body;
use http::{Method, Request};

#[tokio::test(flavor = "multi_thread")]
async fn a_method_or_an_address_that_is_none_is_refused_in_the_contracts_shape() {
    let world = World::build().await;
    let filler = Filler::owner(&world);
    let methods = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND",
    ];
    let methods = methods.map(|method| method.parse::<Method>().expect("a method"));
    let operations = operations(&world.network).await;
    let mut found = Vec::new();
    for (path, there) in by_path(&operations) {
        let address = filler.request(there[0]).address;
        for method in methods
            .iter()
            .filter(|method| there.iter().all(|one| one.method != **method))
        {
            let request = Request::builder()
                .method(method)
                .uri(&address)
                .body(Body::empty());
            let answer = world.ada.client.raw(request.expect("a request")).await;
            let at = format!("{method} {path}");
            if answer.status != 405 || answer.json["code"] != "METHOD_NOT_ALLOWED" {
                // Whose method it is may be another address's: /users/me and /users/{username}.
                let is_anothers = operations
                    .iter()
                    .any(|one| one.method == *method && answers(&one.path, &address));
                if !is_anothers {
                    found.push(format!("{at}: {}", brief(&answer)));
                }
            } else {
                let allowed = answer
                    .headers
                    .get("allow")
                    .and_then(|value| value.to_str().ok())
                    .unwrap_or_default();
                if there.iter().any(|one| !allowed.contains(one.method.as_str())) {
                    found.push(format!("{at}: does not say what is allowed, but `{allowed}`"));
                }
            }
            if !answer.status.is_success() {
                found.extend(
                    faults(&answer)
                        .iter()
                        .map(|fault| format!("{at}: {fault}: {}", brief(&answer))),
                );
            }
        }
    }
    for address in [
        "/",
        "/api",
        "/api/",
        "/api/nothing",
        "/nothing",
        "/api/internal/sessions/x",
        "/api/posts/x/nothing",
        "/api//posts",
    ] {
        for method in &methods {
            let request = Request::builder().method(method).uri(address).body(Body::empty());
            let answer = world.ada.client.raw(request.expect("a request")).await;
            if answer.status != 404 {
                found.push(format!("{method} {address}: {}", brief(&answer)));
            }
            found.extend(
                faults(&answer)
                    .iter()
                    .map(|fault| format!("{method} {address}: {fault}: {}", brief(&answer))),
            );
        }
    }
    assert_nothing(&found, "methods and addresses that are none");
}

/// HEAD is GET without a body, wherever there is a GET.
#[tokio::test(flavor = "multi_thread")]
async fn head_answers_like_get_without_a_body() {
    let world = World::build().await;
    let filler = Filler::owner(&world);
    let mut found = Vec::new();
    for operation in operations(&world.network)
        .await
        .iter()
        .filter(|one| one.method == Method::GET)
    {
        let address = filler.request(operation).address;
        let get = world.ada.client.get(&address).await;
        let head = world.ada.client.send(Method::HEAD, &address, None).await;
        if head.status != get.status || !head.text.is_empty() {
            found.push(format!("{address}: GET {}, HEAD {}", brief(&get), brief(&head)));
        }
    }
    assert_nothing(&found, "HEAD");
}

/// Whether an address is one of a documented path's.
fn answers(path: &str, address: &str) -> bool {
    let address = address.split('?').next().unwrap_or_default();
    let (ours, theirs): (Vec<_>, Vec<_>) = (path.split('/').collect(), address.split('/').collect());
    ours.len() == theirs.len()
        && ours
            .iter()
            .zip(theirs)
            .all(|(one, other)| one.starts_with('{') || *one == other)
}
