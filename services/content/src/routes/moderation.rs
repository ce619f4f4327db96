use super::asked;
use crate::app::App;
use crate::commands::handle_report::handle_report;
use crate::commands::{hide_post, restore_post};
use crate::model::{Asker, Handling, Place, Reason, Remark};
use crate::queries::{self, DeedView, HistoryView, PostView, ReportView};
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use chassis::http::{Cursor, Errors, Json, Page, Path, Query, RequestCause};
use chassis::{Principal, Refusal, Result, Role};
use events::content::ReportState;
use events::{Cause, PostId, ReportId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A moderator. A handler that takes this cannot be reached by anybody else.
pub(super) struct Moderator(Principal);

impl<S: Send + Sync> FromRequestParts<S> for Moderator {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let principal = Principal::from_request_parts(parts, state).await?;
        principal.at_least(Role::Moderator)?;
        Ok(Self(principal))
    }
}

impl From<&Moderator> for Asker {
    fn from(moderator: &Moderator) -> Self {
        Self::from(&moderator.0)
    }
}

/// Why a post is hidden.
#[derive(Deserialize, ToSchema)]
pub(super) struct Hiding {
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"[^\s\x85]",
        example = "Advertising"
    )]
    reason: String,
}

/// A post as it is now.
#[derive(Serialize, ToSchema)]
pub(super) struct Moderated {
    #[schema(example = "Hidden")]
    message: &'static str,
    post: PostView,
}

/// Takes a post away from everybody but its author and moderators. The same answer when it is hidden already.
#[utoipa::path(post, path = "/moderation/posts/{id}/hide", tag = "moderation", request_body = Hiding,
    params(("id" = PostId, Path)), responses((status = 200, body = Moderated), Errors))]
pub(super) async fn hide(
    State(app): State<App>,
    moderator: Moderator,
    RequestCause(cause): RequestCause,
    Path(id): Path<PostId>,
    Json { value: ask, .. }: Json<Hiding>,
) -> Result<Json<Moderated>> {
    let reason =
        Reason::parse_as("Reason", &ask.reason).map_err(|words| Refusal::invalid("reason", words))?;
    let post = app.database.write(async move |conn| {
        hide_post::hide_post(conn, &cause, &moderator.0, id, reason).await?;
        queries::post(conn, &super::caller(&moderator.0), id).await
    });
    Ok(Json::of(Moderated {
        message: "Hidden",
        post: post.await?,
    }))
}

/// Gives a hidden post back to those it is meant for. The same answer when it is not hidden.
#[utoipa::path(post, path = "/moderation/posts/{id}/restore", tag = "moderation",
    params(("id" = PostId, Path)), responses((status = 200, body = Moderated), Errors))]
pub(super) async fn restore(
    State(app): State<App>,
    moderator: Moderator,
    RequestCause(cause): RequestCause,
    Path(id): Path<PostId>,
) -> Result<Json<Moderated>> {
    let post = app.database.write(async move |conn| {
        restore_post::restore_post(conn, &cause, &moderator.0, id).await?;
        queries::post(conn, &super::caller(&moderator.0), id).await
    });
    Ok(Json::of(Moderated {
        message: "Restored",
        post: post.await?,
    }))
}

/// What a post was, the latest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct History {
    history: Vec<HistoryView>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "WzQyXQ")]
    next_cursor: Option<String>,
}

/// What a post was, version by version, and who changed it.
#[utoipa::path(get, path = "/moderation/posts/{id}/history", tag = "moderation", params(("id" = PostId, Path), Page),
    responses((status = 200, body = History), Errors))]
pub(super) async fn history(
    State(app): State<App>,
    _moderator: Moderator,
    Path(id): Path<PostId>,
    Query(page): Query<Page>,
) -> Result<Json<History>> {
    let (limit, before) = page.read::<i64>()?;
    let conn = app.database.connection().await?;
    let history = queries::post_history(&conn, id, before, limit.probe()).await?;
    let (history, next_cursor) = Cursor::cut(history, limit, |entry| entry.version);
    Ok(Json::of(History { history, next_cursor }))
}

/// Which reports.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ReportFilter {
    /// Those in this state; all when absent.
    state: Option<ReportState>,
}

/// A page of reports, the oldest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Queue {
    reports: Vec<ReportView>,
    /// On all pages.
    total: i64,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "WzQyXQ")]
    next_cursor: Option<String>,
}

/// What members told about posts, the oldest first.
#[utoipa::path(get, path = "/moderation/reports", tag = "moderation", params(ReportFilter, Page),
    responses((status = 200, body = Queue), Errors))]
