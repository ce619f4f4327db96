use super::{Index, Place, any_typed, forgiving, listed, typed};
use crate::model::{Reading, Viewer, Words};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::profile::Card;
use events::{AccountId, MediaId};
use store::statement;

/// SQL that takes a card, in one of the two indexes.
macro_rules! upsert {
    ($person:literal) => {
        concat!(
            "INSERT INTO ",
            $person,
            " AS known \
               (id, version, removed, searchable, username, display_name, title, avatar_media_id, names, document) \
             VALUES ($1, $2, false, $3, $4, $5, $6, $7, \
               ' ' || folded($4 || ' ' || replace($4, '_', ' ') || ' ' || $5), \
               setweight(words_of(replace($4, '_', ' ') || ' ' || $5), 'A') || setweight(words_of($8), 'B') || \
               setweight(words_of($9), 'C') || setweight(words_of($10), 'D')) \
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, removed = false, \
               searchable = excluded.searchable, username = excluded.username, display_name = excluded.display_name, \
               title = excluded.title, avatar_media_id = excluded.avatar_media_id, names = excluded.names, \
               document = excluded.document \
             WHERE known.version < excluded.version"
        )
    };
}

/// SQL that leaves nothing of a person, in one of the two indexes.
macro_rules! bury {
    ($person:literal) => {
        concat!(
            "INSERT INTO ",
            $person,
            " (id, version, removed) VALUES ($1, $2, true) \
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, removed = true, searchable = false, \
               username = '', display_name = '', title = NULL, avatar_media_id = NULL, names = '', document = ''"
        )
    };
}

/// Takes a card if it is newer; answers whether it was.
///
/// Names weigh most, then what the person is and does, then what they can, then what they say.
pub(crate) async fn upsert(
    mut conn: &AsyncPgConnection,
    index: Index,
    version: i64,
    card: &Card,
) -> QueryResult<bool> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let changed = statement(match index {
        Index::Live => upsert!("person"),
        Index::Shadow => upsert!("person_shadow"),
    })
    .bind::<SqlUuid, _>(card.account_id)
    .bind::<BigInt, _>(version)
    .bind::<Bool, _>(card.searchable)
    .bind::<Text, _>(&card.username)
    .bind::<Text, _>(&card.display_name)
    .bind::<Nullable<Text>, _>(&card.title)
    .bind::<Nullable<SqlUuid>, _>(card.avatar_media_id)
    .bind::<Text, _>(format!("{} {}", text(&card.title), card.roles.join(" ")))
    .bind::<Text, _>(card.skills.join(" "))
    .bind::<Text, _>(format!("{} {}", text(&card.bio), text(&card.location)))
    .execute(&mut conn)
    .await?;
    Ok(changed > 0)
}

/// Leaves a version that no card can follow.
pub(crate) async fn bury(mut conn: &AsyncPgConnection, index: Index, account: AccountId) -> QueryResult<()> {
    statement(match index {
        Index::Live => bury!("person"),
        Index::Shadow => bury!("person_shadow"),
    })
    .bind::<SqlUuid, _>(account)
    .bind::<BigInt, _>(i64::MAX)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// A person who was found.
#[derive(QueryableByName)]
pub(crate) struct Found {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) username: String,
    #[diesel(sql_type = Text)]
    pub(crate) display_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) title: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) avatar_media_id: Option<MediaId>,
    #[diesel(sql_type = BigInt)]
    pub(crate) score: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) total: i64,
}

/// SQL around the finds of a search: counts them, and cuts a page out of them.
macro_rules! page_of {
    ($hits:expr) => {
        concat!(
            "WITH hit AS (",
            $hits,
            "), page AS (SELECT id, score FROM hit WHERE $4::bigint IS NULL OR (score, id) < ($4, $5) \
             ORDER BY score DESC, id DESC LIMIT $6) \
             SELECT p.id, p.username, p.display_name, p.title, p.avatar_media_id, page.score, \
               (SELECT count(*) FROM hit) AS total \
             FROM page JOIN person p ON p.id = page.id ORDER BY page.score DESC, page.id DESC"
        )
    };
}

/// People whose card has all of these words.
///
/// As typed, also those one of whose names begins like this: whoever has exactly this user name comes first, then those
/// whose names begin like it, then by rank. With typing errors forgiven, also those one of whose names is nearly this:
/// of a name more may be wrong than one letter, as people write it by ear.
pub(crate) async fn find(
    mut conn: &AsyncPgConnection,
    viewer: Viewer,
    (words, reading): (&Words, Reading),
    after: Option<Place>,
    limit: i64,
) -> QueryResult<Vec<Found>> {
    statement(match reading {
        Reading::Typed => page_of!(concat!(
            "SELECT p.id, (CASE WHEN lower(p.username) = lower($7) THEN 8000000 ELSE 0 END \
               + CASE WHEN p.names LIKE starting($7) THEN 1000000 ELSE 0 END \
               + ts_rank(p.document, ",
            any_typed!(),
            ") * 1000000)::bigint AS score \
             FROM person p WHERE (p.document @@ ",
            typed!(),
            " OR p.names LIKE starting($7)) AND ",
            listed!()
        )),
        Reading::Forgiving => page_of!(concat!(
            "SELECT p.id, (sum(near.likeness) * 1000000)::bigint AS score \
             FROM (SELECT id, likeness FROM resembling($7) UNION ALL \
               SELECT id, 0 FROM person WHERE document @@ ",
            forgiving!(),
            ") near JOIN person p ON p.id = near.id WHERE ",
            listed!(),
            " GROUP BY p.id"
        )),
    })
    .bind::<Nullable<SqlUuid>, _>(viewer.account)
    .bind::<Bool, _>(viewer.is_moderator)
    .bind::<Text, _>(words.read(reading))
    .bind::<Nullable<BigInt>, _>(after.map(|(score, _)| score))
    .bind::<Nullable<SqlUuid>, _>(after.map(|(_, id)| id))
    .bind::<BigInt, _>(limit)
    .bind::<Text, _>(words.as_name())
    .load(&mut conn)
    .await
}

/// People for type-ahead: those whose user name begins like this, then those one of whose other names does.
///
/// The first letter fits a good part of everybody, so the second kind looks at no more than it needs to.
pub(crate) async fn suggest(
    mut conn: &AsyncPgConnection,
    viewer: Viewer,
    words: &Words,
    limit: i64,
) -> QueryResult<Vec<Found>> {
    statement(concat!(
        "WITH hit AS ((SELECT p.id, 1 AS score FROM person p WHERE lower(p.username) ~>=~ lower($3) \
             AND lower(p.username) ~<~ (lower($3) || '~') AND ",
        listed!(),
        " ORDER BY lower(p.username) USING ~<~ LIMIT $4) \
           UNION ALL (SELECT p.id, 0 AS score FROM person p WHERE p.names LIKE starting($3) \
             AND NOT starts_with(lower(p.username), lower($3)) AND ",
        listed!(),
        " LIMIT 200)) \
         SELECT p.id, p.username, p.display_name, p.title, p.avatar_media_id, hit.score::bigint AS score, \
           0::bigint AS total \
         FROM hit JOIN person p ON p.id = hit.id ORDER BY hit.score DESC, lower(p.username) USING ~<~, p.id LIMIT $4"
    ))
    .bind::<Nullable<SqlUuid>, _>(viewer.account)
    .bind::<Bool, _>(viewer.is_moderator)
    .bind::<Text, _>(words.as_name())
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}
