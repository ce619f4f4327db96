//! A member who is suspended disappears from everywhere at once, and comes back as they were.

use chassis::Role;
use diesel_async::RunQueryDsl;
use end_to_end::{Person, TestNetwork, text};
use identity::operators;
use serde_json::{Value, json};
use testkit::Client;

/// Where Ada and her post are seen.
async fn seen(asker: &Client, ada: &Person, post: &str) -> Vec<(&'static str, bool)> {
    let has = |list: &Value, id: &str| list.to_string().contains(id);
    let feed = asker.get("/api/posts/feed").await.expect(200);
    let public = asker.get("/api/posts").await.expect(200);
    let found = asker.get("/api/search/posts?q=rain").await.expect(200);
    let people = asker.get("/api/search/users?q=ada").await.expect(200);
    let following = asker.get("/api/social/following").await.expect(200);
    let page = asker.get("/api/users/ada").await;
    let opened = asker.get(&format!("/api/posts/{post}")).await;
    vec![
        ("the home feed", has(&feed, post)),
        ("the public feed", has(&public, post)),
        ("the search for posts", has(&found, post)),
        ("the search for people", has(&people, &ada.id)),
        ("whom one follows", has(&following, &ada.id)),
        ("her own page", page.status == 200),
        ("the post itself", opened.status == 200),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_member_disappears_from_everywhere_and_comes_back_when_restored() {
    let network = TestNetwork::start().await;
    let (ada, bob, chief) = (
        network.sign_up("ada").await,
        network.sign_up("bob").await,
        network.sign_up("chief").await,
    );
    let mut conn = network.database.session_of("identity").await;
    operators::set_role(&mut conn, &chief.email, Role::Admin)
        .await
        .expect("a role");
    network.settle().await;
    bob.client
        .post(&format!("/api/social/follow/{}", ada.id), json!({}))
        .await
        .expect(200);
    let ask = json!({ "content": "A walk in the rain, narrated", "visibility": "public" });
    let post = text(&ada.client.post("/api/posts", ask).await.expect(201), "/post/id");
    network.settle().await;
    for (place, is_seen) in seen(&bob.client, &ada, &post).await {
        assert!(is_seen, "before: {place}");
    }

    let suspend = format!("/api/admin/accounts/{}/suspend", ada.id);
    chief
        .client
        .post(&suspend, json!({ "reason": "spam" }))
        .await
        .expect(200);
    // Her session is over at the very next request, before any event was carried.
    assert_eq!(
        ada.client.get("/api/users/me").await.refused(401),
        "UNAUTHENTICATED"
    );
    network.settle().await;
    for (place, is_seen) in seen(&bob.client, &ada, &post).await {
        assert!(!is_seen, "suspended: {place}");
    }

    chief
        .client
        .post(&format!("/api/admin/accounts/{}/restore", ada.id), json!({}))
        .await
        .expect(200);
    network.settle().await;
    for (place, is_seen) in seen(&bob.client, &ada, &post).await {
        assert!(is_seen, "restored: {place}");
    }
    let ask = json!({ "email": ada.email, "password": ada.password });
    network.nobody().post("/api/auth/login", ask).await.expect(200);
    network.at_rest().await;
}

/// Through the edge, which hands on the cookie of a known device, and of no other kind.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_keeps_nobody_out_who_was_here_before() {
    let network = TestNetwork::start().await;
    let ask = json!({ "email": "ada@mail.example", "password": "a walk in the rain", "username": "ada", "displayName": "Ada" });
    let signed_up = network.nobody().post("/api/auth/signup", ask).await;
    let cookies: Vec<_> = signed_up
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .filter(|cookie| cookie.starts_with("known_device_"))
        .collect();
    let known = network.nobody().with("cookie", &cookies.join("; "));
    let log_in = async |client: &Client, password: &str| {
        let ask = json!({ "email": "ada@mail.example", "password": password });
        client.post("/api/auth/login", ask).await
    };
    let mut refused = 0;
    for _ in 0..30 {
        refused += usize::from(log_in(&network.nobody(), "a guess").await.status == 429);
    }
    assert!(refused > 15, "{refused} of 30 guesses were refused");
    let wait = "UPDATE identity.throttle SET blocked_until = now() + interval '1 hour' WHERE blocked_until > last_at";
    diesel::sql_query(wait)
        .execute(&mut network.database.session().await)
        .await
        .expect("they wait on");
    assert_eq!(
        log_in(&network.nobody(), "a walk in the rain").await.refused(429),
        "RATE_LIMITED"
    );
    log_in(&known, "a walk in the rain").await.expect(200);
}
