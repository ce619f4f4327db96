//! No search reads a whole table, however many documents there are.

use crate::world::World;
use chassis::{Caller, Secrets};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::{config_for, principal, signed};

/// So many people and posts. The planner decides by their number; with these it decides as with five times as many,
/// for which `DOCUMENTS = 100_000` was measured.
const DOCUMENTS: u32 = 20_000;

/// Searches that are common and that are rare, that find much, little and nothing.
const SEARCHES: [&str; 26] = [
    "/search/users?q=quokka",
    "/search/users?q=rain",
    "/search/users?q=zmember_77",
    "/search/users?q=m",
    "/search/users?q=quokak",
    "/search/users?q=xylophone",
    "/search/users?q=rain&limit=100",
    "/search/posts?q=quokka",
    "/search/posts?q=rain",
    "/search/posts?q=rain+-snow",
    "/search/posts?q=rain&tag=weather",
    "/search/posts?q=xylophone",
    "/search/posts?q=rai",
    "/search/posts?q=quokak",
    "/search/posts?q=rian",
    "/search/posts?q=rian+quokak",
    "/search/posts?q=rian&tag=weather",
    "/search/posts?q=rian+quokak+rani+weahter+raiin+ainr",
    "/search/users?q=rian+quokak+rani+weahter+raiin+ainr",
    "/search?q=quokak&type=credits",
    "/search/posts?q=rain&since=2026-01-01",
    "/search?q=quokka",
    "/search?q=rain&type=credits",
    "/search/suggest?q=q",
    "/search/suggest?q=quok",
    "/search/suggest?q=zmember_7",
];

/// Documents as the consumers write them, made by the database itself because there are many.
fn many(documents: u32) -> String {
    format!(
        "CREATE TEMPORARY TABLE made AS SELECT n, gen_random_uuid() AS id, chr(97 + n % 26) || 'member_' || n AS username, \
           CASE WHEN n % 1000 = 0 THEN 'quokka ' ELSE '' END || CASE WHEN n % 50 = 0 THEN 'rain ' ELSE '' END || \
           (SELECT string_agg('word' || (n * 7919 + k * 104729) % 5000, ' ') FROM generate_series(1, 12) k) AS said \
         FROM generate_series(1, {documents}) n; \
         INSERT INTO person (id, version, searchable, username, display_name, names, document) \
         SELECT id, 1, true, username, initcap('name' || n % 3000), ' ' || folded(username || ' ' || \
           replace(username, '_', ' ') || ' name' || n % 3000 || CASE WHEN n % 1000 = 0 THEN ' quokka' ELSE '' END), words_of(said) FROM made; \
         INSERT INTO credit (account_id, id, title, document) SELECT id, gen_random_uuid(), said, words_of(said) FROM made; \
         INSERT INTO post (id, version, author_id, content, tags, visibility, state, created_at, document) \
         SELECT gen_random_uuid(), 1, id, said, ARRAY['weather'], \
           CASE n % 3 WHEN 0 THEN 'followers' ELSE 'public' END, 'published', now(), words_of(said) FROM made; \
         INSERT INTO post_counts (post_id, author_id, version, reactions, comments) SELECT id, author_id, 1, '{{\"like\": 2}}', 0 FROM post; \
         INSERT INTO reaction (post_id, account_id, author_id, version, kind) \
         SELECT id, gen_random_uuid(), author_id, 1, 'like' FROM post, generate_series(1, 2); \
         ANALYZE person; ANALYZE credit; ANALYZE post; ANALYZE post_counts; ANALYZE reaction"
    )
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

async fn number(world: &World, sql: &str) -> i64 {
    let mut conn = world.app.session().await;
    let row: Number = diesel::sql_query(sql).get_result(&mut conn).await.unwrap();
    row.number
}

/// How often some table was read as a whole. A session tells what it has counted when it ends.
async fn whole_reads(world: &World) -> i64 {
    let others = "FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user \
                  AND pid <> pg_backend_pid()";
    number(
        world,
        &format!("SELECT count(pg_terminate_backend(pid)) AS number {others}"),
    )
    .await;
    let asked = Instant::now();
    while number(world, &format!("SELECT count(*) AS number {others}")).await > 0 {
        assert!(asked.elapsed() < Duration::from_secs(60), "sessions do not end");
    }
    number(
        world,
        "SELECT coalesce(sum(seq_scan), 0)::bigint AS number FROM pg_stat_user_tables \
         WHERE relname IN ('person', 'credit', 'post', 'post_counts', 'reaction')",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_search_reads_a_whole_table() {
    let world = World::new().await;
    let callers = [Caller::Anonymous, Caller::Account(Arc::new(principal("ana")))];
    let mut conn = world.app.session().await;
    conn.batch_execute(&many(DOCUMENTS)).await.unwrap();
    drop(conn);
    let mut before = whole_reads(&world).await;
    let mut readers = Vec::new();
    for search in SEARCHES {
        // Sessions that were ended are not asked again: each search has a service of its own.
        let address = world.app.database.address_of("search-indexer");
        let config = config_for(address, &world.app.seal, Secrets::random());
        let fresh = search_indexer::service(&config).unwrap();
        for caller in &callers {
            let started = Instant::now();
            let client = signed(&fresh, &world.app.seal, caller);
            let found = client.get(search).await.expect(200);
            println!("{:>9.1?} {search} {}", started.elapsed(), found["total"]);
        }
        drop(fresh);
        let after = whole_reads(&world).await;
        if after > before {
            readers.push(search);
        }
        before = after;
    }
    assert!(readers.is_empty(), "these read a whole table: {readers:#?}");
    // The count does count: nobody asks like this.
    number(
        &world,
        "SELECT count(*) AS number FROM post WHERE content LIKE '%rain%'",
    )
    .await;
    assert!(whole_reads(&world).await > before);
}
