//! `lambda-migrate`, on an empty database and ever after.

use crate::stage::{ROLES, Stage, is_let_in};
use chassis::{Gate, Seal};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use testkit::lambda::{Function, Outcome, empty};

/// How it failed.
async fn failure(migrate: &Function) -> String {
    match migrate.invoke(json!({})).await {
        Outcome::Failed(error) => error["errorMessage"].as_str().unwrap_or_default().to_owned(),
        Outcome::Answered(answer) => panic!("it has not failed: {answer}"),
    }
}

fn public_key(stage: &Stage) -> String {
    let mut key = [0; 32];
    hex::decode_to_slice(stage.secret("edge-signing-key").unwrap(), &mut key).unwrap();
    Seal::new(key).public_key()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_is_made_whole_once_and_stays_as_it_is() {
    let stage = Stage::set().await;
    let migrate = stage.function("lambda-migrate").await;

    let answer = migrate.answers(json!({ "source": "make deploy" })).await;
    let ran = answer["migrations"].as_array().unwrap();
    for schema in ["identity", "content", "social_graph"] {
        let is_of = |name: &Value| name.as_str().unwrap().starts_with(&format!("{schema}/"));
        assert!(ran.iter().any(is_of), "nothing ran in {schema}: {answer}");
    }
    assert_eq!(
        (&answer["roles"], &answer["edgePublicKey"]),
        (&json!(ROLES), &json!("written"))
    );
    assert_eq!(stage.secret("edge-public-key"), Some(public_key(&stage)));
    for role in ROLES {
        assert!(is_let_in(&stage.address_of(role)).await, "{role} is not let in");
    }
    operators_are_no_administrators(&stage).await;

    let again = migrate.answers(json!({})).await;
    assert_eq!(
        again,
        json!({ "migrations": [], "roles": ROLES, "edgePublicKey": "unchanged" })
    );
    migrate.end().await;
    stage.end().await;
}

/// They may what services may, and make nobody anything.
async fn operators_are_no_administrators(stage: &Stage) {
    #[derive(QueryableByName)]
    struct Rights {
        #[diesel(sql_type = Bool)]
        is_administrator: bool,
        #[diesel(sql_type = BigInt)]
        memberships: i64,
    }
    let query = "SELECT rolsuper OR rolcreaterole OR rolcreatedb AS is_administrator, \
                 (SELECT count(*) FROM pg_auth_members WHERE member = pg_roles.oid) AS memberships \
                 FROM pg_roles WHERE rolname = 'valine_operator'";
    let mut conn = stage.administrator().await;
    let rights: Rights = diesel::sql_query(query).get_result(&mut conn).await.unwrap();
    assert_eq!((rights.is_administrator, rights.memberships), (false, 7));
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_passwords_and_a_changed_key_take_effect_with_the_next_migration() {
    let stage = Stage::set().await;
    let migrate = stage.function("lambda-migrate").await;
    migrate.answers(json!({})).await;
    let before = stage.address_of("valine_media");
    let old_key = stage.secret("edge-public-key").unwrap();

    let _arn = stage.let_in("valine_media");
    let key = chassis::Secrets::random().to_hex();
    let _arn = stage.cloud.keep("edge-signing-key", &key);
    let answer = migrate.answers(json!({})).await;
    assert_eq!(
        (&answer["migrations"], &answer["edgePublicKey"]),
        (&json!([]), &json!("replaced"))
    );
    assert!(is_let_in(&stage.address_of("valine_media")).await);
    assert!(!is_let_in(&before).await, "the password before is still good");
    let new_key = stage.secret("edge-public-key").unwrap();
    assert_ne!(new_key, old_key);
    // As services read it.
    assert_eq!(new_key, public_key(&stage));
    assert!(new_key.parse::<Gate>().is_ok());
    migrate.end().await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_said_before_anything_is_changed() {
    let stage = Stage::set().await;
    let told = stage.variables("lambda-migrate");
    for (name, value, said) in [
        (
            "EDGE_SIGNING_KEY_ARN",
            empty("nothing"),
            "EDGE_SIGNING_KEY is not set",
        ),
        (
            "ADMINISTRATOR_SECRET_ARN",
            empty("nothing"),
            "ADMINISTRATOR_SECRET is not set",
        ),
        (
            "DATABASE_SECRET_ARNS",
            empty("database/valine_identity"),
            "no secret of the role valine_operator",
        ),
        ("DATABASE_SECRET_ARNS", empty("nothing"), "holds nothing"),
        (
            "DATABASE_URL",
            "postgres://127.0.0.1:1/nowhere".to_owned(),
            "the database cannot be reached",
        ),
    ] {
        let mut told = told.clone();
        told.insert(name.to_owned(), value);
        let migrate = stage.function_told("lambda-migrate", &told).await;
        let error = failure(&migrate).await;
        assert!(error.contains(said), "{name}: {error}");
        migrate.end().await;
    }
    assert_eq!(stage.secret("edge-public-key"), None);
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let query = "SELECT count(*) AS count FROM pg_roles WHERE rolname LIKE 'valine\\_%'";
    let mut conn = stage.administrator().await;
    let made: Count = diesel::sql_query(query).get_result(&mut conn).await.unwrap();
    assert_eq!(made.count, 0, "roles were made");
    stage.end().await;
}