pub(super) async fn reports(
    State(app): State<App>,
    moderator: Moderator,
    Query(filter): Query<ReportFilter>,
    Query(page): Query<Page>,
) -> Result<Json<Queue>> {
    let (limit, ask) = asked(&super::caller(&moderator.0), &page, Place::OLDEST)?;
    let conn = app.database.connection().await?;
    let (reports, total) = queries::reports(&conn, ask.asker, filter.state, ask.after, ask.limit).await?;
    let (reports, next_cursor) = Cursor::cut(reports, limit, |report| report.place().key());
    Ok(Json::of(Queue {
        reports,
        total,
        next_cursor,
    }))
}

/// What a moderator notes about a report.
#[derive(Default, Deserialize, ToSchema)]
pub(super) struct Note {
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = r"[^\s\x85]",
        example = "Spoke with the author."
    )]
    note: Option<String>,
}

impl Note {
    fn parse(ask: Option<Json<Self>>) -> Result<Option<Remark>, Refusal> {
        let note = ask.and_then(|ask| ask.value.note);
        let note = note.map(|note| Remark::parse_as("Note", &note)).transpose();
        note.map_err(|words| Refusal::invalid("note", words))
    }
}

/// A report as it is now.
#[derive(Serialize, ToSchema)]
pub(super) struct Handled {
    #[schema(example = "Taken")]
    message: &'static str,
    report: ReportView,
}

async fn handled(
    app: &App,
    cause: &Cause,
    moderator: &Moderator,
    id: ReportId,
    handling: (Handling, Option<Remark>),
) -> Result<ReportView> {
    let work = async move |conn: &mut _| {
        handle_report(conn, cause, &moderator.0, id, handling).await?;
        queries::report(conn, Asker::from(moderator), id).await
    };
    app.database.write(work).await
}

/// Takes a report, so that no other moderator works at it. 409 when another has.
#[utoipa::path(post, path = "/moderation/reports/{id}/take", tag = "moderation", params(("id" = ReportId, Path)),
    responses((status = 200, body = Handled), Errors))]
pub(super) async fn take(
    State(app): State<App>,
    moderator: Moderator,
    RequestCause(cause): RequestCause,
    Path(id): Path<ReportId>,
) -> Result<Json<Handled>> {
    let report = handled(&app, &cause, &moderator, id, (Handling::Take, None)).await?;
    let message = "Taken";
    Ok(Json::of(Handled { message, report }))
}

/// Says that something was done about a report. 409 when another moderator has it, or had.
#[utoipa::path(post, path = "/moderation/reports/{id}/resolve", tag = "moderation", request_body = Note,
    params(("id" = ReportId, Path)), responses((status = 200, body = Handled), Errors))]
pub(super) async fn resolve(
    State(app): State<App>,
    moderator: Moderator,
    RequestCause(cause): RequestCause,
    Path(id): Path<ReportId>,
    note: Option<Json<Note>>,
) -> Result<Json<Handled>> {
    let handling = (Handling::Resolve, Note::parse(note)?);
    let report = handled(&app, &cause, &moderator, id, handling).await?;
    let message = "Resolved";
    Ok(Json::of(Handled { message, report }))
}

/// Says that nothing has to be done about a report. 409 when another moderator has it, or had.
#[utoipa::path(post, path = "/moderation/reports/{id}/dismiss", tag = "moderation", request_body = Note,
    params(("id" = ReportId, Path)), responses((status = 200, body = Handled), Errors))]
pub(super) async fn dismiss(
    State(app): State<App>,
    moderator: Moderator,
    RequestCause(cause): RequestCause,
    Path(id): Path<ReportId>,
    note: Option<Json<Note>>,
) -> Result<Json<Handled>> {
    let handling = (Handling::Dismiss, Note::parse(note)?);
    let report = handled(&app, &cause, &moderator, id, handling).await?;
    let message = "Dismissed";
    Ok(Json::of(Handled { message, report }))
}

/// A page of what moderators did, the newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Audit {
    deeds: Vec<DeedView>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "WzQyXQ")]
    next_cursor: Option<String>,
}

/// What moderators did, the newest first. For admins.
#[utoipa::path(get, path = "/moderation/audit", tag = "moderation", params(Page),
    responses((status = 200, body = Audit), Errors))]
pub(super) async fn audit(
    State(app): State<App>,
    Moderator(admin): Moderator,
    Query(page): Query<Page>,
) -> Result<Json<Audit>> {
    admin.at_least(Role::Admin)?;
    let (limit, ask) = asked(&super::caller(&admin), &page, Place::NEWEST)?;
    let conn = app.database.connection().await?;
    let deeds = queries::deeds(&conn, ask.after, ask.limit).await?;
    let (deeds, next_cursor) = Cursor::cut(deeds, limit, |deed| deed.place().key());
    Ok(Json::of(Audit { deeds, next_cursor }))
}
