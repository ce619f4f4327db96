//! What `lambda-ops` does not do, said without a look at the database.

use crate::stage::{start, told};
use serde_json::json;
use testkit::lambda::{Cloud, Outcome};

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_there_is_refused_with_what_to_do_instead() {
    let (cloud, folder) = (Cloud::start().await, tempfile::tempdir().unwrap());
    let ops = start("lambda-ops", folder.path(), &told(&cloud, "lambda-ops")).await;
    for (arguments, said) in [
        (&["up"][..], "make deploy STAGE="),
        (&["seed"], "on this machine"),
        (&["migrate"], "infra/aws/deploy STAGE migrate"),
        (&["openapi"], "without --aws"),
        (&["events", "tail"], "--no-follow"),
        (&["doctor", "--url", "http://127.0.0.1:8080"], "leave --url out"),
        (&["--aws", "prod", "doctor"], "is the function already"),
        (&["doctor", "--function", "another"], "is the function already"),
        (&["dead-letters"], "Usage: valine dead-letters"),
        (&["bake"], "unrecognized subcommand"),
        (&[], "Usage: valine"),
    ] {
        let answer = ops
            .answers(json!({ "arguments": arguments, "operator": "ada" }))
            .await;
        assert_eq!(
            (&answer["code"], &answer["stdout"]),
            (&json!(2), &json!("")),
            "{arguments:?}"
        );
        let talk = answer["stderr"].as_str().unwrap();
        assert!(talk.contains(said), "{arguments:?}: {talk}");
    }
    let help = ops
        .answers(json!({ "arguments": ["dead-letters", "--help"], "operator": "ada" }))
        .await;
    assert_eq!((&help["code"], &help["stderr"]), (&json!(0), &json!("")));
    assert!(help["stdout"].as_str().unwrap().contains("replay"), "{help}");

    // Somebody stands in the audit.
    let nobody = ops
        .answers(json!({ "arguments": ["session-keys", "rotate"], "operator": " " }))
        .await;
    assert_eq!(nobody["code"], 2);
    assert!(nobody["stderr"].as_str().unwrap().contains("say who asks"));
    let Outcome::Failed(error) = ops.invoke(json!({ "arguments": ["doctor"] })).await else {
        panic!("nobody asked, and it was done")
    };
    assert!(
        error["errorMessage"].as_str().unwrap().contains("operator"),
        "{error}"
    );

    // It lives on, and says what it is not told.
    let answer = ops
        .answers(json!({ "arguments": ["doctor"], "operator": "ada" }))
        .await;
    assert_eq!(answer["code"], 1);
    assert!(
        answer["stderr"]
            .as_str()
            .unwrap()
            .contains("DATABASE_SECRET_ARNS is not set"),
        "{answer}"
    );
    ops.end().await;
}
