//! Everything that somebody does who has secrets. That none is told is seen by testkit's witness, here as in every other test:
//! it looks at every answer and every line of log. Here it is seen that it knows what it looks for.

use chrono::Utc;
use end_to_end::{Person, TestNetwork, cookie, text};
use http::Method;
use identity::mailbox;
use serde_json::{Value, json};
use testkit::witness;
use totp_rs::{Builder, Secret};

/// The token in the newest mail to somebody.
async fn mailed_token(network: &TestNetwork, to: &str) -> String {
    network.settle().await;
    let conn = network.database.session_of("identity").await;
    let mails = mailbox::list(&conn, Some(to)).await.unwrap();
    let (_, token) = mails[0].links[0].split_once("token=").unwrap();
    token.to_owned()
}

/// What an authenticator app shows now, or so many steps later.
fn code(secret: &str, steps: u64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    let now = u64::try_from(Utc::now().timestamp()).unwrap();
    totp.generate(now + steps * 30).to_string()
}

/// Switches a second factor on, and has its recovery codes renewed; answers everything that was told once.
pub(crate) async fn two_factor(person: &Person) -> Vec<String> {
    let (client, password) = (&person.client, &person.password);
    let ask = json!({ "password": password });
    let secret = text(
        &client.post("/api/auth/2fa/setup", ask).await.expect(200),
        "/secret",
    );
    let mut told = vec![secret.clone()];
    for (path, steps) in [("enable", 0), ("recovery-codes", 1)] {
        let ask = json!({ "password": password, "code": code(&secret, steps) });
        let ask = match path {
            "enable" => json!({ "code": ask["code"] }),
            _ => ask,
        };
        let answer = client
            .post(&format!("/api/auth/2fa/{path}"), ask)
            .await
            .expect(200);
        let codes = answer["recoveryCodes"].as_array().unwrap().iter();
        told.extend(codes.map(|code| code.as_str().unwrap().to_owned()));
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_secrets_keeps_them_and_the_witness_knows_each() {
    let network = TestNetwork::start().await;
    let mut ada = network.sign_up("ada").await;
    let confirming = mailed_token(&network, &ada.email).await;
    let nobody = network.nobody();
    let ask = json!({ "token": confirming });
    nobody.post("/api/auth/verify-email", ask).await.expect(200);
    let ask = json!({ "email": ada.email });
    nobody.post("/api/auth/forgot-password", ask).await.expect(200);
    let resetting = mailed_token(&network, &ada.email).await;
    ada.password = "another walk in the rain".to_owned();
    let ask = json!({ "token": resetting, "newPassword": ada.password });
    nobody.post("/api/auth/reset-password", ask).await.expect(200);
    let log_in = async |code: Option<&str>| {
        let ask = json!({ "email": ada.email, "password": ada.password, "twoFactorCode": code });
        nobody.post("/api/auth/login", ask).await
    };
    let session = cookie(&log_in(None).await);
    ada.client = nobody.with("cookie", &session);
    let mut told = two_factor(&ada).await;
    let entered = cookie(&log_in(told.last().map(String::as_str)).await);
    let ask = json!({ "currentPassword": ada.password, "newPassword": "a third walk in the rain" });
    ada.client
        .post("/api/auth/change-password", ask)
        .await
        .expect(200);
    network.database.tell_witness().await;
    let leave = Some(json!({ "password": "a third walk in the rain" }));
    let left = ada.client.send(Method::DELETE, "/api/auth/account", leave).await;
    let receipt = text(&left.expect(202), "/receiptUrl");
    let (_, receipt) = receipt.rsplit_once('/').unwrap();
    network.at_rest().await;

    told.extend([confirming, resetting, receipt.to_owned()]);
    told.extend([session, entered].map(|cookie| cookie.rsplit('.').next().unwrap().to_owned()));
    told.push(network.settings.secrets.to_hex());
    for secret in &told {
        assert!(witness().knows(secret), "the witness does not know {secret}");
    }
    assert!(told.len() > 25, "{told:?}");
    assert!(!witness().knows("something-that-is-no-secret-at-all"));
    let (answers, lines) = witness().has_seen();
    assert!(
        answers > 12 && lines > 5,
        "{answers} answers and {lines} lines were seen"
    );
    assert!(!witness().logged("answered").is_empty());
    assert_eq!(witness().logged("walk in the rain"), [""; 0]);
}

/// What the witness is there for, seen where it stands: an answer of a router of ours that tells an address fails the test
/// which was given it.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_tells_somebody_elses_address_fails_its_test() {
    let leaking = axum::Router::new().route(
        "/api/users/eve",
        axum::routing::get(async || axum::Json(json!({ "username": "eve", "email": "eve@mail.example" }))),
    );
    let asked = tokio::spawn(async move { testkit::Client::new(leaking).get("/api/users/eve").await.json });
    let failed: Result<Value, _> = asked.await;
    let said = failed.unwrap_err().into_panic();
    let said = said.downcast_ref::<String>().unwrap();
    assert!(said.contains("the address eve@mail.example"), "{said}");
}
