//! The queues as an operator meets them: all of them, as the administrator, or by the operators' own role on AWS.

use crate::installation::Installation;
use crate::manifests::{MANIFESTS, consumers, routes};
use crate::network;
use anyhow::{Context, Result};
use chassis::operators::{Action, Desk};
use chassis::transport::Embedded;
use chassis::{Manifest, Transport};
use diesel_async::AsyncPgConnection;
use serde_json::Value;
use uuid::Uuid;

/// Everything an operator's command reaches for.
pub(crate) struct Bus {
    pub(crate) services: &'static [Manifest],
    pub(crate) transport: Transport,
    pub(crate) conn: AsyncPgConnection,
    /// Every consumer, by name.
    pub(crate) queues: Vec<&'static str>,
    /// Who reaches for it.
    pub(crate) operator: String,
}

impl Bus {
    /// Connects as this installation lets its operators in.
    pub(crate) async fn connect(installation: &Installation) -> Result<Self> {
        let address = installation.administrator()?;
        let transport = match network::aws(installation.environment()).await? {
            Some(aws) => Transport::Aws(aws),
            None => Transport::Embedded(Embedded::new(&address, "operator", 2, routes())?),
        };
        let conn = store::session(&address, "valine-operator").await?;
        let mut queues: Vec<_> = consumers().map(|service| service.name).collect();
        queues.sort_unstable();
        Ok(Self {
            services: &MANIFESTS,
            transport,
            conn,
            queues,
            operator: installation.operator(),
        })
    }

    /// The queue of this consumer.
    ///
    /// # Errors
    /// When there is none of this name; the message lists those there are.
    pub(crate) fn queue(&self, name: &str) -> Result<&'static str> {
        let queue = self.desk().queue(name);
        queue.with_context(|| {
            format!(
                "there is no consumer {name}; there are {}",
                self.queues.join(", ")
            )
        })
    }

    /// The queues with all that is known of them.
    pub(crate) fn desk(&self) -> Desk<'_> {
        Desk {
            transport: &self.transport,
            conn: &self.conn,
            queues: &self.queues,
        }
    }

    /// Keeps what the operator did.
    pub(crate) async fn audit(
        &self,
        action: &str,
        queue: Option<&str>,
        event: Option<Uuid>,
        detail: Value,
    ) -> Result<()> {
        let action = Action {
            operator: &self.operator,
            action,
            queue,
            event,
            detail,
        };
        self.desk().keep(action).await.map(drop)
    }
}
