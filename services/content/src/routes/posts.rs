use super::caller;
use crate::app::App;
use crate::commands::create_post::create_post as publish;
use crate::commands::{edit_post as editing, remove_post as removing};
use crate::model::{Attachments, Draft, Edit, PostText, Tags};
use crate::queries::{self, PostView};
use axum::extract::State;
use axum::http::StatusCode;
use chassis::http::{Errors, IdempotencyKey, Json, Message, Path, Read, RequestCause, Unchanged};
use chassis::{Caller, Fields, Once, Principal, Refusal, Replayable, Result};
use events::content::Visibility;
use events::{MediaId, PostId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A post, to be published.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewPost {
    #[schema(
        min_length = 1,
        max_length = 5000,
        pattern = r"[^\s\x85]",
        example = "Looking for a baritone for a radio play. Two evenings in March."
    )]
    content: String,
    /// For whose eyes; everybody's when absent.
    #[serde(default = "everybody")]
    visibility: Visibility,
    /// Files of one's own that are ready.
    #[serde(default)]
    #[schema(max_items = 10, example = json!([]))]
    media_ids: Vec<MediaId>,
    /// Letters, digits, hyphens and underscores; a leading `#` is dropped.
    #[serde(default)]
    #[schema(max_items = 10, example = json!(["radio", "casting"]))]
    tags: Vec<String>,
}

fn everybody() -> Visibility {
    Visibility::Public
}

impl NewPost {
    fn parse(self) -> Result<Draft, Refusal> {
        let mut fields = Fields::default();
        let content = fields.take("content", PostText::parse(&self.content));
        let tags = fields.take("tags", Tags::parse(&self.tags));
        let attachments = fields.take("mediaIds", Attachments::parse(self.media_ids));
        match (content, tags, attachments) {
            (Some(content), Some(tags), Some(attachments)) => Ok(Draft {
                content,
                visibility: self.visibility,
                tags,
                attachments,
            }),
            _ => Err(fields.refusal()),
        }
    }
}

/// Changes to a post; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostEdit {
    #[schema(
        min_length = 1,
        max_length = 5000,
        pattern = r"[^\s\x85]",
        example = "Looking for a baritone for a radio play. Two evenings in March."
    )]
    content: Option<String>,
    visibility: Option<Visibility>,
    /// All files, in their order.
    #[schema(max_items = 10, example = json!([]))]
    media_ids: Option<Vec<MediaId>>,
    /// All tags.
    #[schema(max_items = 10, example = json!(["radio", "casting"]))]
    tags: Option<Vec<String>>,
}

impl PostEdit {
    fn parse(self) -> Result<Edit, Refusal> {
        let mut fields = Fields::default();
        let edit = Edit {
            content: fields.take_if("content", self.content, |text| PostText::parse(&text)),
            visibility: self.visibility,
            tags: fields.take_if("tags", self.tags, |tags| Tags::parse(&tags)),
            attachments: fields.take_if("mediaIds", self.media_ids, Attachments::parse),
        };
        fields.finish()?;
        Ok(edit)
    }
}

/// A post that was written.
#[derive(Serialize, ToSchema)]
pub(super) struct PostWritten {
    #[schema(example = "Published")]
    message: &'static str,
    post: PostView,
}

/// Publishes a post.
#[utoipa::path(post, path = "/posts", tag = "content", request_body = NewPost,
    params(IdempotencyKey),
    responses((status = 201, body = PostWritten), Errors))]
pub(super) async fn create_post(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    author: Principal,
    once: Once<NewPost>,
) -> Result<Replayable> {
    let once = once.within(app.settings.posting);
    once.write(&app.database, StatusCode::CREATED, async move |conn, ask| {
        let id = publish(conn, &cause, &author, ask.parse()?).await?;
        let post = queries::post(conn, &caller(&author), id).await?;
        Ok(PostWritten {
            message: "Published",
            post,
        })
    })
    .await
}

/// A post.
#[utoipa::path(get, path = "/posts/{id}", tag = "content", params(("id" = PostId, Path)),
    responses((status = 200, body = PostView), Unchanged, Errors))]
pub(super) async fn get_post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PostId>,
) -> Result<Read<PostView>> {
    let conn = app.database.connection().await?;
    Ok(Read(queries::post(&conn, &caller, id).await?))
}

/// Changes a post of one's own.
#[utoipa::path(patch, path = "/posts/{id}", tag = "content", params(("id" = PostId, Path)), request_body = PostEdit,
    responses((status = 200, body = PostWritten), Errors))]
pub(super) async fn edit_post(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    author: Principal,
    Path(id): Path<PostId>,
    Json { value: ask, .. }: Json<PostEdit>,
) -> Result<Json<PostWritten>> {
    let edit = ask.parse()?;
    let post = app.database.write(async move |conn| {
        editing::edit_post(conn, &cause, &author, id, edit).await?;
        queries::post(conn, &caller(&author), id).await
    });
    Ok(Json::of(PostWritten {
        message: "Saved",
        post: post.await?,
    }))
}

/// Removes a post of one's own, for good. Moderators can look at it for thirty days.
#[utoipa::path(delete, path = "/posts/{id}", tag = "content", params(("id" = PostId, Path)),
    responses((status = 200, body = Message), Errors))]
pub(super) async fn remove_post(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    author: Principal,
    Path(id): Path<PostId>,
) -> Result<Json<Message>> {
    let work = async move |conn: &mut _| removing::remove_post(conn, &cause, &author, id).await;
    app.database.write(work).await?;
    Ok(Json::of(Message::new("Removed")))
}
