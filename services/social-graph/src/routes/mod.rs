//! Addresses of this service.

mod blocks;
mod connections;
mod follows;
mod people;
mod suggestions;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router(app: App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(follows::follow, follows::end_follow))
        .routes(routes!(follows::unfollow))
        .routes(routes!(follows::followers))
        .routes(routes!(follows::following))
        .routes(routes!(follows::relationship))
        .routes(routes!(connections::connect, connections::disconnect))
        .routes(routes!(connections::accept))
        .routes(routes!(connections::decline))
        .routes(routes!(connections::connections))
        .routes(routes!(connections::requests))
        .routes(routes!(blocks::block, blocks::unblock))
        .routes(routes!(blocks::blocks))
        .routes(routes!(suggestions::suggestions))
        .with_state(app)
}
