use crate::app::App;
use crate::commands::describe_media::{describe_media, own_file};
use crate::commands::{delete_early, remove_media::remove_media, storage_is_away};
use crate::model::{AltText, SHOWN_FOR, Size, Viewer};
use crate::queries::{self, MediaView, OwnMedia};
use crate::storage::Served;
use crate::store::media::{Own, Row};
use crate::store::renditions::Rendition;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use chassis::http::{Errors, Json, Message, Page, Path, Query, Read, RequestCause, Unchanged};
use chassis::{Caller, Error, Principal, Refusal, Result};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use events::MediaId;
use events::media::Kind;
use serde::{Deserialize, Deserializer, Serialize};
use std::sync::Arc;
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// List one's own files, the newest first
#[utoipa::path(get, path = "/media", tag = "media", params(Page),
    responses((status = 200, body = OwnMedia), Unchanged, Errors))]
pub(super) async fn list(
    State(app): State<App>,
    principal: Principal,
    Query(page): Query<Page>,
) -> Result<Read<OwnMedia>> {
    let (limit, after) = page.read::<MediaId>()?;
    let conn = app.database.connection().await?;
    Ok(Read(
        queries::of_owner(&conn, principal.account, limit, after).await?,
    ))
}

/// Read a file's record
///
/// One's own files, and those of others where one may see them.
#[utoipa::path(get, path = "/media/{id}", tag = "media", params(("id" = MediaId, Path)),
    responses((status = 200, body = MediaView), Unchanged, Errors))]
pub(super) async fn read(
    State(app): State<App>,
    principal: Principal,
    Path(id): Path<MediaId>,
) -> Result<Read<MediaView>> {
    let account = principal.account;
    let row = record(&app, &Caller::Account(Arc::new(principal)), id).await?;
    Ok(Read(MediaView::new(row, Some(account))))
}

/// What is to be changed of a file.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MediaEdit {
    /// What it shows, for those who do not see or hear it; null takes it away. Left as it is when absent.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 1000, example = "A microphone in front of a window, at night.")]
    alt_text: Option<Option<String>>,
}

impl MediaEdit {
    fn parse(self) -> Result<Option<Option<AltText>>, Refusal> {
        let words = self
            .alt_text
            .map(|text| text.map_or(Ok(None), |text| AltText::parse(&text)));
        words
            .transpose()
            .map_err(|words| Refusal::invalid("altText", words))
    }
}

/// Absent stays `None`, `null` becomes `Some(None)`.
fn clearable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A file after the change.
#[derive(Serialize, ToSchema)]
pub(super) struct MediaChanged {
    #[schema(example = "Saved")]
    message: &'static str,
    media: MediaView,
}

/// Say in words what a file of one's own shows
///
/// Whoever does not see a picture is read these words, wherever it is shown.
#[utoipa::path(patch, path = "/media/{id}", tag = "media", params(("id" = MediaId, Path)), request_body = MediaEdit,
    responses((status = 200, body = MediaChanged), Errors))]
pub(super) async fn describe(
    State(app): State<App>,
    principal: Principal,
    RequestCause(cause): RequestCause,
    Path(id): Path<MediaId>,
    Json { value: ask, .. }: Json<MediaEdit>,
) -> Result<Json<MediaChanged>> {
    let owner = principal.account;
    let own = Own { owner, id };
    let viewer = Viewer::from(&Caller::Account(Arc::new(principal)));
    let alt_text = ask.parse()?;
    let row = app.database.write(async move |conn| match alt_text {
        Some(alt_text) => describe_media(conn, &cause, own, viewer, alt_text.as_ref()).await,
        None => own_file(conn, own, viewer).await,
    });
    Ok(Json::of(MediaChanged {
        message: "Saved",
        media: MediaView::new(row.await?, Some(owner)),
    }))
}

/// Remove a file of one's own, with its bytes
#[utoipa::path(delete, path = "/media/{id}", tag = "media", params(("id" = MediaId, Path)),
    responses((status = 200, body = Message), Errors))]
pub(super) async fn remove(
    State(app): State<App>,
    principal: Principal,
    RequestCause(cause): RequestCause,
    Path(id): Path<MediaId>,
) -> Result<Json<Message>> {
    let own = Own {
        owner: principal.account,
        id,
    };
    let viewer = Viewer::from(&Caller::Account(Arc::new(principal)));
    let keys = app
        .database
        .write(async move |conn| remove_media(conn, &cause, own, viewer, Utc::now()).await)
        .await?;
    delete_early(&app.storage, &keys).await;
    Ok(Json::of(Message::new("The file was removed")))
}

