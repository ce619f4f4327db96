//! The network: every service, what carries their events, and the edge in front. One screen, one list.

use crate::installation::{DEFAULT_URL, Installation};
use crate::manifests::{MANIFESTS, routes};
use anyhow::{Context, Result};
use axum::Router;
use chassis::config::{Environment, Reader};
use chassis::process::{self, CONSUMERS};
use chassis::transport::{Aws, AwsSettings, Embedded, Routes};
use chassis::{Config, Consumed, Seal, Secrets, Service, Transport, consume_once, relay, work_once};
use edge::{Upstream, Upstreams};
use std::sync::Arc;
use store::migrate;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Connections of each service to its schema, besides two to its queue.
const POOL: usize = 8;

/// The purpose of the edge's key.
const EDGE_KEY: &str = "edge-signing";

/// Where a service's schema is.
pub type AddressOf = Arc<dyn Fn(&str) -> Result<String> + Send + Sync>;

/// What the whole network is made with.
#[derive(Clone)]
pub struct Settings {
    /// Where each service's schema and queue are, as its own role.
    pub address_of: AddressOf,
    /// The installation's secret.
    pub secrets: Secrets,
    /// Where people reach it.
    pub public_url: Url,
    /// Lifts rate limits.
    pub operator_key: Option<String>,
    /// Where files are.
    pub storage: media::Config,
    /// What carries events, where it is not the services' own database.
    pub carrier: Option<Aws>,
    /// What each part reads for itself.
    pub environment: Environment,
}

/// A service and its way to the bus.
#[derive(Clone)]
pub struct Member {
    /// The service.
    pub service: Service,
    /// Its transport.
    pub transport: Transport,
}

/// All services in one process.
#[derive(Clone)]
pub struct Network {
    /// Every service, with its transport.
    pub members: Vec<Member>,
    /// The one HTTP door, in front of all of them.
    pub router: Router,
}

/// What the services read for themselves.
struct OfServices {
    origins: Vec<Url>,
    identity: identity::Settings,
    content: content::Settings,
    media: media::Settings,
    orchestrator: orchestrator::Settings,
}

impl OfServices {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            origins: reader.list(
                "ALLOWED_ORIGINS",
                "other origins whose pages may ask, comma-separated",
            ),
            identity: identity::Settings::read(reader),
            content: content::Settings::read(reader),
            media: media::Settings::read(reader),
            orchestrator: orchestrator::Settings::read(reader),
        }
    }
}

/// Complains of all that is wrong with the variables of all parts of a network, at once and before anything is made of them. Whether
/// the address of a server leads anywhere is another question.
///
/// # Errors
/// When something is.
pub fn check(environment: &Environment) -> Result<()> {
    // What an installation makes by itself is not asked for.
    let made = Secrets::random();
    let mut environment = environment
        .clone()
        .with("PUBLIC_URL", DEFAULT_URL)
        .with("EDGE_SIGNING_KEY", hex::encode(made.key(EDGE_KEY)))
        .with("OPERATOR_KEY", made.to_hex());
    if environment.get("SECRET_KEY").is_none() {
        environment = environment.with("SECRET_KEY", made.to_hex());
    }
    let mut reader = environment.read();
    let _services = OfServices::read(&mut reader);
    let _edge = edge::Config::read(&mut reader);
    let carrier = AwsSettings::read(&mut reader);
    if carrier.is_none() {
        share_a_database(&environment, &mut reader);
    }
    Ok(reader.finish()?)
}

/// Complains of a service with a database of its own where events pass through tables, which all services must reach.
fn share_a_database(environment: &Environment, reader: &mut Reader<'_>) {
    let place = |name: &str| {
        let mut url = Url::parse(environment.get(name)?).ok()?;
        // Who comes there may differ. (An address that cannot carry a user stays as it is.)
        let _stripped = (url.set_username(""), url.set_password(None));
        Some(url)
    };
    let shared = place("DATABASE_URL");
    for manifest in MANIFESTS {
        let own = own_address(manifest.name);
        if reader.is_set(&own) && (shared.is_none() || place(&own) != shared) {
            reader.problem(format!(
                "{own} names a database of its own, or that of DATABASE_URL in other words: without EVENT_BUS_NAME all services are in one, that of DATABASE_URL or a private one"
            ));
        }
    }
}

