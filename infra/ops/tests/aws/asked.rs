//! `valine --aws`, before a server that has functions run as Lambda does.

use crate::stage::{Stage, start, told};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use serde_json::json;
use std::process::Stdio;
use std::sync::Arc;
use testkit::lambda::{Cloud, Outcome, Variables};
use tokio::process::Command;

/// How a command ended, and what it said.
#[derive(Debug)]
struct Answered {
    code: Option<i32>,
    data: String,
    talk: String,
}

/// What the command line says to somebody with these variables.
async fn valine(variables: &Variables, arguments: &[&str]) -> Answered {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_valine"))
        .args(arguments)
        .env_clear()
        .envs(variables)
        .env("HOME", home.path())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .current_dir(home.path())
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let made = std::fs::read_dir(home.path()).unwrap().count();
    assert_eq!(made, 0, "asking AWS leaves nothing on this machine");
    Answered {
        code: output.status.code(),
        data: String::from_utf8(output.stdout).unwrap(),
        talk: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What an operator has on their machine.
fn way_to(cloud: &Cloud) -> Variables {
    let mut variables = cloud.variables();
    variables.retain(|name, _| name.starts_with("AWS_"));
    variables
}

/// The user who runs the tests.
fn user() -> String {
    let uid = nix::unistd::Uid::current();
    let user = nix::unistd::User::from_uid(uid).unwrap();
    user.map_or_else(|| format!("uid {uid}"), |user| user.name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_run_by_the_stages_function_and_ends_here_as_it_does_there() {
    let stage = Stage::set().await;
    stage.migrate().await;
    let lambda = Cloud::start().await;
    lambda.runs("joint-dev-ops", &Arc::new(stage.function("lambda-ops").await));
    let variables = way_to(&lambda);

    let listed = valine(&variables, &["--aws", "dev", "dead-letters", "list", "--json"]).await;
    assert_eq!((listed.code, &*listed.data, &*listed.talk), (Some(0), "[]\n", ""));
    assert_eq!(
        lambda.asked(),
        [json!({ "arguments": ["dead-letters", "list", "--json"], "operator": user() })]
    );
    let none = valine(&variables, &["dead-letters", "list", "--aws=dev"]).await;
    assert_eq!(
        (none.code, &*none.data, &*none.talk),
        (Some(0), "", "No dead letters.\n")
    );
    let named = [
        "--function",
        "joint-dev-ops:live",
        "dead-letters",
        "show",
        "profile/1",
    ];
    let failed = valine(&variables, &named).await;
    assert_eq!((failed.code, &*failed.data), (Some(1), ""));
    assert!(
        failed
            .talk
            .starts_with("valine: there is no dead letter profile/1"),
        "{failed:?}"
    );

    // Who asked stands in the audit by the name they have here.
    let tailed = valine(&variables, &["--aws", "dev", "events", "tail", "--no-follow"]).await;
    assert_eq!(tailed.code, Some(0), "{tailed:?}");
    #[derive(QueryableByName)]
    struct Kept {
        #[diesel(sql_type = Text)]
        operator: String,
    }
    let mut conn = stage.administrator().await;
    let kept: Vec<Kept> = diesel::sql_query("SELECT operator FROM bus.operator_action")
        .load(&mut conn)
        .await
        .unwrap();
    let kept: Vec<_> = kept.into_iter().map(|kept| kept.operator).collect();
    assert_eq!(kept, [format!("aws:{}", user())]);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_function_was_not_asked_or_did_not_answer_is_said() {
    let lambda = Cloud::start().await;
    for (name, kind, words) in [
        ("failing", "Runtime.ExitError", "RequestId: 1 Error: no"),
        (
            "large",
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded",
        ),
        ("slow", "Sandbox.Timedout", "Task timed out after 900.00 seconds"),
    ] {
        lambda.function(name, move |_| async move {
            Outcome::Failed(json!({ "errorType": kind, "errorMessage": words }))
        });
    }
    for (name, status, kind) in [
        ("busy", 429, "TooManyRequestsException"),
        ("closed", 403, "AccessDeniedException"),
        ("stale", 403, "ExpiredTokenException"),
    ] {
        lambda.refuses(name, status, kind);
    }
    lambda.function("other", |_| async {
        Outcome::Answered(json!({ "statusCode": 200 }))
    });
    let variables = way_to(&lambda);
    for (function, said) in [
        (
            "failing",
            "failing:live failed: Runtime.ExitError RequestId: 1 Error: no",
        ),
        ("large", "larger than Lambda hands over"),
        ("slow", "it took too long"),
        ("busy", "nothing was done, ask again"),
        ("closed", "has the policy joint-STAGE-operator"),
        ("stale", "AWS does not take these credentials"),
        ("other", "answers otherwise than the operators' function does"),
        (
            "missing",
            "there is no function missing:live in this account and region",
        ),
    ] {
        let function = format!("{function}:live");
        let answered = valine(&variables, &["--function", &function, "doctor"]).await;
        assert_eq!(
            (answered.code, &*answered.data),
            (Some(1), ""),
            "{function}: {answered:?}"
        );
        assert!(answered.talk.contains(said), "{function}: {answered:?}");
        assert_eq!(lambda.asked().len(), 1, "{function} is asked once");
    }
    for (missing, said) in [
        (&["AWS_REGION"][..], "set AWS_REGION"),
        (
            &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
            "there are no credentials for AWS; set AWS_PROFILE",
        ),
    ] {
        let mut fewer = variables.clone();
        fewer.retain(|name, _| !missing.contains(&name.as_str()));
        let answered = valine(&fewer, &["--aws", "prod", "doctor"]).await;
        assert_eq!(answered.code, Some(1), "{missing:?}: {answered:?}");
        assert!(answered.talk.contains(said), "{missing:?}: {answered:?}");
    }
    for (arguments, said) in [
        (&["--aws", "prod", "up"][..], "make deploy STAGE="),
        (&["--aws", "prod", "events", "tail"], "--no-follow"),
        (
            &["--aws", "moon", "doctor"],
            "possible values: dev, staging, prod",
        ),
        (&["--aws", "prod", "doctor", "--function", "x"], "say one of them"),
        (&["--aws", "prod", "doctor", "--shallow"], "--shallow"),
    ] {
        let answered = valine(&variables, arguments).await;
        assert_eq!(answered.code, Some(2), "{arguments:?}: {answered:?}");
        assert!(answered.talk.contains(said), "{arguments:?}: {answered:?}");
    }
    assert!(
        lambda.asked().is_empty(),
        "what is wrong here is not asked elsewhere"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_is_told_too_little_says_so_to_who_asks() {
    let (cloud, folder) = (Cloud::start().await, tempfile::tempdir().unwrap());
    let ops = start("lambda-ops", folder.path(), &told(&cloud, "lambda-ops")).await;
    cloud.runs("joint-staging-ops", &Arc::new(ops));
    let answered = valine(&way_to(&cloud), &["--aws", "staging", "doctor"]).await;
    assert_eq!(answered.code, Some(1));
    assert!(
        answered.talk.contains("DATABASE_SECRET_ARNS is not set"),
        "{answered:?}"
    );
}
