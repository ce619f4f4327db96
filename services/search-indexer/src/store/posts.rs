use super::{Index, Place, any_forgiven, any_typed, forgiving, typed};
use crate::model::{GREATER_THAN, LESS_THAN, MARK_BEGIN, MARK_END, Reading, Tag, Viewer, Words};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Json, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::content::{Post, PostRemoved, PostState};
use events::{AccountId, MediaId, PostId};
use store::statement;

/// SQL that takes a post, in one of the two indexes.
macro_rules! upsert {
    ($post:literal) => {
        concat!(
            "INSERT INTO ",
            $post,
            " AS known (id, version, removed, author_id, content, tags, media, visibility, state, \
               created_at, edited_at, document) \
             VALUES ($1, $2, false, $3, $4, $5, $6, $7, $8, $9, $10, \
               setweight(words_of(array_to_string($5, ' ')), 'A') || setweight(words_of($4), 'B')) \
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, removed = false, \
               author_id = excluded.author_id, content = excluded.content, tags = excluded.tags, \
               media = excluded.media, visibility = excluded.visibility, state = excluded.state, \
               created_at = excluded.created_at, edited_at = excluded.edited_at, document = excluded.document \
             WHERE known.version < excluded.version"
        )
    };
}

/// SQL that leaves only a post's version, in one of the two indexes.
macro_rules! bury {
    ($post:literal) => {
        concat!(
            "INSERT INTO ",
            $post,
            " AS known (id, version, removed, author_id) VALUES ($1, $2, true, $3) \
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, removed = true, \
               author_id = excluded.author_id, content = '', tags = '{}', media = '{}', visibility = 'private', \
               state = 'hidden', created_at = NULL, edited_at = NULL, document = '' \
             WHERE known.version < excluded.version"
        )
    };
}

/// Takes a post if it is newer.
pub(crate) async fn upsert(
    mut conn: &AsyncPgConnection,
    index: Index,
    version: i64,
    post: &Post,
) -> QueryResult<()> {
    let state = match post.state {
        PostState::Published => "published",
        PostState::Hidden => "hidden",
    };
    statement(match index {
        Index::Live => upsert!("post"),
        Index::Shadow => upsert!("post_shadow"),
    })
    .bind::<SqlUuid, _>(post.post_id)
    .bind::<BigInt, _>(version)
    .bind::<SqlUuid, _>(post.author_id)
    .bind::<Text, _>(&post.content)
    .bind::<Array<Text>, _>(&post.tags)
    .bind::<Array<SqlUuid>, _>(&post.media)
    .bind::<Text, _>(post.visibility.as_str())
    .bind::<Text, _>(state)
    .bind::<Timestamptz, _>(post.created_at)
    .bind::<Nullable<Timestamptz>, _>(post.edited_at)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Leaves only the version.
pub(crate) async fn bury(
    mut conn: &AsyncPgConnection,
    index: Index,
    version: i64,
    post: &PostRemoved,
) -> QueryResult<()> {
    statement(match index {
        Index::Live => bury!("post"),
        Index::Shadow => bury!("post_shadow"),
    })
    .bind::<SqlUuid, _>(post.post_id)
    .bind::<BigInt, _>(version)
    .bind::<SqlUuid, _>(post.author_id)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// What else the posts must be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) tag: Option<Tag>,
    pub(crate) author: Option<AccountId>,
    pub(crate) since: Option<DateTime<Utc>>,
}

/// A post that was found.
#[derive(QueryableByName)]
pub(crate) struct Found {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: PostId,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) author_id: AccountId,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) username: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) display_name: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) avatar_media_id: Option<MediaId>,
    #[diesel(sql_type = Text)]
    pub(crate) content: String,
    #[diesel(sql_type = Array<Text>)]
    pub(crate) tags: Vec<String>,
    /// The files as a JSON array, absent when there are none.
    #[diesel(sql_type = Nullable<Json>)]
    pub(crate) media: Option<serde_json::Value>,
    /// Reactions by type, absent when nothing was counted yet.
    #[diesel(sql_type = Nullable<Json>)]
    pub(crate) reactions: Option<serde_json::Value>,
    #[diesel(sql_type = BigInt)]
    pub(crate) comments: i64,
    /// The asker's own.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) my_reaction: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) visibility: String,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) edited_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Text)]
    pub(crate) marked: String,
    #[diesel(sql_type = BigInt)]
    pub(crate) score: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) total: i64,
}

