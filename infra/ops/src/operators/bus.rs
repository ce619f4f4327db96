//! The queues as an operator meets them: all of them, as the administrator.

use crate::installation::Installation;
use crate::network;
use anyhow::{Context, Result};
use chassis::transport::{Embedded, Routes};
use chassis::{Service, Transport, schema_of};
use diesel::sql_types::{Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use store::statement;
use uuid::Uuid;

/// Everything an operator's command reaches for.
pub(crate) struct Bus {
    pub(crate) services: Vec<Service>,
    pub(crate) transport: Transport,
    pub(crate) conn: AsyncPgConnection,
}

impl Bus {
    /// Connects as the administrator of this installation.
    pub(crate) async fn connect(installation: &Installation) -> Result<Self> {
        let address = installation.administrator()?;
        let services = network::describe(installation)?;
        let routes = Routes::new(consumers(&services).map(|service| (service.name, service.subscriptions())));
        let transport = match network::aws(installation.environment()).await? {
            Some(aws) => Transport::Aws(aws),
            None => Transport::Embedded(Embedded::new(&address, "operator", 2, routes)?),
        };
        let conn = store::session(&address, "valine-operator").await?;
        Ok(Self {
            services,
            transport,
            conn,
        })
    }

    /// The services that have a queue, or the one of this name.
    ///
    /// # Errors
    /// When there is none of this name; the message lists those there are.
    pub(crate) fn queues(&self, only: Option<&str>) -> Result<Vec<&'static str>> {
        let all: Vec<_> = consumers(&self.services).map(|service| service.name).collect();
        let Some(only) = only else { return Ok(all) };
        let found = all
            .iter()
            .copied()
            .find(|name| schema_of(name) == schema_of(only));
        found
            .map(|name| vec![name])
            .with_context(|| format!("there is no consumer {only}; there are {}", all.join(", ")))
    }

    /// Keeps who did what.
    pub(crate) async fn audit(
        &mut self,
        action: &str,
        queue: Option<&str>,
        event: Option<Uuid>,
        detail: Value,
    ) -> Result<()> {
        statement("INSERT INTO bus.operator_action (operator, action, queue, event_id, detail) VALUES ($1, $2, $3, $4, $5)")
            .bind::<Text, _>(operator())
            .bind::<Text, _>(action)
            .bind::<Nullable<Text>, _>(queue)
            .bind::<Nullable<SqlUuid>, _>(event)
            .bind::<Jsonb, _>(detail)
            .execute(&mut self.conn)
            .await
            .context("the action cannot be kept in bus.operator_action, so it is not done")?;
        Ok(())
    }
}

fn consumers(services: &[Service]) -> impl Iterator<Item = &Service> {
    services.iter().filter(|service| !service.consumers.is_empty())
}

/// The user of this machine who runs the command.
fn operator() -> String {
    let user = nix::unistd::User::from_uid(nix::unistd::Uid::current())
        .ok()
        .flatten();
    user.map_or_else(
        || format!("uid {}", nix::unistd::Uid::current()),
        |user| user.name,
    )
}
