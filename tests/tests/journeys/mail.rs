//! Mail that is sent for real: by SES, as LocalStack has it.

use crate::by_aws::{needed, variable};
use aws_sdk_ses::Client;
use chassis::config::Environment;
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use end_to_end::{Person, TestNetwork};
use events::SessionId;
use serde_json::{Value, json};
use std::io::Write;
use store::statement;

/// What LocalStack was given in the name of this sender.
async fn sent_by(sender: &str) -> Vec<Value> {
    let address = format!("{}/_aws/ses", needed("AWS_ENDPOINT_URL"));
    let answer = reqwest::get(address).await.unwrap().text().await.unwrap();
    let told: Value = serde_json::from_str(&answer).unwrap();
    let mut messages = told["messages"].as_array().unwrap().clone();
    messages.retain(|mail| mail["Source"].as_str().unwrap().contains(sender));
    messages
}

#[derive(QueryableByName)]
struct Why {
    #[diesel(sql_type = Text)]
    causes: String,
}

/// How many mails are in the development mailbox, and why some could not be sent.
async fn left(network: &TestNetwork) -> (usize, Vec<String>) {
    let mut conn = network.database.session_of("identity").await;
    let kept = identity::mailbox::list(&conn, None).await.unwrap();
    let failed: Vec<Why> = statement("SELECT causes::text AS causes FROM failure")
        .load(&mut conn)
        .await
        .unwrap();
    (kept.len(), failed.into_iter().map(|why| why.causes).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_mailed_by_ses_once_and_kept_nowhere() {
    if variable("SKIP_LOCALSTACK").is_some() {
        writeln!(
            std::io::stderr(),
            "\nskipped: the journey of mail by SES, because SKIP_LOCALSTACK is set"
        )
        .unwrap();
        return;
    }
    // LocalStack may have mails of an earlier run.
    let sender = format!("hello-{}@joint.example", SessionId::new());
    let means = chassis::aws::means().await;
    let ses = Client::new(&means);
    ses.verify_email_identity()
        .email_address(&sender)
        .send()
        .await
        .unwrap();
    let environment = Environment::default().with("MAIL_FROM", format!("Joint <{sender}>"));
    let network = TestNetwork::start_with(environment).await;
    let ada = network.sign_up("ada").await;
    network.settle().await;
    let sent = sent_by(&sender).await;
    let [mail] = sent.as_slice() else {
        panic!("{} mails were sent", sent.len());
    };
    assert_eq!(mail["Destination"]["ToAddresses"], json!([ada.email]));
    assert_eq!(mail["Subject"], "Confirm your e-mail address");
    let text = mail["Body"]["text_part"].as_str().unwrap();
    let (_, token) = text.split_once("token=").expect("a link");
    let token = token.split_whitespace().next().unwrap();
    verify(&network, &ada, token).await;
    assert_eq!(left(&network).await, (0, Vec::new()));
    network.at_rest().await;
}

/// Follows the link of a mail.
async fn verify(network: &TestNetwork, person: &Person, token: &str) {
    let ask = json!({ "token": token });
    network
        .nobody()
        .post("/api/auth/verify-email", ask)
        .await
        .expect(200);
    let me = person.client.get("/api/auth/me").await.expect(200);
    assert_eq!(me["user"]["emailVerified"], true, "{me}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ses_refuses_comes_again_and_its_failure_names_nobody() {
    if variable("SKIP_LOCALSTACK").is_some() {
        return;
    }
    let sender = "stranger@elsewhere.example";
    let environment = Environment::default().with("MAIL_FROM", sender);
    let network = TestNetwork::start_with(environment).await;
    let ada = network.sign_up("ada").await;
    network.settle().await;
    assert_eq!(sent_by(sender).await, Vec::<Value>::new());
    let (kept, why) = left(&network).await;
    let [why] = why.as_slice() else {
        panic!("one mail failed: {why:?}");
    };
    assert!(
        kept == 0 && why.contains("SES refused it: MessageRejected"),
        "{why}"
    );
    assert!(!why.contains(&ada.email) && !why.contains(sender), "{why}");
}
