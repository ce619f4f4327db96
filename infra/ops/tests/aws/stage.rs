//! What operators' functions are told: a server of their own, for roles belong to a whole one, and secrets.

use chassis::Secrets;
use diesel_async::AsyncPgConnection;
use local::postgres::{Options, Postgres, Purpose};
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;
use testkit::lambda::{Cloud, Function, Variables, empty, parted};
use testkit::{LOGGED, witness};

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_valine-operators");

/// The roles of the database, as the templates name them.
pub(crate) const ROLES: [&str; 8] = [
    "valine_content",
    "valine_identity",
    "valine_media",
    "valine_operator",
    "valine_orchestrator",
    "valine_profile",
    "valine_search_indexer",
    "valine_social_graph",
];

/// Where they are.
pub(crate) struct Stage {
    pub(crate) server: Postgres,
    pub(crate) cloud: Cloud,
    folder: TempDir,
    arns: Vec<String>,
}

impl Stage {
    /// An empty database, and secrets as CloudFormation makes them.
    pub(crate) async fn set() -> Self {
        let server = Postgres::start(Options::new(Purpose::Tests)).await.unwrap();
        let cloud = Cloud::start().await;
        for name in ["secret-key", "edge-signing-key"] {
            let secret = Secrets::random().to_hex();
            witness().learn(name, &secret);
            let _arn = cloud.keep(name, &secret);
        }
        let (_, administrator) = parted(server.admin_url());
        let _arn = cloud.keep("administrator", &administrator);
        let mut stage = Self {
            server,
            cloud,
            folder: tempfile::tempdir().unwrap(),
            arns: Vec::new(),
        };
        stage.arns = ROLES.map(|role| stage.let_in(role)).into();
        stage
    }

    /// Keeps a new password of this role; answers where.
    pub(crate) fn let_in(&self, role: &str) -> String {
        let password = Secrets::random().to_hex();
        witness().learn(role, &password);
        let login = json!({ "username": role, "password": password, "dbname": "joint" });
        self.cloud.keep(&format!("database/{role}"), &login.to_string())
    }

    /// What a secret holds.
    pub(crate) fn secret(&self, name: &str) -> Option<String> {
        self.cloud.secret(&empty(name))
    }

    /// Where a role of a secret is let in, if it is.
    pub(crate) fn address_of(&self, role: &str) -> String {
        let login: Value = serde_json::from_str(&self.secret(&format!("database/{role}")).unwrap()).unwrap();
        let (server, _) = parted(self.server.admin_url());
        store::as_role(&server, role, login["password"].as_str().unwrap()).unwrap()
    }

    /// The administrator's session.
    pub(crate) async fn administrator(&self) -> AsyncPgConnection {
        store::session(self.server.admin_url(), "test").await.unwrap()
    }

    /// What a function is told.
    pub(crate) fn variables(&self, run_as: &str) -> Variables {
        let (server, _) = parted(self.server.admin_url());
        let mut variables = told(&self.cloud, run_as);
        for (name, value) in [
            ("DATABASE_URL", server),
            ("DATABASE_SECRET_ARNS", self.arns.join(",")),
            ("DATABASE_POOL_SIZE", "2".to_owned()),
            ("EDGE_PUBLIC_KEY_ARN", empty("edge-public-key")),
        ] {
            variables.insert(name.to_owned(), value);
        }
        let own = match run_as {
            "lambda-migrate" => &["ADMINISTRATOR_SECRET", "EDGE_SIGNING_KEY"][..],
            _ => &["SECRET_KEY", "SESSION_KEYS"],
        };
        for name in own {
            let secret = name.trim_end_matches("_SECRET").to_lowercase().replace('_', "-");
            variables.insert(format!("{name}_ARN"), empty(&secret));
        }
        variables
    }

    /// The function.
    pub(crate) async fn function(&self, run_as: &str) -> Function {
        self.function_told(run_as, &self.variables(run_as)).await
    }

    /// The function, told this.
    pub(crate) async fn function_told(&self, name: &str, variables: &Variables) -> Function {
        start(name, self.folder.path(), variables).await
    }

    /// Brings everything up to date.
    pub(crate) async fn migrate(&self) -> Value {
        let migrate = self.function("lambda-migrate").await;
        let answer = migrate.answers(json!({})).await;
        migrate.end().await;
        answer
    }

    /// Ends it.
    pub(crate) async fn end(self) {
        witness().must_be_silent();
        self.server.stop().await.unwrap();
    }
}

/// What a function is told that has no database.
pub(crate) fn told(cloud: &Cloud, run_as: &str) -> Variables {
    let mut variables = cloud.variables();
    // Events travel by tables, which are in the database.
    variables.remove("EVENT_BUS_NAME");
    variables.remove("QUEUE_URL");
    for (name, value) in [
        ("RUN_AS", run_as),
        ("LOG", LOGGED),
        ("STAGE", "joint-test"),
        ("PUBLIC_URL", "https://joint.example"),
    ] {
        variables.insert(name.to_owned(), value.to_owned());
    }
    variables
}

/// The program as a function.
pub(crate) async fn start(name: &str, folder: &Path, variables: &Variables) -> Function {
    Function::start(Path::new(PROGRAM), name, folder, variables).await
}

/// Whether a role is let in by this address.
pub(crate) async fn is_let_in(address: &str) -> bool {
    store::session(address, "test").await.is_ok()
}
