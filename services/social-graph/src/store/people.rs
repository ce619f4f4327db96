//! Lists of the people somebody is related to, as far as the asker may see them.

use crate::model::Relation;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, MediaId};
use store::statement;
use uuid::Uuid;

/// A person in a list, and since when.
#[derive(QueryableByName)]
pub(crate) struct Person {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) username: String,
    #[diesel(sql_type = Text)]
    pub(crate) display_name: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) avatar_media_id: Option<MediaId>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) at: DateTime<Utc>,
}

/// Whose list, and who looks at it.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) by: AccountId,
    /// Whether people are shown who are blocked or suspended.
    pub(crate) sees_everybody: bool,
    pub(crate) about: AccountId,
}

/// The statements of one list.
struct Sql {
    page: &'static str,
    total: &'static str,
}

/// `edges` are the rows of the list, with the columns `id` and `at`. `$1` looks, `$2` whether they see everybody,
/// `$3` is whose list it is; `$4` and `$5` are where the page before ended.
macro_rules! list {
    ($edges:literal) => {
        Sql {
            page: list!(@page $edges),
            total: concat!("SELECT count(*) AS total FROM ", list!(@visible $edges)),
        }
    };
    // What is counted already, less those whom the asker may not see: they are few, while counting a well-known
    // person's followers anew for each page would be much. OFFSET 0 keeps the planner from reading the whole list
    // once it believes that there are many.
    ($edges:literal, counted: $counted:literal) => {
        Sql {
            page: list!(@page $edges),
            total: concat!(
                "WITH hidden AS ( \
                   SELECT blocked_id AS id FROM block WHERE blocker_id = $1 AND active AND NOT $2 \
                   UNION SELECT blocker_id FROM block WHERE blocked_id = $1 AND active AND NOT $2 \
                   UNION SELECT id FROM account WHERE state <> 'active' AND NOT $2 \
                 ) SELECT coalesce((",
                $counted,
                "), 0) - (SELECT count(*) FROM hidden, LATERAL (SELECT FROM (",
                $edges,
                ") AS edge WHERE edge.id = hidden.id OFFSET 0) AS found) AS total"
            ),
        }
    };
    (@page $edges:literal) => {
        concat!(
            "SELECT edge.id, edge.at, coalesce(account.username, account.card_username) AS username, \
             coalesce(account.display_name, account.signup_name) AS display_name, account.avatar_media_id FROM ",
            list!(@visible $edges),
            " AND (edge.at, edge.id) < (coalesce($4, 'infinity'::timestamptz), \
                                        coalesce($5, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)) \
             ORDER BY edge.at DESC, edge.id DESC LIMIT $6"
        )
    };
    (@visible $edges:literal) => {
        concat!(
            "(",
            $edges,
            ") AS edge JOIN account ON account.id = edge.id WHERE ($2 OR (account.state = 'active' \
               AND NOT EXISTS (SELECT FROM block WHERE blocker_id = $1 AND blocked_id = edge.id AND active) \
               AND NOT EXISTS (SELECT FROM block WHERE blocker_id = edge.id AND blocked_id = $1 AND active)))"
        )
    };
}

fn sql_of(relation: Relation) -> Sql {
    match relation {
        Relation::Followers => list!(
            "SELECT follower_id AS id, at FROM follow WHERE following_id = $3 AND active",
            counted: "SELECT followers FROM counts WHERE account_id = $3"
        ),
        Relation::Following => list!(
            "SELECT following_id AS id, at FROM follow WHERE follower_id = $3 AND active",
            counted: "SELECT following FROM counts WHERE account_id = $3"
        ),
        Relation::Connections => list!(
            "SELECT high_id AS id, at FROM connection WHERE low_id = $3 AND state = 'connected' \
             UNION ALL SELECT low_id, at FROM connection WHERE high_id = $3 AND state = 'connected'"
        ),
        Relation::RequestsIn => list!(
            "SELECT high_id AS id, at FROM connection WHERE low_id = $3 AND state = 'high-asked' \
             UNION ALL SELECT low_id, at FROM connection WHERE high_id = $3 AND state = 'low-asked'"
        ),
        Relation::RequestsOut => list!(
            "SELECT high_id AS id, at FROM connection WHERE low_id = $3 AND state = 'low-asked' \
             UNION ALL SELECT low_id, at FROM connection WHERE high_id = $3 AND state = 'high-asked'"
        ),
        Relation::Blocks => {
            list!("SELECT blocked_id AS id, at FROM block WHERE blocker_id = $3 AND active")
        }
    }
}

/// A page of a list, the latest first.
pub(crate) async fn page(
    mut conn: &AsyncPgConnection,
    relation: Relation,
    asked: Asked,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> QueryResult<Vec<Person>> {
    statement(sql_of(relation).page)
        .bind::<SqlUuid, _>(asked.by)
        .bind::<Bool, _>(asked.sees_everybody)
        .bind::<SqlUuid, _>(asked.about)
        .bind::<Nullable<Timestamptz>, _>(after.map(|(at, _)| at))
        .bind::<Nullable<SqlUuid>, _>(after.map(|(_, id)| id))
        .bind::<BigInt, _>(limit)
        .load(&mut conn)
        .await
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// How many the whole list has for this asker.
pub(crate) async fn total(
    mut conn: &AsyncPgConnection,
    relation: Relation,
    asked: Asked,
) -> QueryResult<i64> {
    let row: Total = statement(sql_of(relation).total)
        .bind::<SqlUuid, _>(asked.by)
        .bind::<Bool, _>(asked.sees_everybody)
        .bind::<SqlUuid, _>(asked.about)
        .get_result(&mut conn)
        .await?;
    Ok(row.total)
}