/// Where a file can be downloaded for a short time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Download {
    /// Saves the file under its name; open to whoever has it.
    #[schema(example = "https://storage.example/joint/0197a2d0?X-Amz-Signature=…")]
    download_url: String,
    /// Seconds.
    expires_in: u64,
}

/// Get a short-lived URL that downloads a file
#[utoipa::path(get, path = "/media/{id}/download", tag = "media", params(("id" = MediaId, Path)),
    responses((status = 200, body = Download), Errors))]
pub(super) async fn download(
    State(app): State<App>,
    principal: Principal,
    Path(id): Path<MediaId>,
) -> Result<Json<Download>> {
    let caller = Caller::Account(Arc::new(principal));
    let (row, file) = shown(&app, &caller, id, Size::Original).await?;
    let disposition = row.announced().map_err(Error::Failed)?.disposition();
    let (lasts, _) = SHOWN_FOR;
    Ok(Json::of(Download {
        download_url: signed(&app, &file, &disposition, (Utc::now(), lasts)).await?,
        expires_in: lasts.as_secs(),
    }))
}

/// How a file is to be shown.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `thumb` (320 pixels on the longer side), `large` (1280) or `original`; or how many pixels are needed. Of a small
    /// picture, and of what is none, the original comes.
    #[param(example = "thumb", pattern = "^(thumb|large|original|[1-9][0-9]{0,3})$")]
    size: Option<String>,
}

/// See a file
///
/// Redirects to a short-lived URL of the storage. This address stays; it is checked each time who asks, and nobody
/// needs a session for what everybody may see. A PDF is saved, not shown.
#[utoipa::path(get, path = "/media/{id}/content", tag = "media", params(("id" = MediaId, Path), Wanted),
    responses((status = 302, description = "Its bytes are there", headers(("Location" = String))), Errors))]
pub(super) async fn content(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MediaId>,
    Query(Wanted { size }): Query<Wanted>,
) -> Result<(StatusCode, [(HeaderName, String); 2])> {
    let size = size.as_deref().map_or(Ok(Size::Original), Size::parse);
    let size = size.map_err(|message| Refusal::invalid("size", message))?;
    let (row, file) = shown(&app, &caller, id, size).await?;
    let announced = row.announced().map_err(Error::Failed)?;
    let disposition = match announced.format.kind {
        Kind::Document => announced.disposition(),
        Kind::Image | Kind::Audio | Kind::Video => "inline".to_owned(),
    };
    let url = signed(&app, &file, &disposition, shown_from(Utc::now())?).await?;
    let headers = [
        (header::LOCATION, url),
        (header::CACHE_CONTROL, "private, max-age=60".to_owned()),
    ];
    Ok((StatusCode::FOUND, headers))
}

async fn record(app: &App, caller: &Caller, id: MediaId) -> Result<Row> {
    let conn = app.database.connection().await?;
    queries::record(&conn, Viewer::from(caller), id).await
}

/// A file's record and where its bytes are, for those who may see it.
async fn shown(app: &App, caller: &Caller, id: MediaId, size: Size) -> Result<(Row, Rendition)> {
    let conn = app.database.connection().await?;
    let row = queries::record(&conn, Viewer::from(caller), id).await?;
    let file = queries::shown(&conn, &row, size).await?;
    Ok((row, file))
}

async fn signed(
    app: &App,
    file: &Rendition,
    disposition: &str,
    when: (DateTime<Utc>, Duration),
) -> Result<String> {
    let served = Served {
        content_type: &file.content_type,
        disposition,
    };
    let url = app.storage.read_url(&file.object_key, served, when).await;
    url.map_err(|error| storage_is_away(&error))
}

/// From when and for how long a URL is good that shows a file: the same URL for everything within one window.
fn shown_from(now: DateTime<Utc>) -> Result<(DateTime<Utc>, Duration)> {
    let (at_least, at_most) = SHOWN_FOR;
    let window = TimeDelta::from_std(at_most.saturating_sub(at_least))?;
    Ok((now.duration_trunc(window)?, at_most))
}
