//! Every service, and the edge before them, as a process of its own.

use crate::TestNetwork;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use chassis::config::Environment;
use chassis::transport::subscribe;
use chassis::{Seal, Secrets, Service, schema_of};
use diesel_async::SimpleAsyncConnection;
use http::StatusCode;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use testkit::{LOGGED, free_port, witness};
use tokio::process::{Child, Command};

/// By then they are up, or will never be.
const START_LIMIT: Duration = Duration::from_secs(120);

/// By then they have stopped, or will never.
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// Between two looks.
pub(crate) const LOOK: Duration = Duration::from_millis(20);

/// Largest body that passes.
pub(crate) const LARGEST: usize = 16 * 1024 * 1024;

/// The program of a service, the edge or the command line, built beside these tests.
///
/// # Panics
/// When it was not built.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("this program has a path");
    let built = own.ancestors().map(|folder| folder.join(name));
    built
        .skip(1)
        .take(3)
        .find(|path| path.is_file())
        .unwrap_or_else(|| {
            panic!("{name} is not built; run this by `make test`, or first: cargo build --workspace --bins")
        })
}

/// What a process is told.
pub(crate) type Variables = BTreeMap<String, String>;

struct Running {
    name: &'static str,
    variables: Variables,
    process: Child,
    log: PathBuf,
}

/// The processes.
pub(crate) struct Processes {
    running: Vec<Running>,
    door: String,
    aws: Environment,
}

impl Processes {
    /// Starts them before the database and the storage of this network, and waits until the edge says that all are ready.
    pub(crate) async fn start(network: &TestNetwork, aws: Environment) -> Self {
        let services = network.network.services();
        subscribe_all(network, &services).await;
        let key = Secrets::random().key("edge");
        witness().learn("the edge's key", &hex_of(&key));
        let seal = Seal::new(key);
        let mut running = Vec::new();
        let at = |port: u16| format!("http://127.0.0.1:{port}");
        let port = free_port();
        let (mut edge, door) = (common(network, port), at(port));
        for service in &services {
            let port = free_port();
            let variables = variables(network, service, port, &seal, &aws);
            let url = format!("{}_URL", schema_of(service.name).to_uppercase());
            edge.insert(url, at(port));
            running.push(spawn(network.folder(), service.name, variables));
        }
        edge.insert("EDGE_SIGNING_KEY".into(), hex_of(&key));
        edge.insert(
            "OPERATOR_KEY".into(),
            network.settings.operator_key.clone().unwrap_or_default(),
        );
        running.push(spawn(network.folder(), "edge", edge));
        let mut processes = Self { running, door, aws };
        processes.are_ready().await;
        processes
    }

    async fn are_ready(&mut self) {
        let (began, mut looks) = (Instant::now(), tokio::time::interval(LOOK));
        let ready = format!("{}/ready", self.door);
        loop {
            looks.tick().await;
            for Running {
                name, process, log, ..
            } in &mut self.running
            {
                if let Some(ended) = process.try_wait().expect("a process can be asked") {
                    let log = std::fs::read_to_string(log).unwrap_or_default();
                    panic!("{name} ended by itself: {ended}\n{log}");
                }
            }
            let asked = reqwest::get(&ready).await;
            if asked.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            assert!(began.elapsed() < START_LIMIT, "not ready after {START_LIMIT:?}");
        }
    }

    /// Where the bus and the queues are; nothing where they are tables.
    pub(crate) fn aws(&self) -> &Environment {
        &self.aws
    }

    fn place_of(&self, name: &str) -> usize {
        let place = self.running.iter().position(|running| running.name == name);
        place.unwrap_or_else(|| panic!("there is no {name}"))
    }

    /// Kills one as the kernel would: at once, without a word.
    pub(crate) async fn kill(&mut self, name: &str) {
        let place = self.place_of(name);
        let running = &mut self.running[place];
        running.process.kill().await.expect("it can be killed");
        witness().log(&std::fs::read_to_string(&running.log).unwrap_or_default());
    }

    /// Starts one again that was killed, as it was.
    pub(crate) async fn start_again(&mut self, name: &str) {
        let place = self.place_of(name);
        let killed = self.running.remove(place);
        let folder = killed.log.parent().expect("a folder").to_owned();
        self.running
            .insert(place, spawn(&folder, killed.name, killed.variables));
        self.are_ready().await;
    }

    /// What leads to the edge.
    pub(crate) fn door(&self) -> Router {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let client = client.build().expect("a client");
        let door = self.door.clone();
        Router::new().fallback(move |request: Request| forward(client.clone(), door.clone(), request))
    }

