//! What stands in the log when everything is asked for.

use crate::network::RunningNetwork;
use serde_json::Value;
use std::collections::BTreeSet;

/// Libraries note statements with their values, headers and bodies; nobody reads them here.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_asked_for_only_we_log_details() {
    let mut network = RunningNetwork::prepare();
    let mut up = network.command(&["up"]);
    up.env("LOG", "trace");
    network.restart_with(up).await;
    network.sign_up("ada").await;
    let log = std::fs::read_to_string(network.folder().join(".valine/valine.log")).unwrap();
    // The process goes on writing.
    let (whole, _last) = log.rsplit_once('\n').unwrap();
    let details: BTreeSet<String> = whole
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["level"] == "DEBUG" || line["level"] == "TRACE")
        .map(|line| {
            line["target"]
                .as_str()
                .unwrap()
                .split("::")
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    let of_us = testkit::LOGGED.split(',').filter_map(|part| part.split_once('='));
    let names = of_us.map(|(name, _)| name).chain(["metrics"]);
    let ours: BTreeSet<_> = names.map(str::to_owned).collect();
    assert!(!details.is_disjoint(&ours), "nothing of ours: {details:?}");
    assert!(details.is_subset(&ours), "others, too: {details:?}");
    network.end().await;
}
