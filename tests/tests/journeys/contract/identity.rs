//! The table "Identity".

use super::{Rows, has};
use chassis::config::Environment;
use chrono::Utc;
use diesel_async::SimpleAsyncConnection;
use end_to_end::{TestNetwork, cookie, text};
use http::header;
use serde_json::{Value, json};
use testkit::Client;
use totp_rs::{Builder, Secret};

const PASSWORD: &str = "a walk in the rain";
const USER: &str = "id email username displayName avatarUrl theme";

fn application(name: &str) -> Value {
    json!({ "email": format!("{name}@Mail.example"), "password": PASSWORD, "username": name, "displayName": "Ada" })
}

async fn sql(network: &TestNetwork, sql: &str) {
    let mut conn = network.database.session_of("identity").await;
    conn.batch_execute(sql).await.expect(sql);
}

/// What the app on somebody's phone shows; what was shown before counts again.
async fn code(network: &TestNetwork, secret: &str) -> String {
    sql(network, "UPDATE two_factor SET last_step = 0").await;
    let secret = Secret::try_from_base32(secret).expect("base32");
    let totp = Builder::new().with_secret(secret).build().expect("a secret");
    let now = u64::try_from(Utc::now().timestamp()).expect("after 1970");
    totp.generate(now).to_string()
}

