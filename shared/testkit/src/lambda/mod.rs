//! A program as a function on Lambda: started with the variables that a function has, driven by the Runtime API's own protocol,
//! which a server on a free port speaks.

mod cloud;
pub mod requests;

pub use cloud::{Cloud, empty};

use axum::extract::{Path as Segment, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use url::Url;
use uuid::Uuid;

/// An address without role and password, and these as Secrets Manager keeps them.
///
/// # Panics
/// When it is no address of a database.
#[must_use]
pub fn parted(address: &str) -> (String, String) {
    let mut url = Url::parse(address).expect("an address");
    let login = json!({ "username": url.username(), "password": url.password().unwrap_or_default() });
    url.set_username("")
        .and_then(|()| url.set_password(None))
        .expect("an address that can carry a role");
    (url.into(), login.to_string())
}

/// However slow the machine is.
const LIMIT: Duration = Duration::from_secs(60);

/// What an invocation is given.
const TIMEOUT: Duration = Duration::from_secs(50);

/// What a function is told.
pub type Variables = BTreeMap<String, String>;

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It answered.
    Answered(Value),
    /// It, or the start of the function, failed.
    Failed(Value),
}

/// A function that runs.
pub struct Function {
    process: Child,
    log: PathBuf,
    events: UnboundedSender<Value>,
    outcomes: Mutex<UnboundedReceiver<Outcome>>,
    serving: JoinHandle<()>,
}

impl Drop for Function {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// What the Runtime API's server knows.
#[derive(Clone)]
struct Runtime {
    events: Arc<Mutex<UnboundedReceiver<Value>>>,
    outcomes: UnboundedSender<Outcome>,
}

impl Function {
    /// Starts a program as a function of this name; its log lies in this folder.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn start(program: &Path, name: &str, folder: &Path, variables: &Variables) -> Self {
        let (events, waiting) = unbounded_channel();
        let (told, outcomes) = unbounded_channel();
        let runtime = Runtime {
            events: Arc::new(Mutex::new(waiting)),
            outcomes: told,
        };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(answered))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(failed))
            .route("/2018-06-01/runtime/init/error", post(not_started))
            .with_state(runtime);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let serving = tokio::spawn(async move {
            axum::serve(listener, router)
                .await
                .expect("the Runtime API is served");
        });
        let log = folder.join(format!("{name}.log"));
        let process = Command::new(program)
            .env_clear()
            .envs(variables)
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", name)
            .env("AWS_LAMBDA_LOG_STREAM_NAME", name)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(File::create(folder.join(format!("{name}.numbers"))).expect("a file"))
            .stderr(File::create(&log).expect("a log"))
            .kill_on_drop(true)
            .spawn()
            .expect("it can be started");
        Self {
            process,
            log,
            events,
            outcomes: Mutex::new(outcomes),
            serving,
        }
    }

    /// Has it handle an event.
    ///
    /// # Panics
    /// When it ends or does not answer in time.
    pub async fn invoke(&self, event: Value) -> Outcome {
        // One at a time, as on Lambda.
        let mut outcomes = self.outcomes.lock().await;
        self.events.send(event).expect("the Runtime API is served");
        let outcome = tokio::time::timeout(LIMIT, outcomes.recv()).await;
        match outcome {
            Ok(Some(outcome)) => outcome,
            _ => panic!("no answer within {LIMIT:?}:\n{}", self.logged()),
        }
    }

    /// What it answers.
    ///
    /// # Panics
    /// When it fails.
    pub async fn answers(&self, event: Value) -> Value {
        match self.invoke(event).await {
            Outcome::Answered(answer) => answer,
            Outcome::Failed(error) => panic!("it failed: {error}\n{}", self.logged()),
        }
    }

    /// What it has logged.
    #[must_use]
    pub fn logged(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// What it has written for CloudWatch to make numbers of.
    #[must_use]
    pub fn numbers(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.log.with_extension("numbers")).unwrap_or_default();
        let lines = text.lines();
        lines.filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Ends it, as Lambda does: at once.
    ///
    /// # Panics
    /// When it cannot be ended, or has logged what it must not.
    pub async fn end(mut self) {
        self.process.kill().await.expect("it ends");
        crate::witness().log(&self.logged());
    }
}

async fn next(State(runtime): State<Runtime>) -> Response {
    let Some(event) = runtime.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let headers = [
        ("lambda-runtime-aws-request-id", Uuid::now_v7().to_string()),
        (
            "lambda-runtime-deadline-ms",
            (now + TIMEOUT).as_millis().to_string(),
        ),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:000000000000:function:test".to_owned(),
        ),
    ];
    (headers, Json(event)).into_response()
}

async fn answered(
    State(runtime): State<Runtime>,
    Segment(_id): Segment<String>,
    answer: String,
) -> StatusCode {
    told(
        &runtime,
        Outcome::Answered(serde_json::from_str(&answer).unwrap_or(Value::Null)),
    )
}

async fn failed(State(runtime): State<Runtime>, Segment(_id): Segment<String>, error: String) -> StatusCode {
    told(
        &runtime,
        Outcome::Failed(serde_json::from_str(&error).unwrap_or(Value::String(error))),
    )
}

async fn not_started(State(runtime): State<Runtime>, error: String) -> StatusCode {
    told(&runtime, Outcome::Failed(Value::String(error)))
}

fn told(runtime: &Runtime, outcome: Outcome) -> StatusCode {
    // Whoever asked may be gone.
    let _unheard = runtime.outcomes.send(outcome);
    StatusCode::ACCEPTED
}
