//! What a process is told by its environment.

use super::kept;
use crate::config::Reader;
use crate::metrics::Lines;
use crate::session::SessionKeys;
use crate::storage::{Bucket, BucketConfig};
use crate::{Config, Gate, Secrets, schema_of, telemetry};
use anyhow::Context;
use serde::Deserialize;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use store::{AddressAgain, migrate};
use url::Url;

/// Connections of a service to its schema, besides those to its queue.
const POOL: usize = 8;

/// How a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunAs {
    /// Everything, until it is asked to stop.
    Container,
    /// A function that answers requests.
    LambdaHttp,
    /// A function that consumes batches of a queue.
    LambdaEvents,
    /// A function that publishes, works and tidies up, each minute.
    LambdaRelay,
    /// A function that says of every request who asks: the edge's.
    LambdaAuthorizer,
    /// The operators' function that brings schemas and roles up to date.
    LambdaMigrate,
    /// The operators' function that runs a command of theirs.
    LambdaOps,
}

impl RunAs {
    /// As `RUN_AS` says it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::LambdaHttp => "lambda-http",
            Self::LambdaEvents => "lambda-events",
            Self::LambdaRelay => "lambda-relay",
            Self::LambdaAuthorizer => "lambda-authorizer",
            Self::LambdaMigrate => "lambda-migrate",
            Self::LambdaOps => "lambda-ops",
        }
    }

    /// Reads `RUN_AS`; a program may run as some of them, and as the first of these when nothing is said.
    pub fn read(reader: &mut Reader<'_>, possible: &[Self]) -> Option<Self> {
        let name: Option<String> = reader.optional("RUN_AS", "how to run");
        let Some(name) = name else {
            return possible.first().copied();
        };
        let found = possible.iter().copied().find(|way| way.name() == name);
        if found.is_none() {
            let names: Vec<_> = possible.iter().map(|way| way.name()).collect();
            reader.problem(format!("RUN_AS must be one of: {}", names.join(", ")));
        }
        found
    }
}

/// What every process is told.
#[derive(Clone, Debug)]
pub struct Common {
    /// Where a container listens.
    pub address: SocketAddr,
    /// Which lines of the log are written.
    log: String,
    /// What the numbers are of, where somebody makes metrics of them.
    stage: Option<String>,
}

impl Common {
    /// Reads `HOST`, `PORT`, `LOG` and `STAGE`; what is wrong stays noted in the reader.
    pub fn read(reader: &mut Reader<'_>) -> Self {
        let host = reader.or(
            "HOST",
            IpAddr::from([127, 0, 0, 1]),
            "the address to listen at; 0.0.0.0 for all",
        );
        let port = reader.or("PORT", 8080, "the port to listen at");
        Self {
            address: SocketAddr::new(host, port),
            log: reader.or(
                "LOG",
                "info".to_owned(),
                "which log lines are written, such as warn,chassis=debug",
            ),
            stage: reader.optional(
                "STAGE",
                "the first dimension of numbers, which are written to standard output where it is set",
            ),
        }
    }

    /// Begins to log, to standard error; numbers go to standard output.
    ///
    /// # Errors
    /// When `LOG` cannot be read.
    pub fn start_telemetry(&self) -> anyhow::Result<()> {
        let stage = self.stage.as_deref();
        let numbers = stage.map(|stage| Lines::new(stage, std::io::stdout));
        telemetry::start_with(telemetry::Format::Json, &self.log, std::io::stderr, numbers)
    }
}

/// A role and its password at the database, as Secrets Manager keeps them.
#[derive(Clone, Deserialize)]
pub struct Login {
    /// The role.
    pub username: String,
    /// Its password.
    pub password: String,
}

impl FromStr for Login {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // What serde says of it might repeat it.
        serde_json::from_str(text).map_err(|_error| "must be {\"username\": …, \"password\": …}")
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({}, …)", self.username)
    }
}

impl Config {
    /// What every service is told; what is missing or wrong is noted in the reader, and then there is none.
    pub fn read(reader: &mut Reader<'_>, service: &str) -> Option<Self> {
        let secrets: Option<Secrets> = reader.required(
            "SECRET_KEY",
            "the installation's secret, 64 hexadecimal digits; every other key is derived from it",
        );
        let session_keys = reader.or(
            "SESSION_KEYS",
            SessionKeys::default(),
            "the keys of session tokens once they were rotated, as `valine session-keys` writes them",
        );
        let gate: Option<Gate> = reader.required(
            "EDGE_PUBLIC_KEY",
            "the public half of the edge's key, 64 hexadecimal digits; who asks without the edge is refused",
        );
        let public_url: Option<Url> = reader.required(
            "PUBLIC_URL",
            "where people reach the site, such as https://joint.example",
        );
        let origins = reader.list(
            "ALLOWED_ORIGINS",
            "other origins whose pages may ask, comma-separated",
        );
        let pool_size = reader.or(
            "DATABASE_POOL_SIZE",
            POOL,
            "most connections to the service's schema",
        );
        if pool_size == 0 {
            reader.problem("DATABASE_POOL_SIZE must be 1 or more");
        }
        let bucket = BucketConfig::read(reader);
        let database_url = database_url(reader, service, secrets.as_ref());
        Some(Self {
            database_url: database_url?,
            database_again: again(reader),
            pool_size,
            public_url: public_url?,
            origins,
            secrets: secrets?.with_session_keys(session_keys),
            gate: gate?,
            bucket: Bucket::new(&bucket?),
        })
    }
}