/// Signs up and logs in; answers a client of the second session.
async fn come_in(network: &TestNetwork, rows: &mut Rows) -> Client {
    let nobody = network.nobody();
    let answer = rows
        .answer(&nobody, "POST /auth/signup", &[], application("ada"))
        .await;
    let set = answer.headers[header::SET_COOKIE]
        .to_str()
        .expect("ASCII")
        .to_owned();
    for part in [
        "jwt_token=",
        "HttpOnly",
        "SameSite=Strict",
        "Path=/",
        "Max-Age=604800",
    ] {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.contains("Secure"), "plain loopback: {set}");
    let made = answer.expect(201);
    has(&made, "", "message user");
    has(
        &made,
        "/user",
        "id email normalizedEmail username displayName emailVerified createdAt",
    );
    assert_eq!(
        (&made["user"]["email"], &made["user"]["normalizedEmail"]),
        (&json!("ada@Mail.example"), &json!("ada@mail.example"))
    );
    let again = rows
        .answer(&nobody, "POST /auth/signup", &[], application("ADA"))
        .await;
    assert_eq!(again.refused(409), "EMAIL_TAKEN");
    let mut other = application("ADA");
    other["email"] = json!("other@mail.example");
    let again = rows.answer(&nobody, "POST /auth/signup", &[], other).await;
    assert_eq!(again.refused(409), "USERNAME_TAKEN");

    let ask = json!({ "email": "ADA@mail.example", "password": PASSWORD });
    let answer = rows.answer(&nobody, "POST /auth/login", &[], ask).await;
    let ada = nobody.with("cookie", &cookie(&answer));
    let entered = answer.expect(200);
    has(&entered, "", "message user");
    has(&entered, "/user", USER);
    for (email, password) in [
        ("ada@mail.example", "a walk in the sun"),
        ("nobody@mail.example", PASSWORD),
    ] {
        let ask = json!({ "email": email, "password": password });
        let wrong = rows.answer(&nobody, "POST /auth/login", &[], ask).await;
        assert_eq!(wrong.refused(401), "INVALID_CREDENTIALS");
    }
    let me = rows.ask(&ada, "GET /auth/me", &[], Value::Null, 200).await;
    has(&me, "/user", USER);
    let me = rows.answer(&nobody, "GET /auth/me", &[], Value::Null).await;
    assert_eq!(me.refused(401), "UNAUTHENTICATED");
    ada
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_answer_as_their_table_says() {
    let network = TestNetwork::start().await;
    let mut rows = Rows::default();
    let ada = come_in(&network, &mut rows).await;
    confirm_and_change(&network, &mut rows, &ada).await;
    let ada = use_links(&network, &mut rows).await;
    use_two_factors(&network, &mut rows, &ada).await;
    look_and_leave(&network, &mut rows, &ada).await;
    rows.end(&network, &["/auth/"]).await;
}

async fn confirm_and_change(network: &TestNetwork, rows: &mut Rows, ada: &Client) {
    let nobody = network.nobody();
    let token = network.mailed_token("ada@mail.example", "Confirm").await;
    let said = rows
        .ask(
            &nobody,
            "POST /auth/verify-email",
            &[],
            json!({ "token": token }),
            200,
        )
        .await;
    has(&said, "", "message");
    let unknown = json!({ "token": "nobody's" });
    rows.ask(&nobody, "POST /auth/verify-email", &[], unknown, 404)
        .await;
    let asked = rows
        .ask(ada, "POST /auth/resend-verification", &[], json!({}), 200)
        .await;
    has(&asked, "", "message");
    sql(
        network,
        "UPDATE account SET email_verified_at = NULL; UPDATE verification SET expires_at = now()",
    )
    .await;
    let old = json!({ "token": token });
    let old = rows.answer(&nobody, "POST /auth/verify-email", &[], old).await;
    assert_eq!(old.refused(400), "TOKEN_EXPIRED");

    let ask = json!({ "currentPassword": PASSWORD, "newPassword": PASSWORD });
    rows.ask(ada, "POST /auth/change-password", &[], ask, 200).await;
    let ask = json!({ "newUsername": "countess", "password": PASSWORD });
    rows.ask(ada, "POST /auth/change-username", &[], ask, 200).await;
    let ask = json!({ "newEmail": "countess@mail.example", "password": PASSWORD });
    rows.ask(ada, "POST /auth/change-email", &[], ask, 200).await;
    let me = ada.get("/api/auth/me").await.expect(200);
    assert_eq!(
        (&me["user"]["username"], &me["user"]["email"]),
        (&json!("countess"), &json!("ada@Mail.example")),
        "an address counts once it is confirmed"
    );
    let token = network.mailed_token("countess@mail.example", "").await;
    nobody
        .post("/api/auth/verify-email", json!({ "token": token }))
        .await
        .expect(200);
    let me = ada.get("/api/auth/me").await.expect(200);
    assert_eq!(me["user"]["email"], "countess@mail.example");
}

/// Forgets the password, and sets it anew; answers a client of a new session.
async fn use_links(network: &TestNetwork, rows: &mut Rows) -> Client {
    let nobody = network.nobody();
    let mut said = Vec::new();
    for email in ["countess@mail.example", "nobody@mail.example"] {
        let ask = json!({ "email": email });
        said.push(
            rows.ask(&nobody, "POST /auth/forgot-password", &[], ask, 200)
                .await,
        );
    }
    assert_eq!(said[0], said[1], "the same words");
    let token = network.mailed_token("countess@mail.example", "Choose").await;
    let ask = json!({ "email": "countess@mail.example", "password": PASSWORD });
    let before = nobody.post("/api/auth/login", ask.clone()).await;
    let before = nobody.with("cookie", &cookie(&before));
    let weak = json!({ "token": token, "newPassword": "password" });
    rows.ask(&nobody, "POST /auth/reset-password", &[], weak, 400)
        .await;
    let unknown = json!({ "token": "nobody's", "newPassword": PASSWORD });
    rows.ask(&nobody, "POST /auth/reset-password", &[], unknown, 404)
        .await;
    let ask_anew = json!({ "token": token, "newPassword": PASSWORD });
    sql(
        network,
        "UPDATE password_reset SET expires_at = expires_at - interval '1 hour'",
    )
    .await;
    let old = rows
        .answer(&nobody, "POST /auth/reset-password", &[], ask_anew.clone())
        .await;
    assert_eq!(old.refused(404), "TOKEN_NOT_FOUND", "older than an hour");
    sql(
        network,
        "UPDATE password_reset SET expires_at = expires_at + interval '1 hour'",
    )
    .await;
    let set = rows
        .answer(&nobody, "POST /auth/reset-password", &[], ask_anew.clone())
        .await;
    let cookies = set.headers.get_all(header::SET_COOKIE).iter();
    let is_session = |cookie: &http::HeaderValue| cookie.as_bytes().starts_with(b"jwt_token=");
    assert!(!cookies.into_iter().any(is_session), "nobody is logged in by it");
    has(&set.expect(200), "", "message");
    let again = rows
        .answer(&nobody, "POST /auth/reset-password", &[], ask_anew)
        .await;
    assert_eq!(again.refused(404), "TOKEN_NOT_FOUND");
    assert_eq!(before.get("/api/auth/me").await.refused(401), "UNAUTHENTICATED");
    let entered = nobody.post("/api/auth/login", ask).await;
    nobody.with("cookie", &cookie(&entered))
}

async fn use_two_factors(network: &TestNetwork, rows: &mut Rows, ada: &Client) {
    let ask = json!({ "password": PASSWORD });
    let set_up = rows.ask(ada, "POST /auth/2fa/setup", &[], ask, 200).await;
    has(&set_up, "", "secret otpauthUrl qrCode");
    assert!(text(&set_up, "/otpauthUrl").starts_with("otpauth://totp/"));
    assert!(text(&set_up, "/qrCode").starts_with("data:image/"));
    let secret = text(&set_up, "/secret");
    let ask = json!({ "code": code(network, &secret).await });
    let enabled = rows.ask(ada, "POST /auth/2fa/enable", &[], ask, 200).await;
    assert_eq!(enabled["recoveryCodes"].as_array().map(Vec::len), Some(10));

    let nobody = network.nobody();
    let log_in = async |code: Option<&str>| {
        let ask = json!({ "email": "countess@mail.example", "password": PASSWORD, "twoFactorCode": code });
        nobody.post("/api/auth/login", ask).await
    };
    assert_eq!(log_in(None).await.refused(401), "TWO_FACTOR_REQUIRED");
    let shown = code(network, &secret).await;
    log_in(Some(&shown)).await.expect(200);
    assert_eq!(
        log_in(Some(&shown)).await.refused(401),
        "TWO_FACTOR_REQUIRED",
        "once"
    );
    let spare = text(&enabled, "/recoveryCodes/0");
    log_in(Some(&spare)).await.expect(200);
    assert_eq!(
        log_in(Some(&spare)).await.refused(401),
        "TWO_FACTOR_REQUIRED",
        "once"
    );

    let ask = json!({ "password": PASSWORD, "code": code(network, &secret).await });
    let renewed = rows
        .ask(ada, "POST /auth/2fa/recovery-codes", &[], ask, 200)
        .await;
    assert_eq!(renewed["recoveryCodes"].as_array().map(Vec::len), Some(10));
    let without = json!({ "password": PASSWORD });
    rows.ask(ada, "POST /auth/2fa/disable", &[], without, 400).await;
    let ask = json!({ "password": PASSWORD, "code": code(network, &secret).await });
    rows.ask(ada, "POST /auth/2fa/disable", &[], ask, 200).await;
    log_in(None).await.expect(200);
}

async fn look_and_leave(network: &TestNetwork, rows: &mut Rows, ada: &Client) {
    let listed = rows.ask(ada, "GET /auth/sessions", &[], Value::Null, 200).await;
    has(
        &listed,
        "/sessions/0",
        "id current userAgent ipAddress createdAt lastActiveAt expiresAt",
    );
    let sessions = listed["sessions"].as_array().expect("sessions");
    assert_eq!(sessions.iter().filter(|one| one["current"] == true).count(), 1);
    let other = sessions
        .iter()
        .find(|one| one["current"] == false)
        .expect("another");
    let id = text(other, "/id");
    rows.ask(ada, "DELETE /auth/sessions/{id}", &[&id], Value::Null, 200)
        .await;
    rows.ask(ada, "DELETE /auth/sessions", &[], Value::Null, 200)
        .await;
    let listed = ada.get("/api/auth/sessions").await.expect(200);
    assert_eq!(listed["sessions"].as_array().map(Vec::len), Some(1));

    let log = rows
        .ask(ada, "GET /auth/security-log?limit=1", &[], Value::Null, 200)
        .await;
    has(&log, "", "events nextCursor");
    has(&log, "/events/0", "type at ipAddress userAgent");

    let asked = rows
        .ask(ada, "POST /auth/account/export", &[], json!({}), 202)
        .await;
    has(&asked, "", "id status url");
    network.settle().await;
    let id = text(&asked, "/id");
    let ready = rows
        .ask(ada, "GET /auth/account/export/{id}", &[&id], Value::Null, 200)
        .await;
    assert_eq!(ready["status"], "ready");
    assert!(text(&ready, "/url").starts_with("http"), "{ready}");

    for route in ["POST /auth/suspended/export", "POST /auth/suspended/delete"] {
        let ask = json!({ "email": "countess@mail.example", "password": PASSWORD });
        let refused = rows.answer(&network.nobody(), route, &[], ask).await;
        assert_eq!(refused.refused(409), "ACCOUNT_NOT_SUSPENDED", "{route}");
    }

    rows.ask(ada, "POST /auth/logout", &[], json!({}), 200).await;
    assert_eq!(ada.get("/api/auth/me").await.refused(401), "UNAUTHENTICATED");
    let ask = json!({ "email": "countess@mail.example", "password": PASSWORD });
    let entered = network.nobody().post("/api/auth/login", ask).await;
    let ada = network.nobody().with("cookie", &cookie(&entered));
    let wrong = json!({ "password": "a walk in the sun" });
    rows.ask(&ada, "DELETE /auth/account", &[], wrong, 400).await;
    let left = rows
        .ask(
            &ada,
            "DELETE /auth/account",
            &[],
            json!({ "password": PASSWORD }),
            202,
        )
        .await;
    network.settle().await;
    let url = text(&left, "/receiptUrl");
    let (_, secret) = url.rsplit_once('/').expect("an address");
    let receipt = rows
        .ask(
            &network.nobody(),
            "GET /auth/account/receipts/{token}",
            &[secret],
            Value::Null,
            200,
        )
        .await;
    has(&receipt, "/services/0", "name confirmedAt");
    assert_eq!(receipt["status"], "erased");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_addresses_must_be_confirmed_nobody_is_in_before() {
    let network = TestNetwork::start_with(Environment::default().with("VERIFY_EMAIL", "true")).await;
    let nobody = network.nobody();
    let made = nobody.post("/api/auth/signup", application("ada")).await;
    assert!(
        !made.headers.contains_key(header::SET_COOKIE),
        "{:?}",
        made.headers
    );
    made.expect(201);
    let log_in = async |password: &str| {
        let ask = json!({ "email": "ada@mail.example", "password": password });
        nobody.post("/api/auth/login", ask).await
    };
    assert_eq!(log_in(PASSWORD).await.refused(403), "EMAIL_NOT_VERIFIED");
    assert_eq!(
        log_in("a walk in the sun").await.refused(401),
        "INVALID_CREDENTIALS",
        "only after a correct password"
    );
    let token = network.mailed_token("ada@mail.example", "Confirm").await;
    nobody
        .post("/api/auth/verify-email", json!({ "token": token }))
        .await
        .expect(200);
    log_in(PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_only_owners_may_sign_up_everybody_else_is_told_and_addresses_must_be_confirmed() {
    let owners = Environment::default().with("OWNER_EMAILS", "ada@mail.example");
    let network = TestNetwork::start_with(owners).await;
    let nobody = network.nobody();
    let refused = nobody.post("/api/auth/signup", application("bob")).await;
    assert_eq!(refused.refused(403), "NOT_ON_ALLOWLIST");
    let made = nobody.post("/api/auth/signup", application("ada")).await;
    assert!(
        !made.headers.contains_key(header::SET_COOKIE),
        "{:?}",
        made.headers
    );
    made.expect(201);
    let ask = json!({ "email": "ada@mail.example", "password": PASSWORD });
    let early = nobody.post("/api/auth/login", ask).await;
    assert_eq!(early.refused(403), "EMAIL_NOT_VERIFIED");
}
