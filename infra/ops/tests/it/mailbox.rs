//! The development mailbox, asked through the door of a network that runs.

use crate::network::RunningNetwork;
use http::header;
use reqwest::Client;
use serde_json::Value;
use std::time::{Duration, Instant};
use url::Url;

/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// However busy the machine is, a mail comes by then.
const LONG: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn mail_is_shown_as_json_and_as_a_page_and_to_nobody_elsewhere() {
    let network = RunningNetwork::start().await;
    network.sign_up("ada").await;
    // Not by way of the network's own `ask`: that lets no link pass, and showing them is what the mailbox is for.
    let client = Client::new();
    let get = |address: &str| client.get(network.url().join(address).unwrap());
    let mails = async |address: &str| -> Vec<Value> {
        let answer = get(address).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{address}");
        answer.json().await.unwrap()
    };
    let to_ada = "/dev/mail?to=ada@mail.example";

    // It is sent a moment after the sign-up was answered.
    let (began, mut looks) = (Instant::now(), tokio::time::interval(LOOK));
    let mail = loop {
        looks.tick().await;
        if let Some(mail) = mails(to_ada).await.first() {
            break mail.clone();
        }
        assert!(began.elapsed() < LONG, "no mail after {LONG:?}");
    };
    assert_eq!(mail["to"], "ada@mail.example");
    let (subject, text) = (mail["subject"].as_str().unwrap(), mail["text"].as_str().unwrap());
    let link = Url::parse(mail["links"][0].as_str().unwrap()).unwrap();
    assert!(text.contains(link.as_str()), "{text}");
    assert_eq!(mails("/dev/mail?to=eve@mail.example").await, Vec::<Value>::new());

    let page = get("/dev/mail").send().await.unwrap();
    assert_eq!(page.headers()[header::CACHE_CONTROL], "no-store");
    let page = page.text().await.unwrap();
    for shown in [subject, "ada@mail.example", "<a rel=noreferrer href="] {
        assert!(page.contains(shown), "`{shown}` is not in: {page}");
    }

    // From elsewhere: a name that only resolves to here, a proxy, a page of an origin that may ask the API.
    for (name, value) in [
        (header::HOST, "joint.example"),
        (header::FORWARDED, "for=192.168.0.7"),
        (header::ORIGIN, "http://localhost:5173"),
    ] {
        let answer = get(to_ada).header(&name, value).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{name}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["code"], "NOT_FOUND", "{name}");
    }
    let unreadable = get("/dev/mail?to=%00").send().await.unwrap();
    assert_eq!(unreadable.status(), 400);
    let body: Value = unreadable.json().await.unwrap();
    assert_eq!(body["code"], "VALIDATION_ERROR");
    network.end().await;
}