/// The variable of an address that is a service's alone.
fn own_address(service: &str) -> String {
    format!("{}_DATABASE_URL", chassis::schema_of(service).to_uppercase())
}

/// Every service there is.
fn services(settings: &Settings, seal: &Seal) -> Result<Vec<Service>> {
    let mut reader = settings.environment.read();
    let read = OfServices::read(&mut reader);
    reader.finish()?;
    let storage = media::Storage::new(&settings.storage);
    let config = |service: &str| -> Result<Config> {
        Ok(Config {
            database_url: (settings.address_of)(service)?,
            database_again: None,
            pool_size: POOL,
            public_url: settings.public_url.clone(),
            origins: read.origins.clone(),
            secrets: settings.secrets.clone(),
            gate: seal.gate(),
            bucket: storage.bucket().clone(),
        })
    };
    // The operators' service looks after all of them.
    let watched = orchestrator::Watched::everything(transport(settings, "orchestrator", &routes())?);
    Ok(vec![
        identity::service(&config("identity")?, read.identity)?,
        profile::service(&config("profile")?)?,
        content::service_with(&config("content")?, read.content)?,
        media::service_with(&config("media")?, storage.clone(), read.media)?,
        social_graph::service(&config("social-graph")?)?,
        search_indexer::service(&config("search-indexer")?)?,
        orchestrator::service(&config("orchestrator")?, &read.orchestrator, watched)?,
    ])
}

/// A service's way to the bus and to its queue.
fn transport(settings: &Settings, service: &str, routes: &Routes) -> Result<Transport> {
    if let Some(aws) = &settings.carrier {
        return Ok(Transport::Aws(aws.clone()));
    }
    let address = (settings.address_of)(service)?;
    let embedded = Embedded::new(&address, service, CONSUMERS + 1, routes.clone())?;
    Ok(Transport::Embedded(embedded))
}

/// The key that only the edge signs with.
fn seal(settings: &Settings) -> Seal {
    Seal::new(settings.secrets.key(EDGE_KEY))
}

/// The edge reads the same variables as on its own; what this process already knows is put among them.
fn edge_config(settings: &Settings) -> Result<edge::Config> {
    let mut environment = settings
        .environment
        .clone()
        .with("PUBLIC_URL", settings.public_url.as_str())
        .with("SECRET_KEY", settings.secrets.to_hex())
        .with("EDGE_SIGNING_KEY", hex::encode(settings.secrets.key(EDGE_KEY)));
    let session_keys = settings.secrets.session_keys().to_text();
    if !session_keys.is_empty() {
        environment = environment.with("SESSION_KEYS", session_keys);
    }
    if let Some(key) = &settings.operator_key {
        environment = environment.with("OPERATOR_KEY", key);
    }
    let mut reader = environment.read();
    let config = edge::Config::read(&mut reader);
    reader.finish()?;
    config.context("the edge cannot be configured")
}

impl Network {
    /// Puts everything together. Nothing runs, and nothing is connected, before it is used.
    ///
    /// `outside` answers what is not below `/api`.
    ///
    /// # Errors
    /// When the configuration is not usable.
    pub fn assemble(settings: &Settings, outside: Router) -> Result<Self> {
        let (services, routes) = (services(settings, &seal(settings))?, routes());
        let mut upstreams = Upstreams::new().outside(outside);
        let mut members = Vec::new();
        for service in services {
            upstreams = upstreams.with(service.name, Upstream::InProcess(service.router.clone()));
            upstreams = upstreams.described(service.api.clone());
            let transport = transport(settings, service.name, &routes)?;
            members.push(Member { service, transport });
        }
        Ok(Self {
            members,
            router: edge::router(edge_config(settings)?, upstreams)?,
        })
    }

    /// The services alone.
    #[must_use]
    pub fn services(&self) -> Vec<Service> {
        self.members.iter().map(|member| member.service.clone()).collect()
    }

    /// Starts relays, consumers, workers and housekeeping. They end when `stop` is cancelled; join them to know that they have.
    #[must_use]
    pub fn start(&self, stop: &CancellationToken) -> JoinSet<()> {
        let mut running = JoinSet::new();
        for Member { service, transport } in &self.members {
            process::start(service, transport, stop, &mut running);
        }
        running
    }

