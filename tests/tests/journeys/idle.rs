//! Where there is nothing to do, nothing is done.

use chassis::work_once;
use end_to_end::TestNetwork;
use futures::FutureExt;
use serde_json::json;

/// A write wakes the worker of its service. A worker that writes when it has found nothing wakes itself, and never rests.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_without_work_wakes_nobody() {
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await;
    let ask = json!({ "content": "rain", "visibility": "public" });
    ada.client.post("/api/posts", ask).await.expect(201);
    network.at_rest().await;
    let mut restless = Vec::new();
    for service in network.network.services() {
        let (worker, relay) = (&service.database.worker, &service.database.relay);
        // What was said before is of no interest.
        let _hints = (worker.woken().now_or_never(), relay.woken().now_or_never());
        assert_eq!(work_once(&service).await.unwrap(), 0, "{}", service.name);
        if worker.woken().now_or_never().is_some() || relay.woken().now_or_never().is_some() {
            restless.push(service.name);
        }
    }
    assert_eq!(restless, [""; 0]);
}
