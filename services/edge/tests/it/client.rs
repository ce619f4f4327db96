//! Where a request comes from, as a service is told.

use crate::world::World;
use axum::extract::{ConnectInfo, Request};
use std::net::SocketAddr;

async fn told(world: &World, peer: &str, forwarded: Option<&str>) -> String {
    let peer: SocketAddr = peer.parse().unwrap();
    let mut request = Request::get("/api/posts").extension(ConnectInfo(peer));
    if let Some(forwarded) = forwarded {
        request = request.header("x-forwarded-for", forwarded);
    }
    let told = world.ask(request).await.told();
    told["headers"]["x-valine-client"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_proxy_is_believed_only_where_it_is_trusted() {
    let world = World::with(|config| config.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()]);
    assert_eq!(
        told(&world, "203.0.113.7:1", Some("6.6.6.6")).await,
        "203.0.113.7"
    );
    assert_eq!(
        told(&world, "10.0.0.9:1", Some("6.6.6.6, 198.51.100.1, 10.0.0.8")).await,
        "198.51.100.1"
    );
    assert_eq!(told(&world, "10.0.0.9:1", None).await, "10.0.0.9");
    assert_eq!(
        told(&World::new(), "10.0.0.9:1", Some("6.6.6.6")).await,
        "10.0.0.9"
    );
}

#[tokio::test]
async fn an_ipv4_address_that_came_over_ipv6_is_still_one() {
    let world = World::new();
    assert_eq!(told(&world, "[::ffff:203.0.113.7]:1", None).await, "203.0.113.7");
    assert_eq!(told(&world, "[2001:db8::7]:1", None).await, "2001:db8::7");
}
