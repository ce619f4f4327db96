//! A copy made while the network is being filled, and the network made of it when everything else is gone.

use crate::network::RunningNetwork;
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// By then a seed has begun, or never will.
const LIMIT: Duration = Duration::from_secs(60);

/// What the second seed has acknowledged, in the folder of the network's people.
const JOURNAL: &str = "meanwhile.journal";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_a_backup_is_there_when_all_else_is_gone() {
    let mut network = RunningNetwork::start().await;
    assert!(network.seed((12, 40)).wait().await.unwrap().success());

    let mut meanwhile = network.command(&[
        "seed",
        "--json",
        "--seed",
        "2",
        "--members",
        "200",
        "--posts",
        "20000",
    ]);
    meanwhile.args(["--journal", JOURNAL]).stdout(Stdio::null());
    let mut meanwhile = meanwhile.spawn().unwrap();
    has_begun(&network).await;
    let made = network.valine(&["backup", "copy", "--json"]).await.json();
    assert!(
        meanwhile.try_wait().unwrap().is_none(),
        "nobody wrote while it was copied"
    );
    meanwhile.kill().await.unwrap();

    let twice = network.valine(&["backup", "copy"]).await;
    assert_eq!(twice.code, Some(1));
    assert!(twice.talk.contains("is there already"), "{twice:?}");
    network.kill_all().await;
    let onto = network.valine(&["restore", "copy"]).await;
    assert_eq!(onto.code, Some(1));
    assert!(onto.talk.contains(".before"), "{onto:?}");
    let nothing = network.valine(&["restore", "."]).await;
    assert_eq!(nothing.code, Some(1));
    assert!(nothing.talk.contains("no finished copy"), "{nothing:?}");

    let root = network.folder().join(".valine");
    fs::remove_dir_all(fs::canonicalize(root.join("postgres")).unwrap()).unwrap();
    fs::remove_dir_all(&root).unwrap();
    let restored = network.valine(&["restore", "copy", "--json"]).await.json();
    assert_eq!(restored, made);
    network.restart().await;
    network.run(&["seed", "--verify", "--json"]).await;
    network.run(&["doctor", "--deep"]).await;
    // What operators did is kept, and in the copy.
    network.run(&["migrate"]).await;
    assert_eq!(actions(&network).await, ["backup", "migrate"]);
    network.end().await;
}

/// What operators have done, oldest first.
async fn actions(network: &RunningNetwork) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        action: String,
    }
    let mut conn = network.administrator().await;
    let query = "SELECT action FROM bus.operator_action WHERE operator <> '' ORDER BY id";
    let rows: Vec<Row> = diesel::sql_query(query).load(&mut conn).await.unwrap();
    rows.into_iter().map(|row| row.action).collect()
}

/// Waits until the second seed has something acknowledged.
async fn has_begun(network: &RunningNetwork) {
    let (began, mut looks) = (Instant::now(), tokio::time::interval(Duration::from_millis(20)));
    let journal = network.folder().join(JOURNAL);
    while fs::metadata(&journal).map_or(0, |found| found.len()) < 20_000 {
        looks.tick().await;
        assert!(
            began.elapsed() < LIMIT,
            "the second seed has not begun within {LIMIT:?}"
        );
    }
}
