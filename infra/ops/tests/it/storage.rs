//! The storage of `valine up`: whose pages may send files there.

use crate::network::RunningNetwork;
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_may_ask_the_api_may_send_files_to_the_storage() {
    let mut network = RunningNetwork::prepare();
    let mut command = network.command(&["up"]);
    command.env("ALLOWED_ORIGINS", "https://studio.example,https://stage.example");
    network.restart_with(command).await;
    let client = network.sign_up("ada").await;
    let file = json!({ "fileName": "reel.mp3", "fileType": "audio/mpeg", "fileSize": 70 });
    let upload = network
        .ask((&client, Method::POST, "/api/media/upload"), Some(file))
        .await;
    let upload = upload["uploadUrl"].as_str().unwrap();
    let own = network.url().origin().ascii_serialization();
    for (origin, may) in [
        (own.as_str(), true),
        ("https://studio.example", true),
        ("https://stage.example", true),
        ("https://studio.example.evil.example", false),
        ("http://studio.example", false),
    ] {
        let preflight = client
            .request(Method::OPTIONS, upload)
            .header("origin", origin)
            .header("access-control-request-method", "PUT");
        let answer = preflight.send().await.unwrap();
        let allowed = answer.headers().get("access-control-allow-origin");
        assert_eq!(
            allowed.and_then(|value| value.to_str().ok()),
            may.then_some(origin),
            "{origin}"
        );
    }
    network.end().await;
}
