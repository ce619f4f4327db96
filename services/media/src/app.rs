//! What a request of this service may reach, and its worker.

use crate::config::Settings;
use crate::pictures::Workshop;
use crate::storage::Storage;
use axum::extract::FromRef;
use chassis::{Database, Secrets};

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) database: Database,
    pub(crate) secrets: Secrets,
    pub(crate) storage: Storage,
    pub(crate) settings: Settings,
    pub(crate) workshop: Workshop,
}

impl FromRef<App> for Secrets {
    fn from_ref(app: &App) -> Self {
        app.secrets.clone()
    }
}
