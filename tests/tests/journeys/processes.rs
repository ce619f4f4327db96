//! The same journeys, with every service and the edge as a process of its own.

use crate::by_aws::{is_skipped, needed, walked};
use crate::{first_day, pictures};
use chassis::config::Environment;
use chassis::transport::{Aws, AwsSettings};
use end_to_end::{TestNetwork, program};
use std::process::Command;

const SERVICES: [&str; 7] = [
    "identity",
    "profile",
    "content",
    "media",
    "social-graph",
    "search-indexer",
    "orchestrator",
];

async fn walk(network: TestNetwork) {
    let told = network.nobody().get("/openapi.json").await.expect(200);
    let known = TestNetwork::start()
        .await
        .nobody()
        .get("/openapi.json")
        .await
        .expect(200);
    assert!(
        told == known,
        "an edge of its own describes another API; run `make api`"
    );
    first_day::meet(&network).await;
    pictures::show(&network).await;
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_travel_by_tables_between_processes() {
    walk(TestNetwork::in_processes(None).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_travel_by_eventbridge_and_sqs_between_processes() {
    let what = "a first day, and pictures";
    if is_skipped(what) {
        return;
    }
    let bus = needed("TEST_PROCESSES_STACK");
    let queues = needed("TEST_QUEUE_URL").replace("{stack}", &bus);
    let told = [
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    ];
    let told: Environment = told
        .into_iter()
        .map(|name| (name.to_owned(), needed(name)))
        .chain([
            ("EVENT_BUS_NAME".to_owned(), bus.clone()),
            ("QUEUE_URL".to_owned(), queues.clone()),
        ])
        .collect();
    let queues = queues.parse().unwrap();
    let aws = Aws::from_environment(AwsSettings { bus, queues }).await;
    walk(TestNetwork::in_processes(Some((aws, told))).await).await;
    walked(what, "between processes");
}

#[test]
fn a_process_that_is_told_nothing_says_all_that_it_lacks() {
    for service in SERVICES {
        let output = Command::new(program(service)).env_clear().output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{service}: {said}");
        for name in [
            "SECRET_KEY",
            "EDGE_PUBLIC_KEY",
            "PUBLIC_URL",
            "DATABASE_URL",
            "MEDIA_BUCKET",
        ] {
            assert!(said.contains(&format!("{name} is not set")), "{service}: {said}");
        }
    }
}
