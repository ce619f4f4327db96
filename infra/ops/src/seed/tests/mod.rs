//! Whole seeds against a fake of the contract.

mod fake;
mod findings;
mod world;

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::Backoff;
use super::journal;
use super::plan::plan;
use super::progress::Talk;
use super::{Args, Outcome, run_with};
use fake::{Fake, Weather};

const MEMBERS: usize = 12;
const POSTS: usize = 60;

fn args(fake: &Fake, folder: &Path) -> Args {
    let key = folder.join("operator.key");
    std::fs::write(&key, "the-key\n").unwrap();
    Args {
        members: MEMBERS,
        posts: POSTS,
        seed: 9,
        url: Some(fake.url()),
        operator_key_file: Some(key),
        journal: Some(folder.join("journal")),
        concurrency: 8,
        patience: Duration::from_secs(60),
        verify: false,
        settle: Duration::ZERO,
        json: true,
        allow_remote: false,
    }
}

async fn run(args: Args) -> (Outcome, Value) {
    let backoff = Backoff {
        first: Duration::ZERO,
        most: Duration::ZERO,
    };
    let place = args.place(Path::new("")).unwrap();
    let outcome = run_with(args, place, backoff, Talk::silent()).await.unwrap();
    let json = serde_json::from_str(&outcome.to_string()).unwrap();
    (outcome, json)
}

/// Compares all that the fake holds with the plan: everything, and everything once.
fn assert_is_the_plan(fake: &Fake) {
    let plan = plan(9, MEMBERS, POSTS);
    let world = fake.world();
    assert_eq!(world.members.len(), MEMBERS);
    assert_eq!(
        world
            .members
            .values()
            .map(|member| member.following.len())
            .sum::<usize>(),
        plan.follows.len()
    );
    assert_eq!(world.posts.len(), POSTS);
    assert_eq!(
        world.reactions.len(),
        plan.posts.iter().map(|post| post.reactions.len()).sum::<usize>()
    );
    assert_eq!(
        world.comments.len(),
        plan.posts.iter().map(|post| post.comments.len()).sum::<usize>()
    );
    let mut texts: Vec<&str> = world
        .comments
        .iter()
        .map(|comment| comment["content"].as_str().unwrap())
        .collect();
    let mut planned: Vec<&str> = plan
        .posts
        .iter()
        .flat_map(|post| &post.comments)
        .map(|comment| comment.content.as_str())
        .collect();
    texts.sort_unstable();
    planned.sort_unstable();
    assert_eq!(texts, planned);
}

#[tokio::test]
async fn a_seed_in_fair_weather_makes_the_plan_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(Weather::Fair).await;
    let (outcome, summary) = run(args(&fake, folder.path())).await;
    assert!(outcome.success(), "{summary:#}");
    assert_eq!(
        (&summary["errorCount"], &summary["notOffered"]),
        (&json!(0), &json!([]))
    );
    assert_is_the_plan(&fake);
    let phases: HashMap<&str, &Value> = summary["phases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|phase| (phase["name"].as_str().unwrap(), phase))
        .collect();
    assert_eq!(phases["accounts"]["done"], MEMBERS);
    assert_eq!(phases["posts"]["done"], POSTS);
    assert!(phases["pictures"]["done"].as_u64() > Some(0));
    // Follows are refused once each until their event arrives; that is a repetition and not an error.
    assert_eq!(phases["follows"]["retries"], phases["follows"]["done"]);

    let table = run_text(args(&fake, folder.path())).await;
    assert!(
        table.contains("12 people and 60 posts are there, without one error."),
        "{table}"
    );
}

async fn run_text(args: Args) -> String {
    let backoff = Backoff {
        first: Duration::ZERO,
        most: Duration::ZERO,
    };
    let place = args.place(Path::new("")).unwrap();
    run_with(Args { json: false, ..args }, place, backoff, Talk::silent())
        .await
        .unwrap()
        .to_string()
}

#[tokio::test]
async fn a_seed_in_a_storm_makes_the_same_and_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(Weather::Storm).await;
    let (outcome, summary) = run(args(&fake, folder.path())).await;
    assert!(outcome.success(), "{summary:#}");
    assert!(summary["retries"].as_u64() > Some(50), "{summary:#}");
    assert_is_the_plan(&fake);

    let verify = Args {
        verify: true,
        ..args(&fake, folder.path())
    };
    let (outcome, verified) = run(verify).await;
    assert!(outcome.success(), "{verified:#}");
    assert_eq!(verified["checked"]["posts"], POSTS);
    assert_eq!(verified["checked"]["people"], MEMBERS);
}

