//! A database, and secrets as the templates name them, for functions that start again and again.

use crate::measure::Question;
use anyhow::Result;
use chassis::{Caller, Seal, Secrets};
use chrono::Utc;
use local::postgres::{Options, Postgres, Purpose};
use ops::manifests::MANIFESTS;
use ops::migrate::{Doors, all};
use serde_json::{Value, json};
use std::path::Path;
use store::migrate::{OPERATOR, address, role};
use tempfile::TempDir;
use testkit::lambda::requests::Asked;
use testkit::lambda::{Cloud, Outcome, Variables, empty, parted};

/// Where they are measured.
pub(crate) struct Stage {
    server: Postgres,
    cloud: Cloud,
    folder: TempDir,
    secrets: Secrets,
    seal: Seal,
}

impl Stage {
    /// A server with every schema.
    pub(crate) async fn set() -> Result<Self> {
        let server = Postgres::start(Options::new(Purpose::Tests)).await?;
        let secrets = Secrets::random();
        let seal = Seal::new(secrets.key("edge"));
        let doors = Doors {
            administrator: server.admin_url(),
            password_of: &|service| Ok(secrets.database_password(service)),
            address_of: &|service| {
                let password = secrets.database_password(service);
                address(server.admin_url(), &chassis::schema_of(service), &password)
            },
            operator: Some(&secrets.database_password(OPERATOR)),
        };
        all(doors).await?;
        let cloud = Cloud::start().await;
        let _arn = cloud.keep("secret-key", &secrets.to_hex());
        let _arn = cloud.keep("edge-public-key", &seal.public_key());
        let stage = Self {
            server,
            cloud,
            folder: tempfile::tempdir()?,
            secrets,
            seal,
        };
        for service in &MANIFESTS {
            stage.let_in(&role(&service.schema()), service.name);
        }
        stage.let_in(OPERATOR, OPERATOR);
        Ok(stage)
    }

    fn let_in(&self, role: &str, name: &str) {
        let login = json!({ "username": role, "password": self.secrets.database_password(name) });
        let _arn = self.cloud.keep(&format!("database/{name}"), &login.to_string());
    }

    /// Where functions log.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What a function is told.
    pub(crate) fn variables(&self, own: &[(&'static str, String)]) -> Variables {
        let mut variables = self.cloud.variables();
        let (server, _) = parted(self.server.admin_url());
        let of_all = [
            ("LOG", "warn".to_owned()),
            ("STAGE", "joint-measured".to_owned()),
            ("PUBLIC_URL", "https://joint.example".to_owned()),
            ("DATABASE_URL", server),
            ("DATABASE_POOL_SIZE", "2".to_owned()),
            ("SECRET_KEY_ARN", empty("secret-key")),
            ("SESSION_KEYS_ARN", empty("session-keys")),
            ("EDGE_PUBLIC_KEY_ARN", empty("edge-public-key")),
            ("MEDIA_BUCKET", "nothing".to_owned()),
        ];
        for (name, value) in of_all.iter().chain(own) {
            variables.insert((*name).to_owned(), value.clone());
        }
        variables
    }

    /// What each program is asked: a service for an address that is nobody's and then whether it is ready; the edge who asks; the
    /// operators' function for its help and then for events, which the audit keeps.
    pub(crate) fn questions(&self) -> Result<Vec<Question>> {
        let mut questions = Vec::new();
        for service in &MANIFESTS {
            let word = self
                .seal
                .vouch(service.name, &Caller::Anonymous, false, Utc::now())?;
            let context = json!({ "principal": word.to_str()?, "client": "203.0.113.7" });
            questions.push(Question {
                name: service.name.to_owned(),
                told: vec![
                    ("RUN_AS", "lambda-http".to_owned()),
                    (
                        "DATABASE_SECRET_ARN",
                        empty(&format!("database/{}", service.name)),
                    ),
                ],
                first: Asked::get("/api/nothing").to_function(&context),
                then: Some(Asked::get("/ready").to_function(&json!({}))),
            });
        }
        questions.push(self.authorizer());
        let arns: Vec<_> = MANIFESTS
            .iter()
            .map(|service| service.name)
            .chain([OPERATOR])
            .map(|name| empty(&format!("database/{name}")))
            .collect();
        let command =
            |arguments: &[&str]| -> Value { json!({ "arguments": arguments, "operator": "bench" }) };
        questions.push(Question {
            name: "valine-operators".to_owned(),
            told: vec![
                ("RUN_AS", "lambda-ops".to_owned()),
                ("DATABASE_SECRET_ARNS", arns.join(",")),
            ],
            first: command(&["--help"]),
            then: Some(command(&["events", "tail", "--no-follow"])),
        });
        Ok(questions)
    }

    /// The edge has no database, and asks identity about cookies alone.
    fn authorizer(&self) -> Question {
        let kept = |name: &str, value: &str| self.cloud.keep(name, value);
        let origin_key = Secrets::random().to_hex();
        let identity = self
            .cloud
            .function("joint-measured-identity-http", |_event| async {
                Outcome::Answered(Value::Null)
            });
        let read = Asked::get("/api/posts/1")
            .at("/api/posts/{id}")
            .with("X-Valine-Origin", &origin_key)
            .with("X-Forwarded-For", "203.0.113.7, 130.176.1.1");
        Question {
            name: "edge".to_owned(),
            told: vec![
                ("RUN_AS", "lambda-authorizer".to_owned()),
                (
                    "EDGE_SIGNING_KEY_ARN",
                    kept("edge-signing-key", &Secrets::random().to_hex()),
                ),
                ("ORIGIN_KEY_ARN", kept("origin-key", &origin_key)),
                (
                    "OPERATOR_KEY_ARN",
                    kept("operator-key", &Secrets::random().to_hex()),
                ),
                ("READY_FUNCTIONS", identity.clone()),
                ("IDENTITY_FUNCTION", identity),
            ],
            first: read.to_authorizer(),
            then: None,
        }
    }

    /// Ends the server.
    pub(crate) async fn strike(self) -> Result<()> {
        self.server.stop().await
    }
}