    /// Carries every event to its end by itself, instead of [`Network::start`]: for tests that do not wait by the clock.
    ///
    /// # Errors
    /// When an outbox or a queue cannot be reached.
    pub async fn settle(&self) -> Result<()> {
        loop {
            let mut moved = 0;
            for Member { service, transport } in &self.members {
                let relayed = relay::once(service, transport)
                    .await
                    .map_err(crate::into_anyhow)?;
                moved += relayed.published;
                moved += work_once(service).await.map_err(crate::into_anyhow)?;
                if !service.consumers.is_empty() {
                    let Consumed { received, .. } = consume_once(service, transport).await?;
                    moved += received;
                }
            }
            if moved == 0 {
                return Ok(());
            }
        }
    }
}

/// Where a service's schema is: `<SERVICE>_DATABASE_URL`, or its role at the administrator's server.
///
/// # Errors
/// When there is no server, or its address cannot carry a user.
pub fn address_of(installation: &Installation, service: &str) -> Result<String> {
    if let Some(address) = installation.environment().get(&own_address(service)) {
        return Ok(address.to_owned());
    }
    let password = installation.secrets()?.database_password(service);
    migrate::address(
        &installation.administrator()?,
        &chassis::schema_of(service),
        &password,
    )
}

/// For services that are described and do not run.
#[must_use]
pub fn no_storage() -> media::Config {
    media::Config {
        endpoint: None,
        public_endpoint: None,
        cdn: None,
        region: "nowhere".to_owned(),
        bucket: "nothing".to_owned(),
        access_key: String::new(),
        secret_key: String::new(),
        session_token: None,
    }
}

/// EventBridge and SQS, if the environment names a bus and queues there.
///
/// # Errors
/// When it names only one of them.
pub async fn aws(environment: &Environment) -> Result<Option<Aws>> {
    let mut reader = environment.read();
    let settings = AwsSettings::read(&mut reader);
    reader.finish()?;
    Ok(match settings {
        Some(settings) => Some(Aws::from_environment(settings).await),
        None => None,
    })
}

/// What a network is made with that is never run: its database and its storage are nowhere.
///
/// # Errors
/// Never, but that the compiler cannot know that an address of ours is one.
pub fn nowhere(secrets: Secrets, environment: Environment) -> Result<Settings> {
    Ok(Settings {
        address_of: Arc::new(|_| Ok("postgres://nobody@127.0.0.1/nowhere".to_owned())),
        secrets,
        public_url: Url::parse(DEFAULT_URL)?,
        operator_key: None,
        storage: no_storage(),
        carrier: None,
        environment,
    })
}

/// One of the services, as a value of its own.
///
/// # Errors
/// When the configuration is not usable, or there is no such service.
pub fn describe_one(settings: &Settings, name: &str) -> Result<Service> {
    services(settings, &seal(settings))?
        .into_iter()
        .find(|service| service.name == name)
        .ok_or_else(|| anyhow::anyhow!("there is no service {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifests::consumers;
    use chassis::Manifest;

    #[test]
    fn every_service_is_what_its_manifest_says() {
        let settings = nowhere(Secrets::random(), Environment::default()).unwrap();
        let services = services(&settings, &seal(&settings)).unwrap();
        assert_eq!(services.len(), MANIFESTS.len());
        for (service, manifest) in services.iter().zip(MANIFESTS) {
            assert_eq!(service.name, manifest.name);
            let consumers = service.consumers.iter().map(|consumer| consumer.subscription);
            assert_eq!(
                consumers.collect::<Vec<_>>(),
                manifest.consumes,
                "what {} consumes",
                service.name
            );
        }
    }

    #[test]
    fn operators_look_after_every_queue_and_every_outbox() {
        let settings = nowhere(Secrets::random(), Environment::default()).unwrap();
        let transport = transport(&settings, "orchestrator", &routes()).unwrap();
        let watched = orchestrator::Watched::everything(transport);
        let sorted = |mut names: Vec<&'static str>| {
            names.sort_unstable();
            names
        };
        let names = |manifest: &Manifest| manifest.name;
        assert_eq!(watched.queues, sorted(consumers().map(names).collect()));
        assert_eq!(watched.outboxes, sorted(MANIFESTS.iter().map(names).collect()));
    }
}
