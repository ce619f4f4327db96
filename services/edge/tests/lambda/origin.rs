//! Who does not come through CloudFront is denied.

use crate::stage::{ORIGIN, Stage, Verdict, judged, through_cloudfront};
use testkit::lambda::requests::Asked;
use testkit::lambda::{Function, empty};
use testkit::witness;

const NEXT: &str = "origin-key-of-forty-visible-characters-2";
const WRONG: &str = "origin-key-of-forty-visible-characters-x";

async fn asked_with(authorizer: &Function, keys: &[&str]) -> Verdict {
    let forwarded = Asked::get("/api/posts").at("/api/posts");
    let forwarded = forwarded.with("X-Forwarded-For", "203.0.113.7, 130.176.1.1");
    let asked = keys
        .iter()
        .fold(forwarded, |asked, key| asked.with("X-Valine-Origin", *key));
    judged(authorizer, &asked).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_presents_the_key_once_gets_through() {
    let stage = Stage::set().await;
    let ada = stage.member("ada");
    let variables = stage.variables("lambda-authorizer");
    let authorizer = stage.function_told("lambda-authorizer", &variables).await;
    let shorter = ORIGIN.trim_start_matches('o');
    let cases: [&[&str]; 6] = [
        &[],
        &[""],
        &[WRONG],
        &[shorter],
        &[ORIGIN, ORIGIN],
        &[WRONG, ORIGIN],
    ];
    for keys in cases {
        let verdict = asked_with(&authorizer, keys).await;
        assert!(!verdict.is_allowed, "{keys:?}");
        assert_eq!(verdict.principal_id, "nobody");
    }
    assert!(asked_with(&authorizer, &[ORIGIN]).await.is_allowed);

    // A session alone opens nothing, and identity is not asked.
    let around = Asked::get("/api/posts")
        .at("/api/posts")
        .with("Cookie", &ada.cookie);
    assert!(!judged(&authorizer, &around).await.is_allowed);
    assert_eq!(stage.identity.asked(), 0);
    authorizer.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_does_not_say_who_cloudfront_saw_is_denied() {
    let stage = Stage::set().await;
    let authorizer = stage.function("lambda-authorizer").await;
    let asked = Asked::get("/api/posts")
        .at("/api/posts")
        .with("X-Valine-Origin", ORIGIN);
    assert!(!judged(&authorizer, &asked).await.is_allowed);
    for way in ["130.176.1.1", "somebody, 130.176.1.1"] {
        let asked = asked.clone().with("X-Forwarded-For", way);
        assert!(!judged(&authorizer, &asked).await.is_allowed, "{way}");
    }
    let asked = through_cloudfront(Asked::get("/api/posts").at("/api/posts"));
    assert!(judged(&authorizer, &asked).await.is_allowed);
    authorizer.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_before_is_good_until_the_next_and_a_new_one_is_read_by_those_that_run() {
    let stage = Stage::set().await;
    witness().learn("the next origin key", NEXT);
    let variables = stage.variables("lambda-authorizer");
    let arn = stage.cloud.keep("origin-key", NEXT);
    // Started after the change, while CloudFront still presents the one before.
    let late = stage.function_told("late", &variables).await;
    assert!(asked_with(&late, &[ORIGIN]).await.is_allowed);
    assert!(asked_with(&late, &[NEXT]).await.is_allowed);
    late.end().await;

    let stage = Stage::set().await;
    let variables = stage.variables("lambda-authorizer");
    let early = stage.function_told("early", &variables).await;
    assert!(asked_with(&early, &[ORIGIN]).await.is_allowed);
    assert_eq!(stage.cloud.reads(&arn), 1);
    // Changed while it runs.
    assert_eq!(stage.cloud.keep("origin-key", NEXT), arn);
    assert!(asked_with(&early, &[NEXT]).await.is_allowed);
    assert!(asked_with(&early, &[ORIGIN]).await.is_allowed);
    assert_eq!(
        stage.cloud.reads(&arn),
        3,
        "the one that is kept and the one before"
    );
    early.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_does_not_make_it_read_the_secret_all_the_time() {
    let stage = Stage::set().await;
    let variables = stage.variables("lambda-authorizer");
    let arn = variables["ORIGIN_KEY_ARN"].clone();
    let authorizer = stage.function_told("lambda-authorizer", &variables).await;
    let began = std::time::Instant::now();
    for _ in 0..50 {
        assert!(!asked_with(&authorizer, &[WRONG]).await.is_allowed);
    }
    // At the start, and twice in ten seconds.
    let most = 1 + 2 * (1 + began.elapsed().as_secs() / 10);
    let reads = stage.cloud.reads(&arn);
    assert!(
        u64::try_from(reads).unwrap() <= most,
        "{reads} in {:?}",
        began.elapsed()
    );
    authorizer.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_key_is_known_nobody_gets_through() {
    let stage = Stage::set().await;
    let mut variables = stage.variables("lambda-authorizer");
    variables.insert("ORIGIN_KEY_ARN".to_owned(), empty("nothing"));
    let authorizer = stage.function_told("empty", &variables).await;
    for key in [ORIGIN, ""] {
        assert!(!asked_with(&authorizer, &[key]).await.is_allowed);
    }
    authorizer.end().await;

    variables.remove("ORIGIN_KEY_ARN");
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_edge"));
    let output = std::process::Command::new(program)
        .env_clear()
        .envs(&variables)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && said.contains("ORIGIN_KEY_ARN is not set"),
        "{said}"
    );
}
