//! The one document made of several.

use crate::world::{World, url};
use chassis::http::{Errors, IdempotencyKey, Message};
use chassis::session::SessionKey;
use chassis::{Seal, Secrets};
use edge::{Config, Upstreams};
use utoipa::{OpenApi, ToSchema};

/// A service's answer.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its description is used")]
struct PostView {
    #[schema(example = "It will rain")]
    content: String,
}

mod elsewhere {
    use utoipa::ToSchema;

    /// Another service's answer, of the same name.
    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its description is used")]
    pub(super) struct PostView {
        excerpt: String,
    }
}

#[utoipa::path(post, path = "/posts", params(IdempotencyKey), request_body = PostView,
    responses((status = 201, body = PostView), Errors))]
#[expect(dead_code, reason = "only its description is used")]
fn publish() {}

#[utoipa::path(get, path = "/posts", responses((status = 200, body = PostView), Errors))]
#[expect(dead_code, reason = "only its description is used")]
fn read() {}

#[utoipa::path(delete, path = "/posts", responses((status = 200, body = Message), Errors))]
#[expect(dead_code, reason = "only its description is used")]
fn remove() {}

#[utoipa::path(get, path = "/search", responses((status = 200, body = PostView)))]
#[expect(dead_code, reason = "only its description is used")]
fn find() {}

#[utoipa::path(get, path = "/search", responses((status = 200, body = elsewhere::PostView)))]
#[expect(dead_code, reason = "only its description is used")]
fn find_otherwise() {}

#[utoipa::path(get, path = "/media", operation_id = "read")]
#[expect(dead_code, reason = "only its description is used")]
fn read_a_file() {}

#[derive(OpenApi)]
#[openapi(paths(publish, read, remove))]
struct Content;

/// It knows what content knows.
#[derive(OpenApi)]
#[openapi(paths(find))]
struct Search;

/// It means something else by the same name.
#[derive(OpenApi)]
#[openapi(paths(find_otherwise))]
struct OtherSearch;

#[derive(OpenApi)]
#[openapi(paths(read_a_file))]
struct Media;

fn refusal(services: [utoipa::openapi::OpenApi; 2]) -> Option<String> {
    let secrets = Secrets::random();
    let config = Config::new(
        url("https://joint.example"),
        Seal::new(rand::random()),
        SessionKey::new(&secrets),
    );
    let upstreams = services.into_iter().fold(Upstreams::new(), Upstreams::described);
    edge::router(config, upstreams)
        .err()
        .map(|error| error.to_string())
}

#[test]
fn one_name_means_one_thing_or_there_is_no_edge() {
    assert_eq!(refusal([Content::openapi(), Search::openapi()]), None);
    for (other, words) in [
        (OtherSearch::openapi(), "different things as PostView"),
        (Media::openapi(), "an operation read"),
        (Content::openapi(), "describe /posts"),
    ] {
        let refusal = refusal([Content::openapi(), other]).unwrap_or_default();
        assert!(refusal.contains(words), "{words}: {refusal}");
    }
}

#[tokio::test]
async fn every_body_has_an_example_and_no_status_is_named_that_cannot_be() {
    let world = World::build(|_| (), |_| Upstreams::new().described(Content::openapi()));
    let document = world.get("/openapi.json").await.told();
    let operations = &document["paths"]["/api/posts"];
    let body = &operations["post"]["requestBody"]["content"]["application/json"];
    assert_eq!(body["example"]["content"], "It will rain");
    let name = operations["get"]["responses"]["429"]["$ref"].as_str().unwrap();
    let shared = document.pointer(name.trim_start_matches('#')).unwrap();
    let refused = &shared["content"]["application/json"]["example"];
    assert_eq!(
        (&refused["code"], &refused["error"]),
        (&"RATE_LIMITED".into(), &"Too Many Requests".into())
    );
    let names = |method: &str, status: &str| !operations[method]["responses"][status].is_null();
    assert!(names("post", "422") && names("post", "415") && names("delete", "415"));
    assert!(!names("get", "422") && !names("delete", "422") && !names("get", "415"));
}
