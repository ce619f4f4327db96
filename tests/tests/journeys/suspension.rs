//! A member who is suspended disappears from everywhere at once, and comes back as they were.

use crate::leaving::export::unpack;
use crate::secrets::two_factor;
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

const EXPORT: &str = "/api/auth/suspended/export";
const DELETE: &str = "/api/auth/suspended/delete";

/// Has somebody suspended.
async fn suspend(network: &TestNetwork, who: &Person) {
    let chief = network.sign_up("chief").await;
    network.give_role(&chief, Role::Admin).await;
    let path = format!("/api/admin/accounts/{}/suspend", who.id);
    let ask = json!({ "reason": "spam" });
    chief.client.post(&path, ask).await.expect(200);
    network.settle().await;
}

/// What is held about somebody is theirs, also while they are suspended; and so is leaving. Both take what a log-in takes, and
/// neither opens a session.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_suspended_takes_their_data_along_and_leaves_without_a_session() {
    let network = TestNetwork::start().await;
    let (ada, bob) = (network.sign_up("ada").await, network.sign_up("bob").await);
    let mut codes = two_factor(&ada).await;
    let post = json!({ "content": "A walk in the rain, narrated", "visibility": "public" });
    ada.client.post("/api/posts", post).await.expect(201);
    suspend(&network, &ada).await;
    let nobody = network.nobody();
    let ask = async |path: &str, email: &str, password: &str, code: Option<&str>| {
        let ask = json!({ "email": email, "password": password, "twoFactorCode": code });
        let answer = nobody.post(path, ask).await;
        assert!(!answer.headers.contains_key("set-cookie"), "{:?}", answer.headers);
        answer
    };
    for path in [EXPORT, DELETE] {
        let wrong = ask(path, &ada.email, "a walk in the sun", None).await;
        assert_eq!(wrong.refused(401), "INVALID_CREDENTIALS", "{path}");
        let unknown = ask(path, "nobody@mail.example", "a walk in the sun", None).await;
        assert_eq!(unknown.refused(401), "INVALID_CREDENTIALS", "{path}");
        let half = ask(path, &ada.email, &ada.password, None).await;
        assert_eq!(half.refused(401), "TWO_FACTOR_REQUIRED", "{path}");
        let other = ask(path, &bob.email, &bob.password, None).await;
        assert_eq!(other.refused(409), "ACCOUNT_NOT_SUSPENDED", "{path}");
    }
    let used = codes.pop().unwrap();
    let asked = ask(EXPORT, &ada.email, &ada.password, Some(&used))
        .await
        .expect(202);
    assert_eq!(asked["status"], "preparing");
    let again = ask(DELETE, &ada.email, &ada.password, Some(&used)).await;
    assert_eq!(again.refused(401), "TWO_FACTOR_REQUIRED", "a code counts once");
    network.settle().await;
    let code = codes.pop();
    let ready = ask(EXPORT, &ada.email, &ada.password, code.as_deref()).await;
    let ready = ready.expect(202);
    assert_eq!(ready["id"], asked["id"], "the same one");
    let archive = unpack(&ready).await;
    let said = String::from_utf8_lossy(&archive["content/posts.json"]).into_owned();
    assert!(said.contains("A walk in the rain, narrated"), "{said}");
    let code = codes.pop();
    let log_in = ask("/api/auth/login", &ada.email, &ada.password, code.as_deref()).await;
    assert_eq!(log_in.refused(403), "ACCOUNT_SUSPENDED");

    let left = ask(DELETE, &ada.email, &ada.password, code.as_deref())
        .await
        .expect(202);
    network.settle().await;
    let receipt = nobody.get(&text(&left, "/receiptUrl")).await.expect(200);
    assert_eq!(receipt["status"], "erased");
    let gone = ask(DELETE, &ada.email, &ada.password, codes.pop().as_deref()).await;
    assert_eq!(gone.refused(401), "INVALID_CREDENTIALS");
    network.at_rest().await;
}

/// Whoever guesses passwords has no second door to try them at.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_tried_at_the_door_of_the_suspended_counts_at_the_other() {
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await;
    suspend(&network, &ada).await;
    let nobody = network.nobody();
    let guess = json!({ "email": ada.email, "password": "a walk in the sun" });
    let mut tried = 0;
    for path in [EXPORT, DELETE].into_iter().cycle().take(12) {
        tried += usize::from(nobody.post(path, guess.clone()).await.status == 401);
    }
    assert!(tried <= 6, "{tried} of 12 guesses were answered");
    let log_in = nobody.post("/api/auth/login", guess).await;
    assert_eq!(log_in.refused(429), "RATE_LIMITED");
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
