//! Services of other processes.

use crate::routing::{TRICKS, nothing_leaks};
use crate::world::{SERVICES, World, url};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::routing::{any, get};
use chassis::Role;
use edge::{Upstream, Upstreams};
use futures::stream;
use http::header;
use std::convert::Infallible;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// A world whose services answer over HTTP, and the servers, which end with the test.
async fn world() -> (World, JoinSet<()>) {
    let mut servers = JoinSet::new();
    let mut listeners = Vec::new();
    for name in SERVICES {
        listeners.push((name, TcpListener::bind("127.0.0.1:0").await.unwrap()));
    }
    let world = World::build(
        |_| (),
        |_| {
            listeners
                .iter()
                .fold(Upstreams::new(), |upstreams, (name, listener)| {
                    let address = format!("http://{}", listener.local_addr().unwrap());
                    upstreams.with(name, Upstream::Http(url(&address)))
                })
        },
    );
    for (name, listener) in listeners {
        let router = world.services[name].clone();
        servers.spawn(async move { axum::serve(listener, router).await.unwrap() });
    }
    (world, servers)
}

#[tokio::test]
async fn a_service_of_another_process_is_told_the_same() {
    let (world, _servers) = world().await;
    let alice = world.member(Role::Member);
    let request = Request::post("/api/posts?x=1")
        .header(header::COOKIE, &alice.cookie)
        .header(header::CONNECTION, "keep-alive, x-only-for-the-edge")
        .header("x-only-for-the-edge", "1")
        .header("keep-alive", "timeout=5")
        .header(header::HOST, "joint.example")
        .header(header::CONTENT_TYPE, "application/json");
    let answer = world.ask_with(request, "{}").await;
    let told = answer.told();
    assert_eq!(
        (&told["service"], &told["address"]),
        (&"content".into(), &"/posts?x=1".into())
    );
    assert_eq!(
        (&told["account"], &told["bytes"]),
        (&alice.principal.account.to_string().into(), &2.into())
    );
    assert_eq!(told["headers"]["x-valine-client"], "203.0.113.7");
    for gone in ["cookie", "connection", "keep-alive", "x-only-for-the-edge"] {
        assert!(told["headers"][gone].is_null(), "{gone}");
    }
    assert_eq!(told["headers"]["x-request-id"], answer.header("x-request-id"));
    assert_eq!(world.post_as(&alice, "/api/auth/logout").await.status, 200);
    assert_eq!(
        world.get_as(&alice, "/api/auth/me").await.refused(401),
        "UNAUTHENTICATED"
    );
    assert_eq!(world.get("/ready").await.told()["status"], "ready");
}

#[tokio::test]
async fn what_services_tell_each_other_is_out_of_reach_over_http_too() {
    let (world, _servers) = world().await;
    let admin = world.member(Role::Admin);
    for path in TRICKS {
        nothing_leaks(path, &world.get_as(&admin, path).await);
    }
}

#[tokio::test]
async fn a_body_that_turns_out_too_large_is_refused() {
    let (world, _servers) = world().await;
    let piece = Bytes::from(vec![b'x'; 64 * 1024]);
    let pieces = stream::iter((0..5).map(move |_| Ok::<_, Infallible>(piece.clone())));
    let answer = world
        .ask_with(Request::post("/api/auth/login"), Body::from_stream(pieces))
        .await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn a_service_that_is_away_is_unavailable_and_named_by_readiness() {
    // A port that was free a moment ago, and that nobody listens at.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let ready = Router::new().route("/ready", get(async || "ok"));
    let world = World::build(
        |_| (),
        |_| {
            Upstreams::new()
                .with("identity", Upstream::InProcess(ready))
                .with("content", Upstream::Http(url(&address)))
        },
    );
    let answer = world.get("/api/posts").await;
    assert_eq!(answer.refused(503), "UNAVAILABLE");
    assert!(!answer.header("retry-after").is_empty());
    let readiness = world.get("/ready").await;
    assert_eq!(readiness.refused(503), "UNAVAILABLE");
    assert_eq!(readiness.json()["message"], "Not ready: content");
}

#[tokio::test]
async fn what_a_server_says_for_its_next_hop_alone_stays_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let headers = [
        ("connection", "close, x-hop"),
        ("x-hop", "1"),
        ("server", "something/1"),
        ("x-kept", "1"),
    ];
    let router = Router::new().route("/posts", any(async move || (headers, "{}")));
    let mut servers = JoinSet::new();
    servers.spawn(async move { axum::serve(listener, router).await.unwrap() });
    let world = World::build(
        |_| (),
        |_| Upstreams::new().with("content", Upstream::Http(url(&address))),
    );
    let answer = world.get("/api/posts").await;
    assert_eq!((answer.status.as_u16(), answer.header("x-kept")), (200, "1"));
    for gone in ["connection", "x-hop", "server"] {
        assert!(!answer.headers.contains_key(gone), "{gone}");
    }
}