/// Where a service's schema is: `<SERVICE>_DATABASE_URL`, or its role at the server of `DATABASE_URL`, with the password that
/// the installation's secret gives it, or with role and password of `DATABASE_SECRET`.
fn database_url(reader: &mut Reader<'_>, service: &str, secrets: Option<&Secrets>) -> Option<String> {
    let schema = schema_of(service);
    let own = format!("{}_DATABASE_URL", schema.to_uppercase());
    if reader.is_set(&own) {
        return reader.optional(&own, "where this service's schema is, as its own role");
    }
    let server: String = reader.required(
        "DATABASE_URL",
        "the PostgreSQL server of all services; the role and password of each are put into it",
    )?;
    let login: Option<Login> = reader.optional("DATABASE_SECRET", "the role and password of this service");
    let address = match login {
        Some(Login { username, password }) => store::as_role(&server, &username, &password),
        // What is wrong with it is noted already.
        None if reader.is_set("DATABASE_SECRET") => return None,
        None => migrate::address(&server, &schema, &secrets?.database_password(service)),
    };
    match address {
        Ok(address) => Some(address),
        Err(error) => {
            reader.problem(format!("DATABASE_URL cannot be used: {error}"));
            None
        }
    }
}

/// Where role and password are in a secret they change, and are read again when the server no longer takes them.
fn again(reader: &mut Reader<'_>) -> Option<AddressAgain> {
    let arn: String = reader.optional(
        "DATABASE_SECRET_ARN",
        "where the role and password of this service are kept",
    )?;
    let server: String = reader.optional("DATABASE_URL", "the PostgreSQL server of all services")?;
    Some(AddressAgain::new(move || {
        let (arn, server) = (arn.clone(), server.clone());
        Box::pin(async move {
            tracing::info!("the database turned the service away: its password is read again");
            let kept = kept::value(&arn, kept::Version::Current)
                .await?
                .context("DATABASE_SECRET_ARN holds nothing")?;
            let Login { username, password } = kept.parse().map_err(anyhow::Error::msg)?;
            store::as_role(&server, &username, &password)
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    fn whole() -> Environment {
        Environment::default()
            .with("SECRET_KEY", "0b".repeat(32))
            .with(
                "EDGE_PUBLIC_KEY",
                hex::encode(ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key()),
            )
            .with("PUBLIC_URL", "https://joint.example")
            .with("DATABASE_URL", "postgres://db.example/joint?sslmode=verify-full")
            .with("MEDIA_BUCKET", "files")
            .with("MEDIA_ACCESS_KEY", "name")
            .with("MEDIA_SECRET_KEY", "hush")
    }

    fn read(environment: &Environment) -> (Option<Config>, String) {
        let mut reader = environment.read();
        let config = Config::read(&mut reader, "night-shift");
        let problems = reader.finish().err().map(|problems| problems.to_string());
        (config, problems.unwrap_or_default())
    }

    #[test]
    fn everything_that_is_missing_is_said_at_once() {
        let (config, problems) = read(&Environment::default());
        assert!(config.is_none());
        for name in [
            "SECRET_KEY",
            "EDGE_PUBLIC_KEY",
            "PUBLIC_URL",
            "DATABASE_URL",
            "MEDIA_BUCKET",
            "MEDIA_ACCESS_KEY",
        ] {
            assert!(
                problems.contains(&format!("{name} is not set")),
                "{name}: {problems}"
            );
        }
        let (_, problems) = read(
            &whole()
                .with("EDGE_PUBLIC_KEY", "0b")
                .with("DATABASE_POOL_SIZE", "0"),
        );
        assert!(problems.contains("EDGE_PUBLIC_KEY cannot be read"), "{problems}");
        assert!(problems.contains("DATABASE_POOL_SIZE"), "{problems}");
    }

    #[test]
    fn a_role_is_the_installations_or_that_of_a_secret_or_of_an_address_of_its_own() {
        let (config, problems) = read(&whole());
        let config = config.unwrap_or_else(|| panic!("{problems}"));
        let password = config.secrets.database_password("night-shift");
        let address =
            format!("postgres://valine_night_shift:{password}@db.example/joint?sslmode=verify-full");
        assert_eq!(config.database_url, address);

        let secret = r#"{"username":"valine_night_shift","password":"a","engine":"postgres"}"#;
        let (config, _) = read(&whole().with("DATABASE_SECRET", secret));
        let address = store::as_role(
            "postgres://db.example/joint?sslmode=verify-full",
            "valine_night_shift",
            "a",
        );
        assert_eq!(config.unwrap().database_url, address.unwrap());
        let (config, problems) = read(&whole().with("DATABASE_SECRET", "hushhush"));
        assert!(
            config.is_none() && problems.contains("DATABASE_SECRET cannot be read"),
            "{problems}"
        );
        assert!(!problems.contains("hushhush"), "{problems}");

        let own = "postgres://shift@127.0.0.1/elsewhere";
        let (config, _) = read(&whole().with("NIGHT_SHIFT_DATABASE_URL", own));
        assert_eq!(config.unwrap().database_url, own);
    }

    #[test]
    fn without_a_key_of_its_own_the_bucket_is_opened_with_the_processs() {
        let without = whole().with("MEDIA_ACCESS_KEY", "").with("MEDIA_SECRET_KEY", "");
        let (_, problems) = read(&without);
        assert!(problems.contains("MEDIA_ACCESS_KEY is not set"), "{problems}");
        let (config, problems) = read(
            &without
                .with("AWS_ACCESS_KEY_ID", "role")
                .with("AWS_SECRET_ACCESS_KEY", "hush"),
        );
        assert!(config.is_some(), "{problems}");
    }
}
