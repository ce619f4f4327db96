use super::people::list_of_people;
use crate::app::App;
use crate::commands::connect as commands;
use crate::model::{Between, Relation, Standing};
use crate::queries;
use axum::extract::State;
use chassis::http::{Errors, Json, Page, Path, Query, Read, RequestCause, Unchanged};
use chassis::{Principal, Result};
use events::AccountId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Serialize, ToSchema)]
pub(super) struct ConnectionStatus {
    /// For people.
    #[schema(example = "You asked to connect")]
    message: &'static str,
    /// How far the two are now.
    status: Standing,
}

impl From<Between> for ConnectionStatus {
    fn from(between: Between) -> Self {
        let status = between.standing();
        let message = match status {
            Standing::None => "There is no connection between you",
            Standing::Requested => "You asked to connect",
            Standing::Incoming => "This person asks to connect with you",
            Standing::Connected => "You are connected",
        };
        Self { message, status }
    }
}

/// Ask to connect; who is asked and asks back is connected.
#[utoipa::path(post, path = "/social/connections/{userId}", tag = "social",
    params(("userId" = AccountId, Path, description = "With whom")),
    responses((status = 200, body = ConnectionStatus), Errors))]
pub(super) async fn connect(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(whom): Path<AccountId>,
) -> Result<Json<ConnectionStatus>> {
    let between = app
        .database
        .write(async |conn| commands::connect(conn, &cause, &who, whom).await)
        .await?;
    Ok(Json::of(between.into()))
}

/// Withdraw a request, or end a connection.
#[utoipa::path(delete, path = "/social/connections/{userId}", tag = "social",
    params(("userId" = AccountId, Path, description = "With whom")),
    responses((status = 200, body = ConnectionStatus), Errors))]
pub(super) async fn disconnect(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(whom): Path<AccountId>,
) -> Result<Json<ConnectionStatus>> {
    let between = app
        .database
        .write(async |conn| commands::disconnect(conn, &cause, &who, whom).await)
        .await?;
    Ok(Json::of(between.into()))
}

/// Say yes to a request.
#[utoipa::path(post, path = "/social/connections/{userId}/accept", tag = "social",
    params(("userId" = AccountId, Path, description = "Whose request")),
    responses((status = 200, body = ConnectionStatus), Errors))]
pub(super) async fn accept(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(whom): Path<AccountId>,
) -> Result<Json<ConnectionStatus>> {
    let between = app
        .database
        .write(async |conn| commands::accept(conn, &cause, &who, whom).await)
        .await?;
    Ok(Json::of(between.into()))
}

/// Say no to a request.
#[utoipa::path(post, path = "/social/connections/{userId}/decline", tag = "social",
    params(("userId" = AccountId, Path, description = "Whose request")),
    responses((status = 200, body = ConnectionStatus), Errors))]
pub(super) async fn decline(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(whom): Path<AccountId>,
) -> Result<Json<ConnectionStatus>> {
    let between = app
        .database
        .write(async |conn| commands::decline(conn, &cause, &who, whom).await)
        .await?;
    Ok(Json::of(between.into()))
}

list_of_people! {
    /// The asker's connections.
    Connections { connections: [ConnectedPerson], since connected_at }
}

/// The asker's connections, the latest first.
#[utoipa::path(get, path = "/social/connections", tag = "social", params(Page),
    responses((status = 200, body = Connections), Unchanged, Errors))]
pub(super) async fn connections(
    State(app): State<App>,
    who: Principal,
    Query(page): Query<Page>,
) -> Result<Read<Connections>> {
    let page = page.read()?;
    let conn = app.database.connection().await?;
    let people = queries::own_people(&conn, &who, Relation::Connections, page).await?;
    Ok(Read(people.into()))
}

/// Who asks whom.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Direction {
    /// Others ask the asker.
    #[default]
    In,
    /// The asker asks others.
    Out,
}

/// Which requests.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// `in` when absent.
    #[serde(default)]
    #[param(inline)]
    direction: Direction,
}

list_of_people! {
    /// Requests to connect that wait for an answer.
    Requests { requests: [RequestingPerson], since requested_at }
}

/// Requests to connect that wait for an answer, the latest first.
#[utoipa::path(get, path = "/social/requests", tag = "social", params(Which, Page),
    responses((status = 200, body = Requests), Unchanged, Errors))]
pub(super) async fn requests(
    State(app): State<App>,
    who: Principal,
    Query(which): Query<Which>,
    Query(page): Query<Page>,
) -> Result<Read<Requests>> {
    let page = page.read()?;
    let relation = match which.direction {
        Direction::In => Relation::RequestsIn,
        Direction::Out => Relation::RequestsOut,
    };
    let conn = app.database.connection().await?;
    let people = queries::own_people(&conn, &who, relation, page).await?;
    Ok(Read(people.into()))
}
