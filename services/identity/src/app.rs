//! What handlers share.

use crate::model::{Links, Sealer};
use crate::passwords::Passwords;
use crate::settings::Settings;
use axum::extract::FromRef;
use chassis::session::{SessionCookie, SessionKey};
use chassis::storage::Bucket;
use chassis::{Config, Database, Secrets};

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) database: Database,
    pub(crate) secrets: Secrets,
    pub(crate) settings: Settings,
    pub(crate) passwords: Passwords,
    pub(crate) session_key: SessionKey,
    pub(crate) cookie: SessionCookie,
    pub(crate) links: Links,
    pub(crate) sealer: Sealer,
    pub(crate) bucket: Bucket,
}

impl App {
    pub(crate) fn new(config: &Config, settings: Settings) -> anyhow::Result<Self> {
        Ok(Self {
            database: config.database(crate::MANIFEST.name)?,
            passwords: Passwords::new(&config.secrets, settings.bcrypt_cost),
            session_key: SessionKey::new(&config.secrets),
            cookie: SessionCookie::of_site(&config.public_url),
            links: Links {
                public_url: config.public_url.clone(),
                secrets: config.secrets.clone(),
            },
            sealer: Sealer::new(&config.secrets),
            secrets: config.secrets.clone(),
            bucket: config.bucket.clone(),
            settings,
        })
    }
}

impl FromRef<App> for Secrets {
    fn from_ref(app: &App) -> Self {
        app.secrets.clone()
    }
}
