//! What content asks its database for a post, to be asked without content. That it is still the same is checked
//! before anything is measured: by PostgreSQL, which counts equal statements as one.

use crate::http::Door;
use crate::messages;
use crate::stage::{Person, Stage};
use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Json, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use events::Cause;
use http::Method;
use hyper::body::Bytes;
use store::{outbox, statement};
use uuid::Uuid;

/// Reads a post: the asker, whether it is a moderator, the post.
pub(crate) const READ: &str = concat!(
    "SELECT ",
    audience::verdict!("p"),
    " AS verdict, p.id, p.author_id, p.content, p.visibility, p.tags, p.created_at, p.edited_at, \
     CASE WHEN p.removed_at IS NULL THEN p.state ELSE 'removed' END AS state, \
     a.username, a.display_name, a.avatar_media_id, \
     c.like_count, c.love_count, c.applause_count, c.insight_count, c.comment_count\
     , r.type AS my_reaction, (SELECT json_agg(json_build_object('id', m.id, 'kind', m.kind, \
     'contentType', m.content_type, 'width', m.width, 'height', m.height, 'duration', m.duration, 'ready', m.ready, 'altText', m.alt_text) \
     ORDER BY pm.position) FROM post_media pm JOIN media m ON m.id = pm.media_id \
     WHERE pm.post_id = p.id AND NOT m.removed) AS media FROM post p \
     JOIN author a ON a.account_id = p.author_id JOIN post_counts c ON c.post_id = p.id \
     LEFT JOIN reaction r ON r.post_id = p.id AND r.account_id = $1 \
     WHERE p.id = $3 AND (p.removed_at IS NULL OR ($2 AND p.content <> ''))"
);

/// Keeps whoever asks from being erased until the transaction ends.
pub(crate) const HERE: &str = "SELECT account_id FROM erased_among($1) AS account_id";

/// Writes a post: author, user name, display name, post, text, visibility, tags, time, files, public posts more.
pub(crate) const WRITE: &str = "WITH introduced AS (INSERT INTO author (account_id, username, display_name) \
     VALUES ($1, $2, $3) ON CONFLICT DO NOTHING) \
     , posted AS (INSERT INTO post (id, author_id, content, visibility, tags, created_at) \
     VALUES ($4, $1, $5, $6, $7, $8)), \
     counted AS (INSERT INTO post_counts (post_id) VALUES ($4)), \
     attached AS (INSERT INTO post_media (post_id, position, media_id) \
     SELECT $4, position, id FROM unnest($9) WITH ORDINALITY AS file (id, position)), \
     tagged AS (INSERT INTO post_tag (post_id, created_at, tag) SELECT $4, $8, unnest($7)) \
     INSERT INTO author_post_count AS known (account_id, total, public, version) VALUES ($1, 1, $10, 1) \
     ON CONFLICT (account_id) DO UPDATE SET total = known.total + 1, \
     public = known.public + excluded.public, version = known.version + 1 \
     RETURNING total, public, version";

/// Publishes: ids, envelopes.
pub(crate) const PUBLISH: &str =
    "INSERT INTO outbox (id, envelope) SELECT id, body::json FROM unnest($1, $2) AS entry (id, body)";

/// What each of them holds and no other statement does.
const MARKS: [(&str, &str); 4] = [
    ("asks for the author", "FROM erased_among("),
    ("reads a post", "AS verdict, p.id, p.author_id"),
    ("writes a post", "posted AS (INSERT INTO post "),
    ("publishes", "INSERT INTO outbox (id, envelope)"),
];

/// A post as it is read.
#[derive(QueryableByName)]
#[expect(
    dead_code,
    reason = "as content reads it, every column, for the work of reading"
)]
pub(crate) struct Read {
    #[diesel(sql_type = Text)]
    verdict: String,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    author_id: Uuid,
    #[diesel(sql_type = Text)]
    content: String,
    #[diesel(sql_type = Text)]
    visibility: String,
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    edited_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Text)]
    display_name: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    avatar_media_id: Option<Uuid>,
    #[diesel(sql_type = BigInt)]
    like_count: i64,
    #[diesel(sql_type = BigInt)]
    love_count: i64,
    #[diesel(sql_type = BigInt)]
    applause_count: i64,
    #[diesel(sql_type = BigInt)]
    insight_count: i64,
    #[diesel(sql_type = BigInt)]
    comment_count: i64,
    #[diesel(sql_type = Nullable<Text>)]
    my_reaction: Option<String>,
    #[diesel(sql_type = Nullable<Json>)]
    media: Option<serde_json::Value>,
}