#[tokio::test]
async fn after_a_crash_what_was_acknowledged_is_not_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(Weather::Fair).await;
    // Down after ever more requests, so that every phase is interrupted somewhere.
    let mut crashes = 0;
    for limit in (5..).step_by(60) {
        let done_before =
            journal::read(&folder.path().join("journal")).map_or(0, |contents| contents.acknowledged.len());
        fake.world().keys.clear();
        fake.turn(Weather::DownAfter(limit));
        let impatient = Args {
            patience: Duration::ZERO,
            ..args(&fake, folder.path())
        };
        let (outcome, summary) = run(impatient).await;
        let already: u64 = summary["phases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|phase| phase["already"].as_u64().unwrap())
            .sum();
        if outcome.success() {
            assert!(already > 100, "{summary:#}");
            break;
        }
        crashes += 1;
        assert!(
            summary["stopped"].as_str().unwrap().contains("journal"),
            "{summary:#}"
        );
        assert!(already <= u64::try_from(done_before).unwrap());
    }
    assert!(crashes > 5, "{crashes}");
    fake.turn(Weather::Fair);
    assert_is_the_plan(&fake);

    fake.world().keys.clear();
    let (again, summary) = run(args(&fake, folder.path())).await;
    assert!(again.success() && summary["requests"] == 0, "{summary:#}");
    assert!(fake.world().keys.is_empty());
}

#[tokio::test]
async fn a_session_that_has_ended_is_replaced_and_the_seed_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(Weather::DownAfter(200)).await;
    let impatient = Args {
        patience: Duration::ZERO,
        ..args(&fake, folder.path())
    };
    assert!(!run(impatient).await.0.success());
    assert_eq!(fake.world().log_ins, 0, "sign-up gives the session");
    fake.turn(Weather::Fair);
    fake.world().end_sessions();
    let (outcome, summary) = run(args(&fake, folder.path())).await;
    assert!(outcome.success(), "{summary:#}");
    assert_is_the_plan(&fake);
    let log_ins = fake.world().log_ins;
    assert!((1..=12).contains(&log_ins), "once each at most: {log_ins}");

    assert!(
        run(Args {
            verify: true,
            ..args(&fake, folder.path())
        })
        .await
        .0
        .success()
    );
    assert_eq!(
        fake.world().log_ins,
        log_ins,
        "the journal keeps the new sessions"
    );
}

#[tokio::test]
async fn a_lost_journal_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(Weather::Fair).await;
    assert!(run(args(&fake, folder.path())).await.0.success());
    std::fs::remove_file(folder.path().join("journal")).unwrap();
    // Also where the server no longer knows the keys of the sign-ups, as it may after a day.
    fake.world().forget_sign_ups();
    let (outcome, summary) = run(args(&fake, folder.path())).await;
    assert!(outcome.success(), "{summary:#}");
    assert_is_the_plan(&fake);
}

#[tokio::test]
async fn a_server_without_credits_gets_everything_else_and_the_summary_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(Weather::Fair).await;
    fake.world().without_credits = true;
    let text = run_text(args(&fake, folder.path())).await;
    assert!(
        text.contains("does not have it: POST /users/me/credits"),
        "{text}"
    );
    assert!(text.contains("without one error"), "{text}");
    assert_is_the_plan(&fake);

    fake.world().without_credits = false;
    let (outcome, summary) = run(args(&fake, folder.path())).await;
    assert!(
        outcome.success() && summary["requests"].as_u64() > Some(0),
        "the routes are tried again: {summary:#}"
    );
    assert!(
        run(Args {
            verify: true,
            ..args(&fake, folder.path())
        })
        .await
        .0
        .success()
    );
}

#[tokio::test]
async fn an_account_of_somebody_else_is_an_error_that_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(Weather::Fair).await;
    let mut account = serde_json::to_value(&plan(9, MEMBERS, 0).people[3].account).unwrap();
    account["password"] = json!("of somebody else");
    fake.world().members.insert(
        uuid::Uuid::now_v7(),
        world::Member {
            account,
            ..world::Member::default()
        },
    );
    let (outcome, summary) = run(args(&fake, folder.path())).await;
    assert!(!outcome.success());
    assert_eq!(summary["errorCount"], 1, "{summary:#}");
    let error = &summary["errors"][0];
    assert_eq!(
        (&error["step"], &error["code"]),
        (&json!("person/3/0"), &json!("EMAIL_TAKEN"))
    );
    assert!(error["message"].as_str().unwrap().contains("--seed"), "{error}");
    assert!(
        summary["phases"]
            .as_array()
            .unwrap()
            .iter()
            .any(|phase| phase["leftOut"].as_u64() > Some(0))
    );
}

#[tokio::test]
async fn a_seed_begins_only_where_it_may_and_can() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(Weather::Fair).await;
    let refusal = async |args: Args| {
        let backoff = Backoff {
            first: Duration::ZERO,
            most: Duration::ZERO,
        };
        let place = args.place(Path::new("")).unwrap();
        let refused = run_with(args, place, backoff, Talk::silent()).await;
        format!("{:#}", refused.unwrap_err())
    };
    let remote = Args {
        url: Some("http://joint.example".parse().unwrap()),
        ..args(&fake, folder.path())
    };
    assert!(refusal(remote).await.contains("--allow-remote"));
    let keyless = Args {
        operator_key_file: Some(folder.path().join("none")),
        ..args(&fake, folder.path())
    };
    assert!(refusal(keyless).await.contains("valine up"));
    let unseeded = Args {
        verify: true,
        ..args(&fake, folder.path())
    };
    assert!(refusal(unseeded).await.contains("seed first"));
    assert!(fake.world().members.is_empty());
}

#[tokio::test]
async fn a_seed_may_run_on_any_thread() {
    fn is_send<T: Send>(_: T) {}
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(Weather::Fair).await;
    is_send(super::run(folder.path(), args(&fake, folder.path())));
}
