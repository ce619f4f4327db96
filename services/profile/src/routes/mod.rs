//! Addresses of this service.

mod ask;
mod credits;
mod education;
mod links;
mod users;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router(app: App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(users::own_profile, users::edit_profile))
        .routes(routes!(users::profile))
        .routes(routes!(credits::credits, credits::add_credit))
        .routes(routes!(credits::order_credits))
        .routes(routes!(credits::change_credit, credits::remove_credit))
        .routes(routes!(education::education, education::add_school))
        .routes(routes!(education::change_school, education::remove_school))
        .routes(routes!(links::links, links::add_link))
        .routes(routes!(links::change_link, links::remove_link))
        .with_state(app)
}
