//! Who hears what.

use end_to_end::TestNetwork;
use events::identity::ACCOUNT_EVENTS;

/// An account's state is in each of its events, and the newest counts: whoever hears one kind must hear them all.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_hears_of_accounts_hears_all_of_them() {
    let network = TestNetwork::start().await;
    let mut listeners = 0;
    for service in network.network.services() {
        for consumer in &service.consumers {
            let heard = |kind: &&str| consumer.subscription.types.contains(kind);
            if ACCOUNT_EVENTS.iter().any(heard) {
                let missed: Vec<_> = ACCOUNT_EVENTS.iter().filter(|kind| !heard(kind)).collect();
                assert!(
                    missed.is_empty(),
                    "{} of {} misses {missed:?}",
                    consumer.subscription.handler,
                    service.name
                );
                listeners += 1;
            }
        }
    }
    assert!(listeners >= 8, "only {listeners} consumers hear of accounts");
}
