//! What staff wrote about somebody, and mails to addresses that somebody had long ago: it goes with them, and is not handed
//! out with what is theirs.

use super::erasure::{assert_no_trace, leave};
use super::export;
use super::life::{Life, live, sign_up};
use super::traces::in_rows;
use chassis::Role;
use chrono::{TimeDelta, Utc};
use end_to_end::{Person, TestNetwork, cookie, text};
use identity::mailbox;
use serde_json::json;
use testkit::Client;

/// Somebody who looks after others, by a browser of their own.
async fn warden(network: &TestNetwork) -> Client {
    let warden = network.sign_up("warden").await;
    let mut conn = network.database.session_of("identity").await;
    identity::operators::set_role(&mut conn, &warden.email, Role::Admin)
        .await
        .unwrap();
    warden.client.with("user-agent", "browser of zqwarden")
}

/// Has staff suspend and restore somebody, hide and restore a post of theirs, and deal with what was reported of it: with
/// these words each time. The person logs in again afterwards.
async fn judge(network: &TestNetwork, life: &mut Life, words: &str) {
    let warden = warden(network).await;
    let account = format!("/api/admin/accounts/{}", life.person.id);
    let post = format!("/api/moderation/posts/{}", life.post);
    let why = json!({ "reason": words });
    for (path, ask) in [
        (format!("{account}/suspend"), &why),
        (format!("{account}/restore"), &json!({})),
        (format!("{post}/hide"), &why),
        (format!("{post}/restore"), &json!({})),
    ] {
        warden.post(&path, ask.clone()).await.expect(200);
    }
    let reports = warden.get("/api/moderation/reports").await.expect(200);
    let mut reports = reports["reports"].as_array().unwrap().iter();
    let report = reports
        .find(|report| report["postId"] == life.post.as_str() || report["post"]["id"] == life.post.as_str());
    let resolve = format!("/api/moderation/reports/{}/resolve", text(report.unwrap(), "/id"));
    warden.post(&resolve, json!({ "note": words })).await.expect(200);
    network.settle().await;
    log_in(network, &mut life.person).await;
}

async fn log_in(network: &TestNetwork, person: &mut Person) {
    let key = network.settings.operator_key.clone().unwrap_or_default();
    let ask = json!({ "email": person.email, "password": person.password });
    let operator = network.nobody().with("x-valine-operator", &key);
    let answer = operator.post("/api/auth/login", ask).await;
    person.client = network.nobody().with("cookie", &cookie(&answer));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_wrote_about_somebody_goes_with_them() {
    let network = TestNetwork::start().await;
    let bob = network.sign_up("bob").await;
    network.settle().await;
    let mut life = live(&network, "zqada", &bob).await;
    judge(&network, &mut life, "zqjudged by staff").await;
    let before = in_rows(&network, "zqjudged").await;
    for table in [
        "identity.security_event",
        "content.post_history",
        "content.report",
        "content.outbox",
    ] {
        assert!(
            before.iter().any(|row| row.starts_with(table)),
            "{table} has no word of staff"
        );
    }
    leave(&life.person).await;
    network.settle().await;
    assert_eq!(in_rows(&network, "zqjudged").await, [""; 0]);
    assert_no_trace(&network, &bob, &life.word).await;
    network.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_wrote_about_somebody_and_from_where_is_not_handed_out() {
    let network = TestNetwork::start().await;
    let bob = network.sign_up("bob").await;
    network.settle().await;
    let mut life = live(&network, "zqada", &bob).await;
    judge(&network, &mut life, "zqjudged by staff").await;
    assert!(!in_rows(&network, "zqwarden").await.is_empty());
    let ask = life
        .person
        .client
        .post("/api/auth/account/export", json!({}))
        .await;
    let id = text(&ask.expect(202), "/id");
    network.settle().await;
    let archive = export::fetch(&life.person, &id).await;
    let events = String::from_utf8_lossy(&archive["identity/securityEvents.json"]).into_owned();
    assert!(events.contains("account-suspended"), "{events}");
    for (name, bytes) in &archive {
        let text = String::from_utf8_lossy(bytes);
        for word in ["zqjudged", "zqwarden"] {
            assert!(!text.contains(word), "{name} has {word} of staff: {text}");
        }
    }
}

/// The link in the newest mail to an address.
async fn follow_link(network: &TestNetwork, to: &str) {
    network.settle().await;
    let conn = network.database.session_of("identity").await;
    let mails = mailbox::list(&conn, Some(to)).await.unwrap();
    let (_, token) = mails[0].links[0].split_once("token=").unwrap();
    let ask = json!({ "token": token });
    network
        .nobody()
        .post("/api/auth/verify-email", ask)
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_to_addresses_that_somebody_had_long_ago_go_with_them() {
    let network = TestNetwork::start().await;
    let bob = network.sign_up("bob").await;
    let mut ada = sign_up(&network, "zqada").await;
    network.settle().await;
    for place in ["second", "third"] {
        let address = format!("zqada.{place}@mail.example");
        let ask = json!({ "newEmail": address, "password": ada.password });
        ada.client.post("/api/auth/change-email", ask).await.expect(200);
        follow_link(&network, &address).await;
        ada.email = address;
    }
    // Nobody knows any more which addresses she had, but the mailbox.
    let services = network.network.services();
    let identity = services
        .iter()
        .find(|service| service.name == "identity")
        .unwrap();
    chassis::housekeep(identity, Utc::now() + TimeDelta::days(60))
        .await
        .unwrap();
    log_in(&network, &mut ada).await;
    network.settle().await;
    let rows = in_rows(&network, "zqada@mail.example").await;
    assert!(
        rows.iter().any(|row| row.starts_with("identity.mail ")),
        "{rows:#?}"
    );
    assert!(
        !rows.iter().any(|row| row.starts_with("identity.verification ")),
        "{rows:#?}"
    );
    // They are handed out as hers, and go with her.
    let asked = ada.client.post("/api/auth/account/export", json!({})).await;
    let id = text(&asked.expect(202), "/id");
    network.settle().await;
    let archive = export::fetch(&ada, &id).await;
    let mails = String::from_utf8_lossy(&archive["identity/mails.json"]).into_owned();
    for address in ["zqada@", "zqada.second@", "zqada.third@"] {
        assert!(mails.contains(address), "{mails}");
    }
    leave(&ada).await;
    network.settle().await;
    assert_no_trace(&network, &bob, "zqada").await;
    network.at_rest().await;
}