/// SQL that finds posts by a query, scores them, and marks these words in them.
macro_rules! find {
    ($query:expr, $score:expr, $marks:expr) => {
        concat!(
            "WITH hit AS (SELECT p.id, ",
            $score,
            " AS score FROM post p WHERE p.document @@ ",
            $query,
            " AND NOT p.removed \
                 AND ($7::text IS NULL OR p.tags @> ARRAY[$7]) AND ($8::uuid IS NULL OR p.author_id = $8) \
                 AND ($9::timestamptz IS NULL OR p.created_at >= $9) AND ",
            audience::visible!("p"),
            "), page AS (SELECT * FROM hit WHERE $4::bigint IS NULL OR (score, id) < ($4, $5) \
               ORDER BY score DESC, id DESC LIMIT $6) \
             SELECT p.id, p.author_id, nullif(a.username, '') AS username, \
               nullif(a.display_name, '') AS display_name, a.avatar_media_id, p.content, p.tags, p.visibility, \
               p.created_at, p.edited_at, n.reactions, coalesce(n.comments, 0) AS comments, \
               (SELECT r.kind FROM reaction r WHERE r.post_id = p.id AND r.account_id = $1) AS my_reaction, \
               (SELECT json_agg(json_build_object('id', f.id, 'kind', f.kind, 'contentType', f.content_type, \
                 'width', f.width, 'height', f.height, 'duration', f.duration, 'ready', f.ready, \
                 'altText', f.alt_text) ORDER BY shown.place) \
                 FROM unnest(p.media) WITH ORDINALITY AS shown (id, place) JOIN file f ON f.id = shown.id \
                 WHERE NOT f.removed) AS media, \
               ts_headline('words', translate(p.content, '<>' || $11, $10 || '    '), ",
            $marks,
            ", $12 || CASE WHEN length(p.content) <= 280 THEN ', HighlightAll=true' \
                 ELSE ', MaxFragments=2, MinWords=8, MaxWords=24, FragmentDelimiter=\" … \"' END) AS marked, \
               page.score, (SELECT count(*) FROM hit) AS total \
             FROM page JOIN post p ON p.id = page.id LEFT JOIN person a ON a.id = p.author_id \
             LEFT JOIN post_counts n ON n.post_id = p.id \
             ORDER BY page.score DESC, page.id DESC"
        )
    };
}

/// Posts that have all of these words and that the asker may see, by rank and then by recency; what is forgiven, by recency.
///
/// Only what is shown is highlighted: a short post whole, of a longer one the two best places. The marks are control
/// characters that no post has, see [`crate::model::excerpt`]; `<` and `>` are hidden from the parser, which would skip
/// what stands between them.
pub(crate) async fn find(
    mut conn: &AsyncPgConnection,
    viewer: Viewer,
    (words, reading): (&Words, Reading),
    filter: &Filter,
    after: Option<Place>,
    limit: i64,
) -> QueryResult<Vec<Found>> {
    let hidden: String = [LESS_THAN, GREATER_THAN].iter().collect();
    statement(match reading {
        Reading::Typed => find!(
            typed!(),
            concat!("(ts_rank(p.document, ", any_typed!(), ") * 1000000)::bigint"),
            any_typed!()
        ),
        Reading::Forgiving => find!(forgiving!(), "0::bigint", any_forgiven!("p.document")),
    })
    .bind::<Nullable<SqlUuid>, _>(viewer.account)
    .bind::<Bool, _>(viewer.is_moderator)
    .bind::<Text, _>(words.read(reading))
    .bind::<Nullable<BigInt>, _>(after.map(|(score, _)| score))
    .bind::<Nullable<SqlUuid>, _>(after.map(|(_, id)| id))
    .bind::<BigInt, _>(limit)
    .bind::<Nullable<Text>, _>(filter.tag.as_ref().map(Tag::as_str))
    .bind::<Nullable<SqlUuid>, _>(filter.author)
    .bind::<Nullable<Timestamptz>, _>(filter.since)
    .bind::<Text, _>(&hidden)
    .bind::<Text, _>(format!("{MARK_BEGIN}{MARK_END}{hidden}"))
    .bind::<Text, _>(format!("StartSel=\"{MARK_BEGIN}\", StopSel=\"{MARK_END}\""))
    .load(&mut conn)
    .await
}
