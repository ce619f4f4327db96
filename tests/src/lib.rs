//! End to end, across services: the network as its people meet it, on a database and a storage of its own.
//!
//! Everything goes through the edge. Nothing moves by itself: [`TestNetwork::settle`] carries every event to its end,
//! so that no test waits by the clock.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is how failure is said"
)]

mod functions;
mod operator;
mod passage;
mod processes;
mod quiet;

pub use operator::Said;
pub use passage::{Bus, Passage};
pub use processes::program;

use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use chassis::config::Environment;
use chassis::transport::Aws;
use chassis::{Role, Secrets};
use functions::Functions;
use http::header;
use local::s3::{Options, S3};
use ops::network::{Network, Settings};
use processes::Processes;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use testkit::{Answer, Client, SchemaPlan, TestDatabase, witness};
use tokio_util::sync::CancellationToken;
use url::Url;

/// The address that every request seems to come from.
pub const PEER: ([u8; 4], u16) = ([127, 0, 0, 1], 4242);

/// A picture of one pixel, whole: PNG.
pub const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDATx\xdac\xd0\xcf\xef\x07\0\x01\xfe\x01.\x22\x9d\xe9\x9c\0\0\0\0IEND\xaeB`\x82";

/// All services behind the edge.
pub struct TestNetwork {
    /// What runs.
    pub network: Network,
    /// Where its rows are.
    pub database: TestDatabase,
    /// What it was made with.
    pub settings: Settings,
    router: Router,
    storage: Option<(S3, CancellationToken)>,
    folder: TempDir,
    processes: Option<Processes>,
    functions: Option<Arc<Functions>>,
}

/// Somebody who signed up.
#[derive(Clone)]
pub struct Person {
    /// Asks with this person's session.
    pub client: Client,
    /// Their account.
    pub id: String,
    /// Their user name.
    pub username: String,
    /// Their e-mail address.
    pub email: String,
    /// Their password.
    pub password: String,
}

impl TestNetwork {
    /// Starts with nobody in it.
    pub async fn start() -> Self {
        Self::start_with(Environment::default()).await
    }

    /// The same, with these variables.
    pub async fn start_with(environment: Environment) -> Self {
        Self::carried_by(None, environment).await
    }

    /// The same, with events that travel by EventBridge and SQS if they are given.
    pub async fn carried_by(carrier: Option<Aws>, environment: Environment) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let stop = CancellationToken::new();
        let storage = S3::start(Options::new(folder.path()), stop.clone())
            .await
            .expect("a storage");
        // Hashing slowly on purpose is tested where it is the point.
        let environment = environment.with("IDENTITY_BCRYPT_COST", "4");
        let mut settings = Settings {
            address_of: Arc::new(|_| Ok("postgres://nobody@127.0.0.1/nowhere".to_owned())),
            secrets: Secrets::random(),
            public_url: Url::parse("http://127.0.0.1:8080").expect("a URL"),
            operator_key: Some(Secrets::random().to_hex()),
            storage: media::Config {
                endpoint: Some(storage.endpoint.clone()),
                public_endpoint: None,
                cdn: None,
                region: storage.region.clone(),
                bucket: storage.bucket.clone(),
                access_key: storage.access_key.clone(),
                secret_key: storage.secret_key.clone(),
                session_token: None,
            },
            carrier,
            environment,
        };
        let key = settings.operator_key.as_deref().unwrap_or_default();
        for (what, secret) in [
            ("the operator's key", key),
            ("the installation's secret", &settings.secrets.to_hex()),
            ("the storage's key", &settings.storage.secret_key),
        ] {
            witness().learn(what, secret);
        }
        let plan = Network::assemble(&settings, Router::new()).expect("the network can be assembled");
        let schemas = plan.services().into_iter().map(|service| SchemaPlan {
            service: service.name,
            migrations: (service.manifest.migrations)(),
            consumes: !service.consumers.is_empty(),
            operates: service.manifest.operates,
        });
        let database = TestDatabase::create(schemas.collect()).await;
        let addresses = database.clone();
        settings.address_of = Arc::new(move |service| Ok(addresses.address_of(service)));
        let network = Network::assemble(&settings, Router::new()).expect("the network can be assembled");
        let router = network
            .router
            .clone()
            .layer(Extension(ConnectInfo(SocketAddr::from(PEER))));
        Self {
            network,
            database,
            settings,
            router,
            storage: Some((storage, stop)),
            folder,
            processes: None,
            functions: None,
        }
    }

    /// The same, but that every service and the edge are processes of their own, told by their environment what they are:
    /// what is carried by EventBridge and SQS where these variables of AWS's are given, and by tables else.
    ///
    /// # Panics
    /// When one of them does not start.
    pub async fn in_processes(bus: Option<(Aws, Environment)>) -> Self {
        let (carrier, aws) = bus.unzip();
        let mut network = Self::carried_by(carrier, Environment::default()).await;
        let processes = Processes::start(&network, aws.unwrap_or_default()).await;
        network.router = processes.door();
        network.processes = Some(processes);
        network
    }

    /// The same, but that requests go the way that they go on AWS: to functions of Lambda, after the edge's authorizer. Events
    /// are carried as ever.
    ///
    /// # Panics
    /// When one of them is not built.
    pub async fn in_functions() -> Self {
        let mut network = Self::start().await;
        let functions = Functions::start(&network).await;
        network.router = functions.door();
        network.functions = Some(functions);
        network
    }

    /// Looks at what the functions logged.
    ///
    /// # Panics
    /// When there are none, or one of them logged what it must not.
    pub fn look_at_logs(&self) {
        self.functions.as_ref().expect("functions").look();
    }

    /// Asks the processes to stop, and looks at how they end and at what they logged.
    ///
    /// # Panics
    /// When there are none, one of them ends otherwise than asked, or logged what it must not.
    pub async fn stop(mut self) {
        let processes = self.processes.take().expect("processes");
        processes.stop().await;
    }

    /// What another process of the same installation makes of what this one left.
    ///
    /// # Panics
    /// When it cannot be assembled.
    pub fn start_anew(&mut self) {
        self.network =
            Network::assemble(&self.settings, Router::new()).expect("the network can be assembled");
        self.router = self
            .network
            .router
            .clone()
            .layer(Extension(ConnectInfo(SocketAddr::from(PEER))));
    }

    /// Where the storage keeps its files.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Takes the storage away.
    ///
    /// # Panics
    /// When it is away already.
    pub async fn close_storage(&mut self) {
        let (storage, stop) = self.storage.take().expect("a storage");
        stop.cancel();
        storage.stopped().await.expect("the storage ends");
    }

    /// Brings it back, at the same address.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn open_storage(&mut self) {
        let stop = CancellationToken::new();
        let storage = S3::start(Options::new(self.folder.path()), stop.clone()).await;
        self.storage = Some((storage.expect("a storage"), stop));
    }

    /// Somebody without a session.
    #[must_use]
    pub fn nobody(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// Somebody new, however many there are from this address. Their events are not carried anywhere yet.
    pub async fn sign_up(&self, username: &str) -> Person {
        let email = format!("{username}@mail.example");
        let password = format!("a long word for {username}");
        let ask =
            json!({ "email": email, "password": password, "username": username, "displayName": username });
        let key = self.settings.operator_key.as_deref().unwrap_or_default();
        let operator = self.nobody().with("x-valine-operator", key);
        let answer = operator.post("/api/auth/signup", ask).await;
        let client = self.nobody().with("cookie", &cookie(&answer));
        let id = text(&answer.expect(201), "/user/id");
        Person {
            client,
            id,
            username: username.to_owned(),
            email,
            password,
        }
    }

    /// Sends a file as the answer to its announcement says.
    ///
    /// # Panics
    /// When the storage does not take it.
    pub async fn send(&self, upload: &Value, bytes: Vec<u8>) {
        let mut request = reqwest::Client::new().put(text(upload, "/uploadUrl"));
        for (name, value) in upload["headers"].as_object().into_iter().flatten() {
            request = request.header(name, value.as_str().unwrap_or_default());
        }
        let answer = request.body(bytes).send().await.expect("the storage answers");
        assert!(
            answer.status().is_success(),
            "the storage answered {}",
            answer.status()
        );
    }

    /// The token in the newest mail to this address with these words in its subject, once every event has come to its end.
    ///
    /// # Panics
    /// When there is no such mail.
    pub async fn mailed_token(&self, to: &str, subject: &str) -> String {
        self.settle().await;
        let conn = self.database.session_of("identity").await;
        let mails = identity::mailbox::list(&conn, Some(to)).await.expect("a mailbox");
        let links = mails
            .iter()
            .filter(|mail| mail.subject.contains(subject))
            .flat_map(|mail| &mail.links);
        let token = links
            .filter_map(|link| link.split_once("token="))
            .map(|(_, token)| token);
        let token = token.into_iter().next();
        token
            .unwrap_or_else(|| panic!("no mail to {to} about `{subject}`"))
            .to_owned()
    }

    /// Makes somebody a moderator, an admin, or a member.
    ///
    /// # Panics
    /// When they have no account.
    pub async fn give_role(&self, person: &Person, role: Role) {
        let mut conn = self.database.session_of("identity").await;
        identity::operators::set_role(&mut conn, &person.email, role)
            .await
            .expect("an account");
    }

    /// Carries every event to its end; where processes do that, waits until they have.
    pub async fn settle(&self) {
        match &self.processes {
            None => self.network.settle().await.expect("events can be carried"),
            Some(_) => quiet::wait(self).await,
        }
    }

    /// Settles, and checks that nothing is left: every outbox empty, every queue quiet, nothing dead.
    ///
    /// # Panics
    /// When something is left.
    pub async fn at_rest(&self) {
        self.settle().await;
        for member in &self.network.members {
            let name = member.service.name;
            let backlog = store::outbox::backlog(&self.database.session_of(name).await)
                .await
                .expect("a backlog");
            assert_eq!(backlog.pending, 0, "{name} has events that were never published");
            if !member.service.consumers.is_empty() {
                let depth = match &self.processes {
                    None => member.transport.depth(name).await.expect("a depth"),
                    Some(_) => quiet::depth(member).await,
                };
                // The queue is read as its own role, which may not look at dead letters of others.
                assert!(
                    depth.is_quiet() && depth.dead == 0,
                    "the queue of {name} is not at rest: {depth:?}"
                );
            }
        }
    }
}

impl Drop for TestNetwork {
    fn drop(&mut self) {
        if let Some((_, stop)) = &self.storage {
            stop.cancel();
        }
    }
}

/// The session cookie of an answer, as it is sent back.
///
/// # Panics
/// When the answer sets none.
#[must_use]
pub fn cookie(answer: &Answer) -> String {
    let cookies = answer
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok());
    let session = cookies
        .filter_map(|cookie| cookie.split(';').next())
        .find(|cookie| cookie.starts_with("jwt_token="));
    session
        .unwrap_or_else(|| panic!("no session cookie: {} {}", answer.status, answer.text))
        .to_owned()
}

/// The text at this place of a JSON document.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn text(value: &Value, pointer: &str) -> String {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found
        .unwrap_or_else(|| panic!("no text at {pointer} of {value}"))
        .to_owned()
}
