//! `lambda-migrate`: schemas, queues and roles brought up to date before functions are changed, and the public half of the
//! edge's key written where services read it. As the administrator; doing it again changes nothing.

use super::logins::Logins;
use crate::manifests::MANIFESTS;
use crate::migrate::{Doors, all};
use anyhow::{Context, Result};
use chassis::config::Environment;
use chassis::process::{Login, kept};
use chassis::{Manifest, Seal};
use serde::Serialize;
use std::str::FromStr;
use store::as_role;

/// What was done.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Migrated {
    /// What ran, as `schema/version`.
    migrations: Vec<String>,
    /// Those that were given the password of their secret.
    roles: Vec<String>,
    /// What became of the public half of the edge's key.
    edge_public_key: Half,
}

/// What became of the public half.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Half {
    /// There was none.
    Written,
    /// It was that of another key.
    Replaced,
    /// It was there.
    Unchanged,
}

/// The edge's private key, 64 hexadecimal digits.
struct SigningKey([u8; 32]);

impl FromStr for SigningKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut key = [0; 32];
        hex::decode_to_slice(text, &mut key).map_err(|_error| "must be 64 hexadecimal digits")?;
        Ok(Self(key))
    }
}

/// What the function is told besides the services' roles.
struct Told {
    server: String,
    administrator: Login,
    signing_key: SigningKey,
    public_key_arn: String,
}

impl Told {
    fn read(environment: &Environment) -> Result<Self> {
        let mut reader = environment.read();
        let server = reader.required("DATABASE_URL", "the PostgreSQL server of all services");
        let administrator = reader.required("ADMINISTRATOR_SECRET", "the administrator's role and password");
        let signing_key = reader.required("EDGE_SIGNING_KEY", "the edge's key, whose public half is written");
        let public_key_arn = reader.required("EDGE_PUBLIC_KEY_ARN", "where that is written");
        reader.finish()?;
        let told = (|| {
            Some(Self {
                server: server?,
                administrator: administrator?,
                signing_key: signing_key?,
                public_key_arn: public_key_arn?,
            })
        })();
        told.context("the configuration is not usable")
    }
}

/// Does it.
///
/// # Errors
/// When something is missing, the database cannot be reached, or a migration fails; what ran before it stays.
pub(super) async fn run(environment: &Environment) -> Result<Migrated> {
    let environment = kept::resolved(environment.clone()).await?;
    let told = Told::read(&environment)?;
    let logins = Logins::read(&environment).await?;
    let schemas: Vec<_> = MANIFESTS.iter().map(Manifest::schema).collect();
    logins.must_be_of(&schemas)?;
    let Login { username, password } = &told.administrator;
    let doors = Doors {
        administrator: &as_role(&told.server, username, password)?,
        password_of: &|service| {
            let (_, password) = logins.of(&chassis::schema_of(service))?;
            Ok(password.to_owned())
        },
        address_of: &|service| {
            let (role, password) = logins.of(&chassis::schema_of(service))?;
            as_role(&told.server, &role, password)
        },
        operator: Some(logins.operator()?),
    };
    let migrations = all(doors).await?;
    let public_key = Seal::new(told.signing_key.0).public_key();
    let edge_public_key = match environment.get("EDGE_PUBLIC_KEY") {
        Some(known) if known == public_key => Half::Unchanged,
        known => {
            kept::put(&told.public_key_arn, &public_key)
                .await
                .context("EDGE_PUBLIC_KEY_ARN")?;
            if known.is_some() {
                Half::Replaced
            } else {
                Half::Written
            }
        }
    };
    tracing::info!(migrations = migrations.len(), ?edge_public_key, "migrated");
    Ok(Migrated {
        migrations,
        roles: logins.roles(),
        edge_public_key,
    })
}
