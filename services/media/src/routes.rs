//! HTTP: uploading, and what was uploaded.

mod files;
mod uploads;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(app: App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(uploads::upload))
        .routes(routes!(uploads::confirm))
        .routes(routes!(files::list))
        .routes(routes!(files::read, files::describe, files::remove))
        .routes(routes!(files::download))
        .routes(routes!(files::content))
        .with_state(app)
}