#[derive(QueryableByName)]
pub(crate) struct Count {
    #[diesel(sql_type = BigInt)]
    pub(crate) count: i64,
}

/// Reads a post as content does.
pub(crate) async fn read(mut conn: &AsyncPgConnection, asker: &Person, post: Uuid) -> QueryResult<Read> {
    statement(READ)
        .bind::<Nullable<SqlUuid>, _>(Some(asker.account))
        .bind::<Bool, _>(false)
        .bind::<SqlUuid, _>(post)
        .get_result(&mut conn)
        .await
}

/// Writes a post as content does, without publishing it.
pub(crate) async fn write(mut conn: &AsyncPgConnection, author: &Person, post: Uuid) -> QueryResult<usize> {
    statement(WRITE)
        .bind::<SqlUuid, _>(author.account)
        .bind::<Text, _>(&author.username)
        .bind::<Text, _>(&author.username)
        .bind::<SqlUuid, _>(post)
        .bind::<Text, _>(messages::TEXT)
        .bind::<Text, _>("public")
        .bind::<Array<Text>, _>(messages::TAGS.to_vec())
        .bind::<Timestamptz, _>(Utc::now())
        .bind::<Array<SqlUuid>, _>(Vec::<Uuid>::new())
        .bind::<BigInt, _>(1)
        .execute(&mut conn)
        .await
}

/// A statement with other expressions in the places of its values, the first for `$1`.
pub(crate) fn with_values(statement: &str, values: &[&str]) -> String {
    let numbered = values.iter().enumerate().rev();
    numbered.fold(statement.to_owned(), |text, (index, value)| {
        text.replace(&format!("${}", index + 1), value)
    })
}

/// Whether what stands above is what the network asks: both are run, and PostgreSQL must have seen one statement.
pub(crate) async fn are_the_networks(stage: &Stage) -> Result<()> {
    let mut administrator = stage.live.session().await?;
    administrator
        .batch_execute("SELECT pg_stat_statements_reset()")
        .await?;
    let posts: &[Uuid] = &stage.posts;
    let (person, post) = (stage.person(0)?, posts.first().context("no posts")?);
    let mut door = Door::connect(stage.server.address).await?;
    let cookie = Some(&person.cookie);
    door.ask(Method::GET, &format!("/api/posts/{post}"), cookie, Bytes::new())
        .await?;
    door.ask(Method::POST, "/api/posts", cookie, messages::new_post()?)
        .await?;
    let mut content = stage.live.session_of("content").await?;
    content.batch_execute("BEGIN").await?;
    read(&content, person, *post).await?;
    statement(HERE)
        .bind::<Array<SqlUuid>, _>(vec![person.account])
        .execute(&mut content)
        .await?;
    let id = Uuid::now_v7();
    write(&content, person, id).await?;
    let event = messages::post_changed(person.account, id);
    outbox::append(&content, &Cause::system(), 1, event).await?;
    statement(PUBLISH)
        .bind::<Array<SqlUuid>, _>(vec![Uuid::now_v7()])
        .bind::<Array<Text>, _>(vec!["{}"])
        .execute(&mut content)
        .await?;
    content.batch_execute("ROLLBACK").await?;
    for (does, mark) in MARKS {
        let seen: Count = diesel::sql_query(
            "SELECT count(*) AS count FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid \
             WHERE r.rolname = 'valine_content' AND position($1 IN s.query) > 0",
        )
        .bind::<Text, _>(mark)
        .get_result(&mut administrator)
        .await?;
        ensure!(
            seen.count == 1,
            "content {does} by another statement than the bench compares it with ({} of them were seen); \
             copy it to tests/src/bin/valine-bench/statements.rs",
            seen.count
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_value_is_not_the_first_one_and_a_nought() {
        let values = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        assert_eq!(with_values("$1, $10, $2, $1", &values), "a, j, b, a");
    }
}
