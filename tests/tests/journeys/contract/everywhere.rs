//! The table "Everywhere", as far as the walks do not ask it of every operation.

use end_to_end::{TestNetwork, text};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Addresses of lists, of somebody with posts and friends.
const LISTS: [(&str, &str); 15] = [
    ("/api/posts", "posts"),
    ("/api/posts/feed", "posts"),
    ("/api/users/ada/posts", "posts"),
    ("/api/search/posts?q=walk", "posts"),
    ("/api/search/users?q=a", "users"),
    ("/api/search?q=walk&type=posts", "posts"),
    ("/api/search/suggest?q=a", "suggestions"),
    ("/api/media", "media"),
    ("/api/social/followers", "followers"),
    ("/api/social/following", "following"),
    ("/api/social/connections", "connections"),
    ("/api/social/requests", "requests"),
    ("/api/social/blocks", "blocks"),
    ("/api/social/suggestions", "suggestions"),
    ("/api/auth/security-log", "events"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_twenty_of_a_hundred_at_most_and_goes_on_where_it_ended() {
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await.client;
    let mut made = Vec::new();
    for number in 0..45 {
        let ask = json!({ "content": format!("A walk, number {number}"), "visibility": "public" });
        made.push(text(&ada.post("/api/posts", ask).await.expect(201), "/post/id"));
    }
    network.settle().await;
    for (path, noun) in LISTS {
        let mark = if path.contains('?') { '&' } else { '?' };
        let first = ada.get(path).await.expect(200);
        let items = first[noun]
            .as_array()
            .unwrap_or_else(|| panic!("{path} has no {noun}: {first}"));
        assert!(items.len() <= 20, "{path}: {}", items.len());
        let whole = ada.get(&format!("{path}{mark}limit=100")).await.expect(200);
        if noun == "posts" {
            assert_eq!(items.len(), 20, "{path}");
            let whole = whole[noun].as_array().map(Vec::len);
            assert_eq!(whole, Some(45), "{path}");
        }
        for wrong in ["101", "0", "-1", "NaN", "1.5", ""] {
            let answer = ada.get(&format!("{path}{mark}limit={wrong}")).await;
            assert_eq!(
                answer.json["details"][0]["field"], "limit",
                "{path} {wrong}: {}",
                answer.text
            );
            assert_eq!(answer.refused(400), "VALIDATION_ERROR");
        }
    }
    // Page by page, while others write: nothing twice, nothing missed, and no cursor at the end.
    for path in ["/api/posts", "/api/posts/feed", "/api/users/ada/posts"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = ada.get(&format!("{path}?limit=10{cursor}")).await.expect(200);
            seen.extend(
                page["posts"]
                    .as_array()
                    .expect("posts")
                    .iter()
                    .map(|post| text(post, "/id")),
            );
            let ask = json!({ "content": "Another", "visibility": "public" });
            ada.post("/api/posts", ask).await.expect(201);
            match page.get("nextCursor").and_then(Value::as_str) {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let distinct: BTreeSet<_> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len(), "{path}: something twice");
        let missed: Vec<_> = made.iter().filter(|id| !distinct.contains(id)).collect();
        assert!(missed.is_empty(), "{path} misses {missed:?}");
    }
}

/// Also of lists that come later: the document says the same of every `limit`.
#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_the_document_has_the_same_limit() {
    let network = TestNetwork::start().await;
    let document = network.nobody().get("/openapi.json").await.expect(200);
    let (mut lists, mut found) = (0, Vec::new());
    for (path, item) in document["paths"].as_object().expect("paths") {
        for parameter in item["get"]["parameters"].as_array().into_iter().flatten() {
            if parameter["name"] == "limit" {
                lists += 1;
                let schema = &parameter["schema"];
                let says = (&schema["minimum"], &schema["maximum"], &schema["default"]);
                if says != (&json!(1), &json!(100), &json!(20)) {
                    found.push(format!("{path}: {schema}"));
                }
            }
        }
    }
    assert!(lists >= 20, "only {lists} lists");
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_told_to_the_millisecond_and_ids_are_those_of_version_seven() {
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await.client;
    let ask = json!({ "content": "A walk", "visibility": "public" });
    let made = ada.post("/api/posts", ask).await.expect(201);
    let at = text(&made, "/post/createdAt");
    let shape: String = at
        .chars()
        .map(|letter| if letter.is_ascii_digit() { '0' } else { letter })
        .collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000Z", "{at}");
    let id: uuid::Uuid = text(&made, "/post/id").parse().expect("an id");
    assert_eq!(id.get_version_num(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_of_another_sites_page_is_refused_and_one_of_ours_is_not() {
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await.client;
    let public = network.settings.public_url.origin().ascii_serialization();
    let twin = public.replace("127.0.0.1", "localhost");
    assert_ne!(public, twin);
    for (headers, status) in [
        (vec![], 201),
        (vec![("origin", &*public)], 201),
        (vec![("origin", &*twin)], 201),
        (vec![("origin", &*public), ("sec-fetch-site", "same-origin")], 201),
        (vec![("origin", "https://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![("sec-fetch-site", "cross-site")], 403),
        (vec![("sec-fetch-site", "same-site")], 403),
        (
            vec![("origin", "http://127.0.0.1:9"), ("sec-fetch-site", "same-site")],
            403,
        ),
    ] {
        let client = headers
            .iter()
            .fold(ada.clone(), |client, (name, value)| client.with(name, value));
        let ask = json!({ "content": "A walk", "visibility": "public" });
        let answer = client.post("/api/posts", ask).await;
        assert_eq!(answer.status, status, "{headers:?}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_is_kept_is_confirmed_until_something_changes() {
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await.client;
    let ask = json!({ "content": "A walk", "visibility": "public" });
    let path = format!(
        "/api/posts/{}",
        text(&ada.post("/api/posts", ask).await.expect(201), "/post/id")
    );
    let first = ada.get(&path).await;
    let tag = first.headers["etag"].to_str().expect("ASCII").to_owned();
    let kept = ada.with("if-none-match", &tag);
    assert_eq!(kept.get(&path).await.status, 304);
    ada.patch(&path, json!({ "content": "A long walk" }))
        .await
        .expect(200);
    assert_eq!(kept.get(&path).await.expect(200)["content"], "A long walk");
}
