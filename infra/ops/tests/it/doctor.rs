//! `valine doctor` and where it asks.

use crate::network::RunningNetwork;
use std::net::TcpListener;

/// The operator's key would go there, and nothing says who listens.
#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_asks_nobody_on_another_machine() {
    let network = RunningNetwork::start().await;
    // The name of this machine leads here, and says nothing of where it will lead tomorrow.
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    listener.set_nonblocking(true).unwrap();
    for url in [
        format!("http://0.0.0.0:{port}"),
        format!("http://127.0.0.1.example:{port}"),
        "http://192.0.2.1".to_owned(),
        "https://joint.example".to_owned(),
        "http://[2001:db8::1]:8080".to_owned(),
    ] {
        let answered = network.valine(&["doctor", "--json", "--url", &url]).await;
        assert_eq!(answered.code, Some(1), "{url}: {answered:?}");
        let said = format!("{}{}", answered.data, answered.talk);
        assert!(said.contains("is not this machine"), "{url}: {answered:?}");
        let asked = listener.accept().map_err(|error| error.kind());
        assert!(asked.is_err(), "{url}: it was asked");
    }
    let own = network.url();
    let answered = network.valine(&["doctor", "--json", "--url", own.as_str()]).await;
    assert_eq!(answered.code, Some(0), "{answered:?}");
    network.end().await;
}

/// Its own account is nobody whom an owner would invite, or who could confirm an address.
#[tokio::test(flavor = "multi_thread")]
async fn where_not_everybody_may_sign_up_all_else_is_looked_at() {
    let mut network = RunningNetwork::prepare();
    start_with(&mut network, "OWNER_EMAILS", "ada@mail.example").await;
    measures_nothing(&network, "only invited people").await;
    network.stop().await;
    start_with(&mut network, "VERIFY_EMAIL", "true").await;
    // The second time its account is there.
    for _ in 0..2 {
        measures_nothing(&network, "has to confirm their address").await;
    }
    network.end().await;
}

async fn start_with(network: &mut RunningNetwork, name: &str, value: &str) {
    let mut command = network.command(&["up"]);
    command.env(name, value);
    network.restart_with(command).await;
}

/// All is well, and the last line says why nothing was measured.
async fn measures_nothing(network: &RunningNetwork, why: &str) {
    let answered = network.valine(&["doctor", "--json"]).await;
    let findings = answered.json();
    let latency = findings.as_array().unwrap().last().unwrap();
    let detail = latency["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("not measured") && detail.contains(why),
        "{answered:?}"
    );
}