    /// Asks all to stop, the edge first, and looks at how they end and at what they logged.
    pub(crate) async fn stop(self) {
        for Running {
            name,
            mut process,
            log,
            ..
        } in self.running.into_iter().rev()
        {
            let pid = process.id().and_then(|pid| i32::try_from(pid).ok());
            let pid = Pid::from_raw(pid.unwrap_or_else(|| panic!("{name} has ended by itself")));
            kill(pid, Signal::SIGTERM).expect("it can be asked to stop");
            let ended = tokio::time::timeout(STOP_LIMIT, process.wait()).await;
            let ended = ended.unwrap_or_else(|_elapsed| panic!("{name} does not stop"));
            let log = std::fs::read_to_string(log).unwrap_or_default();
            assert!(
                ended.is_ok_and(|status| status.success()) && log.contains("has stopped"),
                "{name} did not stop as it should:\n{log}"
            );
            witness().log(&log);
        }
    }
}

impl TestNetwork {
    /// Kills the process of a service as the kernel would: at once, without a word.
    ///
    /// # Panics
    /// When there is none, or it logged what it must not.
    pub async fn kill(&mut self, service: &str) {
        self.processes.as_mut().expect("processes").kill(service).await;
    }

    /// Starts the process of a service that was killed, and waits until all are ready.
    ///
    /// # Panics
    /// When there is none, or it does not start.
    pub async fn start_again(&mut self, service: &str) {
        let processes = self.processes.as_mut().expect("processes");
        processes.start_again(service).await;
    }
}

async fn forward(client: reqwest::Client, door: String, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let body = to_bytes(body, LARGEST).await.expect("a body");
    let asked = client.request(parts.method, format!("{door}{path}"));
    answer_of(asked.headers(parts.headers).body(body)).await
}

/// What a server answers to this.
pub(crate) async fn answer_of(asked: reqwest::RequestBuilder) -> Response {
    match asked.send().await {
        Ok(answer) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            *response.body_mut() = Body::from(answer.bytes().await.expect("a body"));
            response
        }
        Err(error) => (StatusCode::BAD_GATEWAY, format!("{error:?}")).into_response(),
    }
}

/// Writes down who consumes what, for processes that know themselves alone.
pub(crate) async fn subscribe_all(network: &TestNetwork, services: &[Service]) {
    let subscriptions: Vec<_> = services
        .iter()
        .filter(|service| !service.consumers.is_empty())
        .map(|service| (service.name, service.manifest.subscriptions()))
        .collect();
    let names: Vec<_> = services.iter().map(|service| service.name).collect();
    let mut administrator = network.database.session().await;
    administrator
        .batch_execute(&subscribe(&subscriptions, &names))
        .await
        .expect("subscriptions can be written down");
}

/// What all of them are told.
pub(crate) fn common(network: &TestNetwork, port: u16) -> Variables {
    let settings = &network.settings;
    let mut variables = Variables::new();
    for (name, value) in [
        ("RUN_AS", "container".to_owned()),
        ("PORT", port.to_string()),
        ("LOG", LOGGED.to_owned()),
        ("PUBLIC_URL", settings.public_url.to_string()),
        ("SECRET_KEY", settings.secrets.to_hex()),
    ] {
        variables.insert(name.to_owned(), value);
    }
    variables
}

pub(crate) fn variables(
    network: &TestNetwork,
    service: &Service,
    port: u16,
    seal: &Seal,
    aws: &Environment,
) -> Variables {
    let storage = &network.settings.storage;
    let endpoint = storage.endpoint.as_ref().map(ToString::to_string);
    let database = format!("{}_DATABASE_URL", schema_of(service.name).to_uppercase());
    let mut variables = common(network, port);
    for (name, value) in [
        (database.as_str(), network.database.address_of(service.name)),
        ("EDGE_PUBLIC_KEY", seal.public_key()),
        ("IDENTITY_BCRYPT_COST", "4".to_owned()),
        ("MEDIA_ENDPOINT", endpoint.unwrap_or_default()),
        ("MEDIA_REGION", storage.region.clone()),
        ("MEDIA_BUCKET", storage.bucket.clone()),
        ("MEDIA_ACCESS_KEY", storage.access_key.clone()),
        ("MEDIA_SECRET_KEY", storage.secret_key.clone()),
    ] {
        variables.insert(name.to_owned(), value);
    }
    for name in [
        "EVENT_BUS_NAME",
        "QUEUE_URL",
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    ] {
        if let Some(value) = aws.get(name) {
            variables.insert(name.to_owned(), value.to_owned());
        }
    }
    variables
}

fn spawn(folder: &Path, name: &'static str, variables: Variables) -> Running {
    let log = folder.join(format!("{name}.log"));
    let written = std::fs::File::create(&log).expect("a log");
    let process = Command::new(program(name))
        .env_clear()
        .envs(&variables)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(written)
        .kill_on_drop(true)
        .spawn()
        .expect("it can be started");
    Running {
        name,
        variables,
        process,
        log,
    }
}

pub(crate) fn hex_of(key: &[u8]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}
