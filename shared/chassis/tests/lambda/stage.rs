//! A function that is told what the templates tell it, before a database of its own.

use crate::things::service;
use chassis::{Caller, Secrets};
use chrono::Utc;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use testkit::lambda::{Cloud, Function, Variables, empty, parted};
use testkit::{LOGGED, TestService, principal, witness};

/// Where it is.
pub(crate) struct Stage {
    pub(crate) app: TestService,
    pub(crate) cloud: Cloud,
    folder: TempDir,
    secret: Secrets,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let app = TestService::start(service).await;
        let notes = "CREATE TABLE note (name TEXT NOT NULL)";
        app.session().await.batch_execute(notes).await.unwrap();
        let secret = Secrets::random();
        witness().learn("the installation's secret", &secret.to_hex());
        Self {
            app,
            cloud: Cloud::start().await,
            folder: tempfile::tempdir().unwrap(),
            secret,
        }
    }

    /// What it is told. Role and password are in a secret, and the address names neither.
    pub(crate) fn variables(&self, run_as: &str) -> Variables {
        let (server, login) = parted(&self.app.database.address_of("identity"));
        let mut variables = self.cloud.variables();
        for (name, value) in [
            ("RUN_AS", run_as.to_owned()),
            ("LOG", LOGGED.to_owned()),
            ("STAGE", "joint-test".to_owned()),
            ("PUBLIC_URL", "http://127.0.0.1:8080".to_owned()),
            ("ALLOWED_ORIGINS", String::new()),
            ("DATABASE_URL", server),
            (
                "DATABASE_SECRET_ARN",
                self.cloud.keep("database/identity", &login),
            ),
            ("DATABASE_POOL_SIZE", "2".to_owned()),
            (
                "SECRET_KEY_ARN",
                self.cloud.keep("secret-key", &self.secret.to_hex()),
            ),
            ("SESSION_KEYS_ARN", empty("session-keys")),
            (
                "EDGE_PUBLIC_KEY_ARN",
                self.cloud.keep("edge-public-key", &self.app.seal.public_key()),
            ),
            ("MEDIA_BUCKET", "nothing".to_owned()),
        ] {
            variables.insert(name.to_owned(), value);
        }
        variables
    }

    /// The function.
    pub(crate) async fn function(&self, run_as: &str) -> Function {
        self.function_told(run_as, &self.variables(run_as)).await
    }

    /// The function, told this.
    pub(crate) async fn function_told(&self, name: &str, variables: &Variables) -> Function {
        Function::start(&program(), name, self.folder.path(), variables).await
    }

    /// What the authorizer says of somebody.
    pub(crate) fn context_of(&self, caller: &Caller) -> Value {
        let word = self
            .app
            .seal
            .vouch("identity", caller, false, Utc::now())
            .unwrap();
        json!({ "principal": word.to_str().unwrap(), "client": "203.0.113.7" })
    }

    /// What it says of a member.
    pub(crate) fn context_of_ada(&self) -> (Value, String) {
        let ada = principal("ada");
        let id = ada.account.to_string();
        (self.context_of(&Caller::Account(Arc::new(ada))), id)
    }
}

/// The program, which is built with these tests.
pub(crate) fn program() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let built = own.ancestors().map(|folder| folder.join("examples/things"));
    let mut built = built.filter(|path| path.is_file());
    built
        .next()
        .expect("the example `things` is not built: run this by `make test ARGS='-p chassis'`")
}
