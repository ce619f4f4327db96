//! Files through a CDN: another address, and the same signature.

use crate::world::{World, confirm, png};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use url::Url;

/// As much of a CDN as matters: it asks its origin, by the origin's name, for what it is asked for.
async fn cdn(servers: &mut JoinSet<()>, origin: Url) -> Url {
    async fn pass_on(State(origin): State<Url>, request: Request) -> Response {
        let mut asked = origin.clone();
        asked.set_path(request.uri().path().trim_start_matches("/files"));
        asked.set_query(request.uri().query());
        let answer = reqwest::get(asked).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        (status, headers, answer.bytes().await.unwrap()).into_response()
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/files/", listener.local_addr().unwrap());
    let router = Router::new().fallback(pass_on).with_state(origin);
    servers.spawn(async move { axum::serve(listener, router).await.unwrap() });
    address.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_shown_by_the_cdn_and_sent_to_the_storage() {
    let (mut servers, mut storage) = (JoinSet::new(), None);
    let world = World::behind(async |origin| {
        storage = origin.port();
        Some(cdn(&mut servers, origin).await)
    })
    .await;
    let ana = world.person("ana");
    let id = world.sent(&ana, "image/png", &png(400, 300)).await;
    confirm(&ana.client, &id).await.expect(200);
    world.app.settle().await;
    for size in ["thumb", "original"] {
        let answer = ana.client.get(&format!("/media/{id}/content?size={size}")).await;
        let location: Url = answer.headers["location"].to_str().unwrap().parse().unwrap();
        assert!(location.path().starts_with("/files/media/media/"), "{location}");
        assert_ne!(location.port(), storage);
        let shown = world.fetch(location.as_str()).await;
        assert_eq!(
            (
                shown.status().as_u16(),
                &shown.headers()["x-content-type-options"]
            ),
            (200, &"nosniff".parse().unwrap())
        );
        // The signature is still what lets in.
        let mut forged = location.clone();
        forged.set_query(Some(
            &location
                .query()
                .unwrap()
                .replace("X-Amz-Expires=600", "X-Amz-Expires=60000"),
        ));
        assert_eq!(world.fetch(forged.as_str()).await.status(), 403);
    }
}
