//! HTTP to commands and queries. Everything here is for admins.

mod admin;
mod dead_letters;
mod queues;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every address of this service.
pub(crate) fn all() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(queues::list_queues))
        .routes(routes!(dead_letters::list_dead_letters))
        .routes(routes!(dead_letters::read_dead_letter))
        .routes(routes!(dead_letters::replay_dead_letter))
        .routes(routes!(dead_letters::discard_dead_letter))
}
