use super::{Index, Place, any_typed, forgiving, listed, typed};
use crate::model::{Reading, Viewer, Words};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::profile::Credit;
use events::{AccountId, EntryId, MediaId};
use store::statement;

/// SQL that replaces a person's credits, in one of the two indexes.
macro_rules! replace {
    ($credit:literal) => {
        concat!(
            "WITH gone AS (DELETE FROM ",
            $credit,
            " WHERE account_id = $1 AND id <> ALL($2)) INSERT INTO ",
            $credit,
            " (account_id, id, position, title, role, company, year, description, document) \
             SELECT $1, id, place - 1, title, role, company, year, description, \
               setweight(words_of(concat_ws(' ', role, title)), 'A') || \
               setweight(words_of(concat_ws(' ', company, year)), 'B') || \
               setweight(words_of(coalesce(description, '')), 'D') \
             FROM (SELECT DISTINCT ON (id) * FROM unnest($2, $3, $4, $5, $6, $7) WITH ORDINALITY \
               AS entry (id, title, role, company, year, description, place)) entry \
             ON CONFLICT (account_id, id) DO UPDATE SET position = excluded.position, title = excluded.title, \
               role = excluded.role, company = excluded.company, year = excluded.year, \
               description = excluded.description, document = excluded.document"
        )
    };
}

/// Makes these a person's only credits. The caller holds the person's row.
pub(crate) async fn replace(
    mut conn: &AsyncPgConnection,
    index: Index,
    account: AccountId,
    credits: &[Credit],
) -> QueryResult<()> {
    let (roles, names): (Vec<_>, Vec<_>) = credits.iter().map(Credit::role_and_name).unzip();
    statement(match index {
        Index::Live => replace!("credit"),
        Index::Shadow => replace!("credit_shadow"),
    })
    .bind::<SqlUuid, _>(account)
    .bind::<Array<SqlUuid>, _>(credits.iter().map(|credit| credit.id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(names)
    .bind::<Array<Nullable<Text>>, _>(roles)
    .bind::<Array<Nullable<Text>>, _>(credits.iter().map(|credit| &credit.company).collect::<Vec<_>>())
    .bind::<Array<Nullable<Integer>>, _>(credits.iter().map(|credit| credit.year).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(
        credits
            .iter()
            .map(|credit| &credit.description)
            .collect::<Vec<_>>(),
    )
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// A credit that was found, and whose it is.
#[derive(QueryableByName)]
pub(crate) struct Found {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: EntryId,
    #[diesel(sql_type = Text)]
    pub(crate) title: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) role: Option<String>,
    #[diesel(sql_type = Integer)]
    pub(crate) position: i32,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) company: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(crate) year: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) description: Option<String>,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) account_id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) username: String,
    #[diesel(sql_type = Text)]
    pub(crate) display_name: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) avatar_media_id: Option<MediaId>,
    #[diesel(sql_type = BigInt)]
    pub(crate) score: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) total: i64,
}

/// SQL that finds credits by a query, and scores them.
macro_rules! find {
    ($query:expr, $score:expr) => {
        concat!(
            "WITH hit AS (SELECT c.id, c.account_id, ",
            $score,
            " AS score \
               FROM credit c JOIN person p ON p.id = c.account_id WHERE c.document @@ ",
            $query,
            " AND ",
            listed!(),
            "), page AS (SELECT * FROM hit WHERE $4::bigint IS NULL OR (score, id) < ($4, $5) \
               ORDER BY score DESC, id DESC LIMIT $6) \
             SELECT c.id, c.title, c.role, c.position, c.company, c.year, c.description, c.account_id, p.username, p.display_name, \
               p.avatar_media_id, page.score, (SELECT count(*) FROM hit) AS total \
             FROM page JOIN credit c ON c.account_id = page.account_id AND c.id = page.id \
             JOIN person p ON p.id = c.account_id ORDER BY page.score DESC, page.id DESC"
        )
    };
}

/// Credits that have all of these words, of people who may be found.
pub(crate) async fn find(
    mut conn: &AsyncPgConnection,
    viewer: Viewer,
    (words, reading): (&Words, Reading),
    after: Option<Place>,
    limit: i64,
) -> QueryResult<Vec<Found>> {
    statement(match reading {
        Reading::Typed => find!(
            typed!(),
            concat!("(ts_rank(c.document, ", any_typed!(), ") * 1000000)::bigint")
        ),
        Reading::Forgiving => find!(forgiving!(), "0::bigint"),
    })
    .bind::<Nullable<SqlUuid>, _>(viewer.account)
    .bind::<Bool, _>(viewer.is_moderator)
    .bind::<Text, _>(words.read(reading))
    .bind::<Nullable<BigInt>, _>(after.map(|(score, _)| score))
    .bind::<Nullable<SqlUuid>, _>(after.map(|(_, id)| id))
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}
