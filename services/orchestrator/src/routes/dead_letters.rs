use super::admin::Admin;
use crate::app::App;
use crate::commands::discard_letter::discard_letter;
use crate::commands::no_such_letter;
use crate::commands::replay_letter::replay_letter;
use crate::commands::show_letter::show_letter;
use crate::model::{LetterId, Reason};
use crate::queries::{self, DeadLetterDetail, DeadLetterList};
use axum::extract::State;
use chassis::http::{Cursor, Errors, Json, Page, Path, Query, RequestCause};
use chassis::operators::Wanted;
use chassis::{Refusal, Result, schema_of};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which dead letters.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeadLetterFilter {
    /// Of this consuming service.
    #[param(example = "search-indexer")]
    consumer: Option<String>,
    /// Of this event type.
    #[param(example = "content.post-changed.v1")]
    r#type: Option<String>,
    /// Whose last failure has these words in any case, or this fingerprint.
    #[param(example = "deadlock")]
    error: Option<String>,
}

impl App {
    fn queue(&self, name: &str) -> Option<&'static str> {
        let mut queues = self.watched.queues.iter().copied();
        queues.find(|queue| schema_of(queue) == schema_of(name))
    }

    /// The letter that is meant; an address that names none is nobody's.
    fn letter(&self, id: &str) -> Result<LetterId, Refusal> {
        LetterId::parse(id, |name| self.queue(name)).ok_or_else(no_such_letter)
    }
}

/// List what could not be consumed
///
/// By consumer, and of one consumer the first put aside first.
#[utoipa::path(get, path = "/admin/dead-letters", tag = "admin", params(DeadLetterFilter, Page),
    responses((status = 200, body = DeadLetterList), Errors))]
pub(super) async fn list_dead_letters(
    State(app): State<App>,
    _admin: Admin,
    Query(filter): Query<DeadLetterFilter>,
    Query(page): Query<Page>,
) -> Result<Json<DeadLetterList>> {
    let (limit, after) = page.read::<(String, String)>()?;
    let queue = match &filter.consumer {
        None => None,
        Some(name) => Some(app.queue(name).ok_or_else(|| {
            let message = format!(
                "There is no such consumer; there are {}",
                app.watched.queues.join(", ")
            );
            Refusal::not_found("QUEUE_NOT_FOUND", message)
        })?),
    };
    let wanted = Wanted {
        queue,
        kind: filter.r#type,
        error: filter.error,
        after,
        most: usize::try_from(limit.probe()).ok(),
    };
    let found = queries::dead_letters(&app, &wanted).await?;
    let (found, next) = Cursor::cut(found, limit, |found| (found.queue, found.letter.id.clone()));
    Ok(Json::of(DeadLetterList::new(&found, next)))
}

/// How a dead letter is to be shown.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Showing {
    /// Whether to show what people wrote, too. That it was shown is kept.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    reveal: bool,
}

/// Look at one whole: its event, what failed, how often
///
/// What people wrote is left out unless `reveal` is true. Who looked is kept.
#[utoipa::path(get, path = "/admin/dead-letters/{id}", tag = "admin",
    params(("id" = String, Path, example = "search-indexer:42"), Showing),
    responses((status = 200, body = DeadLetterDetail), Errors))]
pub(super) async fn read_dead_letter(
    State(app): State<App>,
    Admin(who): Admin,
    RequestCause(cause): RequestCause,
    Path(id): Path<String>,
    Query(Showing { reveal }): Query<Showing>,
) -> Result<Json<DeadLetterDetail>> {
    let found = show_letter(&app, &cause, &who, &app.letter(&id)?, reveal).await?;
    Ok(Json::of(DeadLetterDetail::new(&found, reveal)))
}

/// A dead letter that is one no longer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LetterChanged {
    #[schema(example = "Sent again")]
    message: &'static str,
    dead_letter: ChangedLetter,
}

/// What became of it.
#[derive(Serialize, ToSchema)]
struct ChangedLetter {
    #[schema(example = "search-indexer:42")]
    id: String,
    state: LetterState,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum LetterState {
    /// It is on its queue again.
    Replayed,
    /// It is gone for good.
    Discarded,
}

impl LetterChanged {
    fn answer(message: &'static str, id: &LetterId, state: LetterState) -> Json<Self> {
        let id = id.to_string();
        Json::of(Self {
            message,
            dead_letter: ChangedLetter { id, state },
        })
    }
}

/// Send a dead letter to its queue again
///
/// Effects that are there already are not repeated. Asked twice, it is sent once.
#[utoipa::path(post, path = "/admin/dead-letters/{id}/replay", tag = "admin",
    params(("id" = String, Path, example = "search-indexer:42")),
    responses((status = 200, body = LetterChanged), Errors))]
pub(super) async fn replay_dead_letter(
    State(app): State<App>,
    Admin(who): Admin,
    RequestCause(cause): RequestCause,
    Path(id): Path<String>,
) -> Result<Json<LetterChanged>> {
    let id = app.letter(&id)?;
    replay_letter(&app, &cause, &who, &id).await?;
    Ok(LetterChanged::answer("Sent again", &id, LetterState::Replayed))
}

/// Why a dead letter is thrown away.
#[derive(Deserialize, ToSchema)]
pub(super) struct Discarding {
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"[^\s\x85]",
        example = "Sent by a release that was rolled back"
    )]
    reason: String,
}

/// Throw a dead letter away for good
#[utoipa::path(post, path = "/admin/dead-letters/{id}/discard", tag = "admin", request_body = Discarding,
    params(("id" = String, Path, example = "search-indexer:42")),
    responses((status = 200, body = LetterChanged), Errors))]
pub(super) async fn discard_dead_letter(
    State(app): State<App>,
    Admin(who): Admin,
    RequestCause(cause): RequestCause,
    Path(id): Path<String>,
    Json { value: ask, .. }: Json<Discarding>,
) -> Result<Json<LetterChanged>> {
    let id = app.letter(&id)?;
    let reason = Reason::parse(&ask.reason).map_err(|message| Refusal::invalid("reason", message))?;
    discard_letter(&app, &cause, &who, &id, &reason).await?;
    Ok(LetterChanged::answer("Thrown away", &id, LetterState::Discarded))
}
