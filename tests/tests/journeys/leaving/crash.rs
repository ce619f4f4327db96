//! An erasure that is interrupted goes on where it was.

use super::erasure::{confirmed, leave, receipt};
use super::life::live;
use super::traces::{in_files, in_rows};
use chassis::{consume_once, relay, work_once};
use diesel_async::SimpleAsyncConnection;
use end_to_end::TestNetwork;
use events::account::SERVICES;

/// Lets the time pass for which whoever died had an erasure in hand.
async fn let_leases_end(network: &TestNetwork) {
    let mut conn = network.database.session().await;
    for service in SERVICES {
        let schema = chassis::schema_of(service);
        let sql = format!("UPDATE {schema}.erased_account SET due_at = now()");
        conn.batch_execute(&sql).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn services_that_died_at_any_step_go_on_and_the_receipt_is_complete() {
    let mut network = TestNetwork::start().await;
    let bob = network.sign_up("bob").await;
    network.settle().await;
    let life = live(&network, "zqada", &bob).await;
    let path = leave(&life.person).await;
    let mut deaths = 0;
    while receipt(&network, &path).await["status"] != "erased" {
        assert!(deaths < 200, "it does not come to an end");
        // Each service is let do one thing of each kind. Then the process dies with the next step of everybody in hand.
        for member in &network.network.members {
            relay::once(&member.service, &member.transport).await.unwrap();
            if !member.service.consumers.is_empty() {
                consume_once(&member.service, &member.transport).await.unwrap();
            }
            work_once(&member.service).await.unwrap();
            let mut conn = network.database.session_of(member.service.name).await;
            let take =
                "UPDATE erased_account SET due_at = now() + interval '1 minute' WHERE erased_at IS NULL";
            conn.batch_execute(take).await.unwrap();
        }
        network.start_anew();
        let_leases_end(&network).await;
        deaths += 1;
    }
    assert!(deaths > 3, "only {deaths} deaths: nothing was interrupted");
    assert_eq!(confirmed(&receipt(&network, &path).await), SERVICES);
    network.settle().await;
    assert_eq!(in_rows(&network, &life.word).await, [""; 0]);
    assert_eq!(in_files(&network, &life.word), [""; 0]);
    network.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_storage_is_away_the_receipt_says_who_still_has_something() {
    let mut network = TestNetwork::start().await;
    let bob = network.sign_up("bob").await;
    network.settle().await;
    let life = live(&network, "zqada", &bob).await;
    network.close_storage().await;
    let path = leave(&life.person).await;
    network.settle().await;
    let told = receipt(&network, &path).await;
    assert_eq!(told["status"], "erasing");
    let waits: Vec<_> = SERVICES
        .into_iter()
        .filter(|name| !confirmed(&told).contains(&(*name).to_owned()))
        .collect();
    assert_eq!(waits, ["media"], "{told}");
    network.open_storage().await;
    let_leases_end(&network).await;
    network.settle().await;
    let told = receipt(&network, &path).await;
    assert_eq!(
        (&told["status"], confirmed(&told).len()),
        (&"erased".into(), SERVICES.len()),
        "{told}"
    );
    assert_eq!(in_files(&network, &life.word), [""; 0]);
    network.at_rest().await;
}
