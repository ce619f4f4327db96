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
