use super::people::list_of_people;
use crate::app::App;
use crate::commands::follow as commands;
use crate::model::{Between, Relation};
use crate::queries::{self, People, RelationshipView};
use axum::extract::State;
use chassis::http::{Errors, Json, Message, Page, Path, Query, Read, RequestCause, Unchanged};
use chassis::{Principal, Result};
use chrono::{DateTime, Utc};
use events::AccountId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Serialize, ToSchema)]
pub(super) struct Followed {
    /// For people.
    #[schema(example = "You follow this person")]
    message: &'static str,
    follow: FollowView,
}

/// Who follows whom.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FollowView {
    /// Who follows.
    follower_id: AccountId,
    /// Who is followed.
    following_id: AccountId,
    /// Since when.
    #[serde(serialize_with = "chassis::http::milliseconds")]
    created_at: DateTime<Utc>,
}

impl From<Between> for Followed {
    fn from(between: Between) -> Self {
        Self {
            message: "You follow this person",
            follow: FollowView {
                follower_id: between.pair.me,
                following_id: between.pair.them,
                created_at: between.my_follow.at,
            },
        }
    }
}

/// Follow somebody. The same answer when the asker does already.
#[utoipa::path(post, path = "/social/follow/{userId}", tag = "social",
    params(("userId" = AccountId, Path, description = "Whom")),
    responses((status = 200, body = Followed), Errors))]
pub(super) async fn follow(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(whom): Path<AccountId>,
) -> Result<Json<Followed>> {
    let between = app
        .database
        .write(async |conn| commands::follow(conn, &cause, &who, whom).await)
        .await?;
    Ok(Json::of(between.into()))
}

/// Follow somebody no longer.
#[utoipa::path(delete, path = "/social/unfollow/{userId}", tag = "social",
    params(("userId" = AccountId, Path, description = "Whom")),
    responses((status = 200, body = Message), Errors))]
pub(super) async fn unfollow(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(whom): Path<AccountId>,
) -> Result<Json<Message>> {
    app.database
        .write(async |conn| commands::unfollow(conn, &cause, &who, whom).await)
        .await?;
    Ok(Json::of(Message::new("You do not follow this person")))
}

/// Follow somebody no longer, by the address of the follow.
#[utoipa::path(delete, path = "/social/follow/{userId}", tag = "social",
    params(("userId" = AccountId, Path, description = "Whom")),
    responses((status = 200, body = Message), Errors))]
pub(super) async fn end_follow(
    app: State<App>,
    who: Principal,
    cause: RequestCause,
    whom: Path<AccountId>,
) -> Result<Json<Message>> {
    unfollow(app, who, cause, whom).await
}

/// What is between the asker and somebody.
#[utoipa::path(get, path = "/social/relationship/{userId}", tag = "social",
    params(("userId" = AccountId, Path, description = "With whom")),
    responses((status = 200, body = RelationshipView), Unchanged, Errors))]
pub(super) async fn relationship(
    State(app): State<App>,
    who: Principal,
    Path(them): Path<AccountId>,
) -> Result<Read<RelationshipView>> {
    let conn = app.database.connection().await?;
    let view = queries::relationship(&conn, who.account, them).await?;
    Ok(Read(view))
}

/// Whose list.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Whose {
    /// The asker's own when absent.
    user_id: Option<AccountId>,
}

list_of_people! {
    /// Who follows somebody.
    Followers { followers: [Follower], since followed_at }
}

/// Who follows somebody, the latest first.
#[utoipa::path(get, path = "/social/followers", tag = "social", params(Whose, Page),
    responses((status = 200, body = Followers), Unchanged, Errors))]
pub(super) async fn followers(
    State(app): State<App>,
    who: Principal,
    Query(whose): Query<Whose>,
    Query(page): Query<Page>,
) -> Result<Read<Followers>> {
    let people = people(&app, &who, whose, Relation::Followers, &page).await?;
    Ok(Read(people.into()))
}

list_of_people! {
    /// Whom somebody follows.
    Following { following: [Followee], since followed_at }
}

/// Whom somebody follows, the latest first.
#[utoipa::path(get, path = "/social/following", tag = "social", params(Whose, Page),
    responses((status = 200, body = Following), Unchanged, Errors))]
pub(super) async fn following(
    State(app): State<App>,
    who: Principal,
    Query(whose): Query<Whose>,
    Query(page): Query<Page>,
) -> Result<Read<Following>> {
    let people = people(&app, &who, whose, Relation::Following, &page).await?;
    Ok(Read(people.into()))
}

async fn people(app: &App, who: &Principal, whose: Whose, relation: Relation, page: &Page) -> Result<People> {
    let page = page.read()?;
    let about = whose.user_id.unwrap_or(who.account);
    let conn = app.database.connection().await?;
    queries::people_of(&conn, who, about, relation, page).await
}
