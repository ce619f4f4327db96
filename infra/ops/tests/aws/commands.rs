//! `lambda-ops`: an operator's commands, run as the operators' own role.

use crate::stage::Stage;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use serde_json::{Value, json};
use testkit::lambda::Function;

/// As it stands when nobody could consume it.
const LETTERS: &str = "INSERT INTO bus.search_indexer_dead (id, event_id, type, body, receive_count, sent_at) \
     VALUES (1, NULL, repeat('word ', 40), 'no envelope', 5, now()), (2, NULL, NULL, 'none either', 5, now())";

#[derive(Debug, PartialEq, QueryableByName)]
struct Kept {
    #[diesel(sql_type = Text)]
    operator: String,
    #[diesel(sql_type = Text)]
    action: String,
    #[diesel(sql_type = Nullable<Text>)]
    outcome: Option<String>,
}

/// What a command of Ada's is answered.
async fn run(ops: &Function, arguments: &[&str]) -> Value {
    ops.answers(json!({ "arguments": arguments, "operator": "ada" }))
        .await
}

/// The data of a command that went well.
async fn data(ops: &Function, arguments: &[&str]) -> Value {
    let answer = run(ops, arguments).await;
    assert_eq!(answer["code"], 0, "{arguments:?}: {answer}");
    let text = answer["stdout"].as_str().unwrap();
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// What the audit has, oldest first.
async fn kept(conn: &mut AsyncPgConnection) -> Vec<Kept> {
    diesel::sql_query("SELECT operator, action, outcome FROM bus.operator_action ORDER BY id")
        .load(conn)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_are_listed_discarded_and_replayed_and_the_audit_says_for_whom() {
    let stage = Stage::set().await;
    stage.migrate().await;
    let ops = stage.function("lambda-ops").await;
    let list = ["dead-letters", "list", "--json"];
    let nothing = run(&ops, &list).await;
    assert_eq!(nothing, json!({ "code": 0, "stdout": "[]\n", "stderr": "" }));

    let mut conn = stage.administrator().await;
    conn.batch_execute(LETTERS).await.unwrap();
    let listed = data(&ops, &list).await;
    let ids: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|letter| &letter["id"])
        .collect();
    assert_eq!(ids.len(), 2, "{listed}");
    // As wide as the terminal of who asks.
    for (columns, widths) in [(json!(90), 70..=90), (json!(null), 91..=160)] {
        let each = ["dead-letters", "list", "--each"];
        let asked = json!({ "arguments": each, "operator": "ada", "columns": columns });
        let table = ops.answers(asked).await;
        let lines = table["stdout"].as_str().unwrap().lines();
        let widest = lines.map(|line| line.chars().count()).max().unwrap();
        assert!(widths.contains(&widest), "{widest}: {table}");
    }

    let discard = [
        "dead-letters",
        "discard",
        "search-indexer/1",
        "--yes-discard",
        "--json",
    ];
    assert_eq!(
        data(&ops, &discard).await,
        json!({ "discarded": 1, "goneMeanwhile": 0 })
    );
    let replay = ["dead-letters", "replay", "--all", "--json"];
    assert_eq!(
        data(&ops, &replay).await,
        json!({ "replayed": 1, "goneMeanwhile": 0 })
    );
    let kept = kept(&mut conn).await;
    let by_ada = |action: &str| Kept {
        operator: "aws:ada".to_owned(),
        action: action.to_owned(),
        outcome: Some("done".to_owned()),
    };
    assert_eq!(kept, [by_ada("discard"), by_ada("replay")]);
    ops.end().await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_finds_what_it_needs() {
    let stage = Stage::set().await;
    stage.migrate().await;
    let ops = stage.function("lambda-ops").await;

    let findings = data(&ops, &["doctor", "--deep", "--json"]).await;
    let findings = findings.as_array().unwrap();
    assert!(findings.len() > 25, "{findings:?}");
    assert!(findings.iter().all(|finding| finding["well"] == true));

    let tailed = run(&ops, &["events", "tail", "--no-follow", "--json"]).await;
    assert_eq!((&tailed["code"], &tailed["stdout"]), (&json!(0), &json!("")));
    let rebuilt = run(&ops, &["search", "rebuild"]).await;
    assert_eq!(rebuilt["code"], 0, "{rebuilt}");
    assert!(
        rebuilt["stderr"].as_str().unwrap().contains("0 people"),
        "{rebuilt}"
    );
    for (arguments, said) in [
        (
            &["events", "explain", "0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77"][..],
            "no outbox has an event",
        ),
        (&["account", "role", "nobody@studio.example", "admin"], "account"),
        (
            &["account", "delete", "nobody@studio.example", "--for-good"],
            "account",
        ),
        (
            &["dead-letters", "list", "--consumer", "nobody"],
            "there is no consumer nobody",
        ),
    ] {
        let answer = run(&ops, arguments).await;
        let talk = answer["stderr"].as_str().unwrap();
        assert_eq!(answer["code"], 1, "{arguments:?}: {answer}");
        assert!(
            talk.starts_with("valine: ") && talk.contains(said),
            "{arguments:?}: {talk}"
        );
    }
    ops.end().await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_session_keys_are_kept_where_functions_read_them() {
    let stage = Stage::set().await;
    stage.migrate().await;
    let ops = stage.function("lambda-ops").await;
    let listed = run(&ops, &["session-keys", "list"]).await;
    let keys = |listed: &Value| {
        listed["stdout"]
            .as_str()
            .unwrap()
            .matches("further notice")
            .count()
    };
    assert_eq!((keys(&listed), stage.secret("session-keys")), (1, None));

    let rotated = run(&ops, &["session-keys", "rotate", "--in", "7200"]).await;
    assert_eq!(rotated["code"], 0, "{rotated}");
    assert!(
        rotated["stderr"].as_str().unwrap().contains("keys.md"),
        "{rotated}"
    );
    let kept: Vec<_> = kept(&mut stage.administrator().await)
        .await
        .into_iter()
        .map(|kept| (kept.operator, kept.action))
        .collect();
    assert_eq!(kept, [("aws:ada".to_owned(), "rotate-session-keys".to_owned())]);
    let secret = stage.secret("session-keys").unwrap();
    let keys: chassis::session::SessionKeys = secret.parse().unwrap();
    assert_eq!(keys.to_text(), secret);
    // The same process knows them with the next command.
    let shown = run(&ops, &["session-keys", "list"]).await;
    assert_ne!(shown["stdout"], listed["stdout"]);
    ops.end().await;
    stage.end().await;
}
