use super::asked;
use crate::app::App;
use crate::commands::react::react;
use crate::model::{Place, ReactionType};
use crate::queries::{self, ReactionCounts, ReactionView};
use axum::extract::State;
use chassis::http::{Cursor, Errors, Json, Page, Path, Query, Read, RequestCause, Unchanged};
use chassis::{Caller, Principal, Result};
use events::{Cause, PostId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What the asker makes of a post.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewReaction {
    r#type: ReactionType,
}

/// How a post stands after the asker reacted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reacted {
    #[schema(example = "Noted")]
    message: &'static str,
    reaction_counts: ReactionCounts,
    #[schema(required)]
    my_reaction: Option<ReactionType>,
}

/// Which reactions.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ReactionFilter {
    /// Those of this type.
    r#type: Option<ReactionType>,
}

/// A page of reactions, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReactionList {
    reactions: Vec<ReactionView>,
    /// On all pages, as far as the asker may see them.
    total: i64,
    reaction_counts: ReactionCounts,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "WzQyXQ")]
    next_cursor: Option<String>,
}

/// Reacts to a post; the reaction takes the place of the one before.
#[utoipa::path(put, path = "/posts/{id}/reaction", tag = "content", params(("id" = PostId, Path)),
    request_body = NewReaction, responses((status = 200, body = Reacted), Errors))]
pub(super) async fn set_reaction(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    who: Principal,
    Path(id): Path<PostId>,
    Json { value: ask, .. }: Json<NewReaction>,
) -> Result<Json<Reacted>> {
    reacted(&app, cause, who, id, Some(ask.r#type)).await
}

/// Takes the reaction back.
#[utoipa::path(delete, path = "/posts/{id}/reaction", tag = "content", params(("id" = PostId, Path)),
    responses((status = 200, body = Reacted), Errors))]
pub(super) async fn remove_reaction(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    who: Principal,
    Path(id): Path<PostId>,
) -> Result<Json<Reacted>> {
    reacted(&app, cause, who, id, None).await
}

async fn reacted(
    app: &App,
    cause: Cause,
    who: Principal,
    id: PostId,
    my_reaction: Option<ReactionType>,
) -> Result<Json<Reacted>> {
    let counts = app
        .database
        .write(async move |conn| react(conn, &cause, &who, id, my_reaction).await);
    Ok(Json::of(Reacted {
        message: if my_reaction.is_some() {
            "Noted"
        } else {
            "Taken back"
        },
        reaction_counts: counts.await?.into(),
        my_reaction,
    }))
}

/// Who reacted to a post, and how.
#[utoipa::path(get, path = "/posts/{id}/reactions", tag = "content",
    params(("id" = PostId, Path), ReactionFilter, Page),
    responses((status = 200, body = ReactionList), Unchanged, Errors))]
pub(super) async fn list_reactions(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PostId>,
    Query(filter): Query<ReactionFilter>,
    Query(page): Query<Page>,
) -> Result<Read<ReactionList>> {
    let (limit, ask) = asked(&caller, &page, Place::NEWEST)?;
    let conn = app.database.connection().await?;
    let (reactions, total, reaction_counts) =
        queries::reactions(&conn, &caller, ask, id, filter.r#type).await?;
    let (reactions, next_cursor) = Cursor::cut(reactions, limit, |reaction| reaction.place().key());
    Ok(Read(ReactionList {
        reactions,
        total,
        reaction_counts,
        next_cursor,
    }))
}
