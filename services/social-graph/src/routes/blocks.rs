use super::people::list_of_people;
use crate::app::App;
use crate::commands::block as commands;
use crate::model::Relation;
use crate::queries;
use axum::extract::State;
use chassis::http::{Errors, Json, Message, Page, Path, Query, Read, RequestCause, Unchanged};
use chassis::{Principal, Result};
use events::AccountId;

/// Block somebody: follows, connection and requests end both ways.
#[utoipa::path(post, path = "/social/blocks/{userId}", tag = "social",
    params(("userId" = AccountId, Path, description = "Whom")),
    responses((status = 200, body = Message), Errors))]
pub(super) async fn block(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(whom): Path<AccountId>,
) -> Result<Json<Message>> {
    app.database
        .write(async |conn| commands::block(conn, &cause, &who, whom).await)
        .await?;
    Ok(Json::of(Message::new("You block this person")))
}

/// Lift a block. What it ended stays ended.
#[utoipa::path(delete, path = "/social/blocks/{userId}", tag = "social",
    params(("userId" = AccountId, Path, description = "Whom")),
    responses((status = 200, body = Message), Errors))]
pub(super) async fn unblock(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(whom): Path<AccountId>,
) -> Result<Json<Message>> {
    app.database
        .write(async |conn| commands::unblock(conn, &cause, &who, whom).await)
        .await?;
    Ok(Json::of(Message::new("You do not block this person")))
}

list_of_people! {
    /// Whom the asker blocks.
    Blocks { blocks: [BlockedPerson], since blocked_at }
}

/// Whom the asker blocks, the latest first.
#[utoipa::path(get, path = "/social/blocks", tag = "social", params(Page),
    responses((status = 200, body = Blocks), Unchanged, Errors))]
pub(super) async fn blocks(
    State(app): State<App>,
    who: Principal,
    Query(page): Query<Page>,
) -> Result<Read<Blocks>> {
    let page = page.read()?;
    let conn = app.database.connection().await?;
    let people = queries::own_people(&conn, &who, Relation::Blocks, page).await?;
    Ok(Read(people.into()))
}
