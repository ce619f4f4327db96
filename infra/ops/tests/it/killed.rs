//! The whole network is killed at random moments while it is being filled: its process, then its process and its database, and
//! after each two of these its database alone. Nothing is lost or doubled.
//!
//! `KILL_ROUNDS=20` kills the process twenty times (`make kill`); the suite does it less often. `KILL_SEED` repeats a run.

use crate::network::RunningNetwork;
use chassis::config::Environment;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use std::time::Duration;

/// By then nothing waits that was decided before a start, counted from when it is ready.
const AFTER_START: Duration = Duration::from_secs(5);

/// The same after a crash of the database: whoever could not reach it has paused, for some seconds at most.
const AFTER_CRASH: Duration = Duration::from_secs(15);

/// How often the suite kills the process.
const FEW: u64 = 3;

/// What is killed.
#[derive(Clone, Copy, Debug)]
enum Blow {
    Process,
    ProcessAndDatabase,
    /// The process lives on.
    Database,
}

/// The blows of so many rounds, each of which kills the process.
fn blows(rounds: u64) -> Vec<Blow> {
    let of_round = |round| match round % 2 {
        1 => vec![Blow::Process],
        _ => vec![Blow::ProcessAndDatabase, Blow::Database],
    };
    (1..=rounds).flat_map(of_round).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_however_often_the_process_is_killed() {
    let environment = Environment::of_process();
    let mut reader = environment.read();
    let rounds = reader.or("KILL_ROUNDS", FEW, "how often to kill the process");
    let seed = reader.or("KILL_SEED", rand::random(), "repeats a run's moments");
    reader.finish().unwrap();
    eprintln!("KILL_ROUNDS={rounds} KILL_SEED={seed}");
    let mut moments = SmallRng::seed_from_u64(seed);

    let mut network = RunningNetwork::start().await;
    let size = (20 + rounds * 10, 60 + rounds * 60);
    let mut seeding = network.seed(size);
    for (number, blow) in (1..).zip(blows(rounds)) {
        let moment = Duration::from_millis(moments.random_range(200..2500));
        match tokio::time::timeout(moment, seeding.wait()).await {
            // The seed was quicker than the kills: begin another, larger one on top.
            Ok(ended) => {
                assert!(ended.unwrap().success(), "the seed failed before blow {number}");
                seeding = network.seed((size.0, size.1 + number * 40));
            }
            Err(_it_goes_on) => {}
        }
        let (before, limit) = match blow {
            Blow::Database => (network.crash_database().await, AFTER_CRASH),
            Blow::Process => {
                network.kill().await;
                (network.restart().await, AFTER_START)
            }
            Blow::ProcessAndDatabase => {
                network.kill_all().await;
                (network.restart().await, AFTER_START)
            }
        };
        network.publishes_all_before(before, limit).await;
        eprintln!("blow {number}: {blow:?} after {moment:?}; up again, nothing old waits");
    }
    assert!(seeding.wait().await.unwrap().success(), "the seed failed");
    network.run(&["seed", "--verify", "--json"]).await;
    network.run(&["doctor", "--deep"]).await;
    network.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_whose_database_ends_does_not_go_on_without_a_word() {
    let mut network = RunningNetwork::start().await;
    network.kill_database().await;
    assert!(!network.ends().await.success());
    network.restart().await;
    network.run(&["doctor"]).await;
    network.end().await;
}
