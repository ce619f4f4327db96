//! The same journey, with every service and the edge as functions of Lambda: who asks is said by the edge's authorizer, which
//! asks identity's function, and believed by the service's.

use crate::first_day;
use chassis::Role;
use end_to_end::TestNetwork;
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn two_people_meet_by_functions() {
    let network = TestNetwork::in_functions().await;
    let ready = network.nobody().get("/ready").await.expect(200);
    assert_eq!(ready["services"].as_object().unwrap().len(), 7, "{ready}");
    first_day::meet(&network).await;
    // Whoever was given a role has it by the next time that identity is asked.
    let eve = network.sign_up("eve").await;
    network.give_role(&eve, Role::Admin).await;
    let lists = async || eve.client.get("/api/admin/accounts").await.status;
    until("an admin is one", async || lists().await == 200).await;
    let audit = eve.client.get("/api/admin/audit").await.expect(200);
    assert!(
        audit.to_string().contains("operator-key-used"),
        "the use of the operator's key is not in the audit: {audit}"
    );
    eve.client.post("/api/auth/logout", json!({})).await.expect(200);
    let ended = Instant::now();
    until("whoever logs out is nobody", async || {
        let since = ended.elapsed();
        let is_nobody = eve.client.get("/api/auth/me").await.status == 401;
        assert!(
            is_nobody || since < Duration::from_secs(2),
            "{since:?} after they logged out"
        );
        is_nobody
    })
    .await;
    let gone = eve.client.get("/api/auth/me").await;
    let cleared = gone.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(cleared.starts_with("jwt_token=; "), "{cleared}");
    let refused = network.nobody().get("/api/nothing").await.refused(404);
    assert_eq!(refused, "NOT_FOUND");
    network.look_at_logs();
}

async fn until(what: &str, mut ask: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !ask().await {
        assert!(began.elapsed() < Duration::from_secs(60), "never: {what}");
    }
}
