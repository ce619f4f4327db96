//! What people may read of who is related to whom.

mod holdings;
mod suggestions;

pub(crate) use holdings::holdings;
pub(crate) use suggestions::{After as AfterSuggestion, SuggestionView, suggestions};

use crate::model::{Pair, Relation, Standing, blocked, user_not_found};
use crate::store::people::{Asked, Person};
use crate::store::{accounts, between, people};
use chassis::http::{Cursor, Limit};
use chassis::{Principal, Result, Role};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::{AccountId, MediaId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a list goes on: when the last one shown began, and who it was.
pub(crate) type After = (DateTime<Utc>, Uuid);

/// What is between the asker and somebody.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RelationshipView {
    /// Whether the asker follows them.
    following: bool,
    /// Whether they follow the asker.
    followed_by: bool,
    /// How far they are with connecting.
    connection: Standing,
    /// Whether the asker blocks them.
    blocked: bool,
}

/// Some of the people somebody is related to.
pub(crate) struct People {
    pub(crate) people: Vec<Person>,
    pub(crate) total: i64,
    pub(crate) next_cursor: Option<String>,
}

/// What is between the asker and somebody; with oneself there is nothing.
pub(crate) async fn relationship(
    conn: &AsyncPgConnection,
    me: AccountId,
    them: AccountId,
) -> Result<RelationshipView> {
    let known = accounts::find(conn, them).await?;
    let Ok(pair) = Pair::new(me, them) else {
        return Ok(RelationshipView {
            following: false,
            followed_by: false,
            connection: Standing::None,
            blocked: false,
        });
    };
    let known = known.ok_or_else(user_not_found)?;
    let between = between::load(conn, pair, known.active).await?;
    Ok(RelationshipView {
        following: between.my_follow.active,
        followed_by: between.their_follow.active,
        connection: between.standing(),
        blocked: between.my_block.active,
    })
}

/// The asker's own people.
pub(crate) async fn own_people(
    conn: &AsyncPgConnection,
    who: &Principal,
    relation: Relation,
    (limit, after): (Limit, Option<After>),
) -> Result<People> {
    let asked = Asked {
        by: who.account,
        sees_everybody: relation == Relation::Blocks,
        about: who.account,
    };
    list(conn, relation, asked, limit, after).await
}

/// Somebody's people, without those whom the asker may not see.
pub(crate) async fn people_of(
    conn: &AsyncPgConnection,
    who: &Principal,
    about: AccountId,
    relation: Relation,
    (limit, after): (Limit, Option<After>),
) -> Result<People> {
    let asked = Asked {
        by: who.account,
        sees_everybody: who.role >= Role::Moderator,
        about,
    };
    if let Ok(pair) = Pair::new(who.account, about) {
        let known = accounts::find(conn, about).await?.ok_or_else(user_not_found)?;
        let between = between::load(conn, pair, known.active).await?;
        if !asked.sees_everybody && !known.active {
            return Err(user_not_found().into());
        }
        if !asked.sees_everybody && (between.my_block.active || between.their_block.active) {
            return Err(blocked("There is a block between you and this person").into());
        }
    }
    list(conn, relation, asked, limit, after).await
}

async fn list(
    conn: &AsyncPgConnection,
    relation: Relation,
    asked: Asked,
    limit: Limit,
    after: Option<After>,
) -> Result<People> {
    let rows = people::page(conn, relation, asked, after, limit.probe()).await?;
    let total = people::total(conn, relation, asked).await?;
    let (people, next_cursor) = Cursor::cut(rows, limit, |row| (row.at, Uuid::from(row.id)));
    Ok(People {
        people,
        total,
        next_cursor,
    })
}

/// The stable address of a picture, small.
pub(crate) fn avatar_url(media: MediaId) -> String {
    format!("/api/media/{media}/content?size=thumb")
}
