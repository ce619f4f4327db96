//! Whatever moderators and admins do, in whichever service, stands in one audit: who did what, when.

use crate::leaving::{anew, leave, published, replay};
use chassis::Role;
use end_to_end::{TestNetwork, text};
use serde_json::{Value, json};
use testkit::Client;

/// Every entry, page by page, the latest first.
async fn entries(admin: &Client) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = admin
            .get(&format!("/api/admin/audit?limit=2{cursor}"))
            .await
            .expect(200);
        all.extend(page["entries"].as_array().expect("entries").clone());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

fn told<'a>(entry: &'a Value, pointer: &str) -> &'a str {
    entry.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_tells_who_did_what_in_every_service() {
    let network = TestNetwork::start().await;
    let (ada, bob) = (network.sign_up("ada").await, network.sign_up("bob").await);
    let (mo, chief) = (network.sign_up("mona").await, network.sign_up("chief").await);
    network.give_role(&mo, Role::Moderator).await;
    network.give_role(&chief, Role::Admin).await;
    network.settle().await;
    let ask = json!({ "content": "walrus", "visibility": "public" });
    let post = text(&ada.client.post("/api/posts", ask).await.expect(201), "/post/id");
    let reported = bob
        .client
        .post(&format!("/api/posts/{post}/report"), json!({ "reason": "zebra" }))
        .await;
    let report = text(&reported.expect(201), "/report/id");
    let mut requests = Vec::new();
    for (path, ask) in [
        (format!("/api/moderation/reports/{report}/take"), json!({})),
        (
            format!("/api/moderation/posts/{post}/hide"),
            json!({ "reason": "zebra" }),
        ),
        (
            format!("/api/moderation/reports/{report}/resolve"),
            json!({ "note": "zebra" }),
        ),
        (format!("/api/moderation/posts/{post}/restore"), json!({})),
        // It is so already: nothing was done.
        (format!("/api/moderation/posts/{post}/restore"), json!({})),
    ] {
        let answer = mo.client.post(&path, ask).await;
        requests.push(answer.headers["x-request-id"].to_str().expect("ASCII").to_owned());
        answer.expect(200);
    }
    let suspend = format!("/api/admin/accounts/{}/suspend", bob.id);
    chief
        .client
        .post(&suspend, json!({ "reason": "spam" }))
        .await
        .expect(200);
    network.settle().await;

    let audit = entries(&chief.client).await;
    // What the operator's key and the command line did at the beginning comes last.
    let done: Vec<_> = audit
        .iter()
        .take(5)
        .map(|entry| {
            (
                told(entry, "/type"),
                told(entry, "/actor/username"),
                told(entry, "/account/username"),
                told(entry, "/detail/subjectId"),
            )
        })
        .collect();
    assert_eq!(
        done,
        [
            ("account-suspended", "chief", "bob", ""),
            ("post-restored", "mona", "ada", &*post),
            ("report-resolved", "mona", "ada", &*report),
            ("post-hidden", "mona", "ada", &*post),
            ("report-taken", "mona", "ada", &*report),
        ]
    );
    let asked: Vec<_> = audit[1..5]
        .iter()
        .map(|entry| told(entry, "/detail/requestId"))
        .collect();
    requests.pop();
    requests.reverse();
    assert_eq!(asked, requests);
    let words = json!(audit).to_string();
    assert!(
        !words.contains("zebra") && !words.contains("walrus"),
        "ids alone: {words}"
    );
    assert!(
        audit[5..]
            .iter()
            .all(|entry| told(entry, "/type") != "post-restored")
    );

    // Who is gone has done it all the same; and what comes again is nothing new.
    let before = published(&network).await;
    leave(&mo).await;
    network.settle().await;
    let again: Vec<_> = before
        .iter()
        .filter(|body| body.contains("staff-acted"))
        .map(|body| anew(body))
        .collect();
    assert_eq!(again.len(), 4);
    replay(&network, &again).await;
    let after = entries(&chief.client).await;
    assert_eq!(after.len(), audit.len());
    assert_eq!(after[1]["actor"], json!({ "id": mo.id, "username": null }));
    assert_eq!(after[1]["type"], "post-restored");
    network.at_rest().await;
}
