//! HTTP → command or query, a file for each resource.

mod comments;
mod feeds;
mod moderation;
mod posts;
mod reactions;
mod reports;

use crate::app::App;
use crate::model::{Asker, Place};
use crate::store::feeds::Ask;
use chassis::http::{Limit, Page};
use chassis::{Caller, Principal, Refusal};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use utoipa::openapi::{RefOr, Required};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn router(app: App) -> OpenApiRouter {
    let mut router = OpenApiRouter::new()
        .routes(routes!(feeds::public_feed, posts::create_post))
        .routes(routes!(feeds::home_feed))
        .routes(routes!(feeds::posts_of_author))
        .routes(routes!(posts::get_post, posts::edit_post, posts::remove_post))
        .routes(routes!(reactions::set_reaction, reactions::remove_reaction))
        .routes(routes!(reactions::list_reactions))
        .routes(routes!(comments::list_comments, comments::create_comment))
        .routes(routes!(comments::edit_comment, comments::remove_comment))
        .routes(routes!(reports::report))
        .routes(routes!(moderation::hide))
        .routes(routes!(moderation::restore))
        .routes(routes!(moderation::history))
        .routes(routes!(moderation::reports))
        .routes(routes!(moderation::take))
        .routes(routes!(moderation::resolve))
        .routes(routes!(moderation::dismiss))
        .routes(routes!(moderation::audit));
    for deed in ["resolve", "dismiss"] {
        let path = format!("/moderation/reports/{{id}}/{deed}");
        let described = router.get_openapi_mut().paths.paths.get_mut(&path);
        let operation = described.and_then(|item| item.post.as_mut());
        let body = operation.and_then(|operation| operation.request_body.as_mut());
        if let Some(RefOr::T(body)) = body {
            // Whoever has nothing to note sends none, which no attribute of the document's can say.
            body.required = Some(Required::False);
        }
    }
    router.with_state(app)
}

/// What a list is asked for, beginning at `start` when there is no cursor.
fn asked(caller: &Caller, page: &Page, start: Place) -> Result<(Limit, Ask), Refusal> {
    let (limit, after) = page.read::<(DateTime<Utc>, Uuid)>()?;
    let ask = Ask {
        asker: Asker::from(caller),
        after: after.map_or(start, Place::from),
        limit: limit.probe(),
    };
    Ok((limit, ask))
}

/// The member as whoever asks may be.
fn caller(member: &Principal) -> Caller {
    Caller::Account(Arc::new(member.clone()))
}
