//! Every counter against the rows it counts, every copy against what it was made from.
//!
//! Each comparison is a statement whose rows are differences; the first column says where.

use super::Finding;
use anyhow::{Context, Result};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

#[derive(QueryableByName)]
struct Difference {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = BigInt)]
    all: i64,
}

/// How comparisons end that the index is made anew for.
const SEARCHED: &str = " in search";

/// Makes every comparison.
pub(super) async fn compare(conn: &mut AsyncPgConnection) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (what, differences) in CHECKS {
        let query = format!(
            "SELECT place::text AS place, count(*) OVER () AS all FROM ({differences}) AS difference (place) LIMIT 5"
        );
        let found: Vec<Difference> = diesel::sql_query(query)
            .load(conn)
            .await
            .with_context(|| format!("comparing: {what}"))?;
        let places: Vec<_> = found.iter().map(|difference| difference.place.as_str()).collect();
        let all = found
            .iter()
            .map(|difference| difference.all)
            .max()
            .unwrap_or_default();
        findings.push(if found.is_empty() {
            Finding::well(*what, "agree")
        } else {
            let more = if all > 5 { ", …" } else { "" };
            let remedy = if what.ends_with(SEARCHED) {
                "; `valine search rebuild` makes the index anew"
            } else {
                ""
            };
            Finding::ill(
                *what,
                format!("{all} differ: {}{more}{remedy}", places.join(", ")),
            )
        });
    }
    Ok(findings)
}

/// What is compared.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|(what, _)| *what)
}

const CHECKS: &[(&str, &str)] = &[
    (
        "reactions and comments, counted",
        "SELECT p.id FROM content.post p LEFT JOIN content.post_counts c ON c.post_id = p.id \
         LEFT JOIN (SELECT post_id, count(*) FILTER (WHERE type = 'like') AS l, count(*) FILTER (WHERE type = 'love') AS v, \
             count(*) FILTER (WHERE type = 'applause') AS a, count(*) FILTER (WHERE type = 'insight') AS i \
             FROM content.reaction GROUP BY 1) r ON r.post_id = p.id \
         LEFT JOIN (SELECT post_id, count(*) AS n FROM content.comment WHERE removed_at IS NULL GROUP BY 1) m ON m.post_id = p.id \
         WHERE p.removed_at IS NULL AND (c.like_count, c.love_count, c.applause_count, c.insight_count, c.comment_count) \
         IS DISTINCT FROM (coalesce(r.l, 0), coalesce(r.v, 0), coalesce(r.a, 0), coalesce(r.i, 0), coalesce(m.n, 0))",
    ),
    (
        "posts of each author, counted",
        "SELECT coalesce(c.account_id, p.author_id) FROM content.author_post_count c FULL JOIN \
         (SELECT author_id, count(*) AS total, count(*) FILTER (WHERE visibility = 'public' AND state = 'published') AS public \
             FROM content.post WHERE removed_at IS NULL GROUP BY 1) p ON p.author_id = c.account_id \
         WHERE (coalesce(c.total, 0), coalesce(c.public, 0)) IS DISTINCT FROM (coalesce(p.total, 0), coalesce(p.public, 0))",
    ),
    (
        "followers, following and connections, counted",
        "SELECT a.id FROM (SELECT account_id AS id FROM social_graph.counts UNION SELECT follower_id FROM social_graph.follow \
             UNION SELECT following_id FROM social_graph.follow UNION SELECT low_id FROM social_graph.connection \
             UNION SELECT high_id FROM social_graph.connection) a LEFT JOIN social_graph.counts c ON c.account_id = a.id \
         WHERE (coalesce(c.followers, 0), coalesce(c.following, 0), coalesce(c.connections, 0)) IS DISTINCT FROM \
         ((SELECT count(*) FROM social_graph.follow f WHERE f.active AND f.following_id = a.id), \
          (SELECT count(*) FROM social_graph.follow f WHERE f.active AND f.follower_id = a.id), \
          (SELECT count(*) FROM social_graph.connection n WHERE n.state = 'connected' AND a.id IN (n.low_id, n.high_id)))",
    ),
    (
        "posts in search",
        "SELECT coalesce(p.id, s.id) FROM (SELECT * FROM content.post WHERE removed_at IS NULL) p \
         FULL JOIN (SELECT * FROM search_indexer.post WHERE NOT removed) s ON s.id = p.id \
         WHERE (p.version, p.author_id, p.content, p.visibility, p.state, p.tags, p.edited_at) \
         IS DISTINCT FROM (s.version, s.author_id, s.content, s.visibility, s.state, s.tags, s.edited_at) \
         OR ARRAY(SELECT f.media_id FROM content.post_media f WHERE f.post_id = p.id ORDER BY f.position) <> s.media",
    ),
    (
        "people in search",
        "SELECT coalesce(p.id, s.id) FROM profile.profile p \
         FULL JOIN (SELECT * FROM search_indexer.person WHERE NOT removed) s ON s.id = p.id \
         WHERE (p.version, p.username, coalesce(p.display_name, p.signup_name)) IS DISTINCT FROM (s.version, s.username, s.display_name)",
    ),
    (
        "accounts and their profiles",
        "SELECT coalesce(a.id, p.id) FROM identity.account a FULL JOIN profile.profile p ON p.id = a.id \
         WHERE a.id IS NULL OR p.id IS NULL OR lower(a.username) <> lower(p.username)",
    ),
    (
        "authors as content shows them",
        "SELECT coalesce(p.id, c.account_id) FROM profile.profile p FULL JOIN content.author c ON c.account_id = p.id \
         WHERE (p.username, coalesce(p.display_name, p.signup_name)) IS DISTINCT FROM (c.username, c.display_name)",
    ),
    (
        "follows that decide what people see",
        "SELECT follower_id || ' ' || following_id FROM social_graph.follow f \
         FULL JOIN content.audience_follow c USING (follower_id, following_id) \
         FULL JOIN media.audience_follow m USING (follower_id, following_id) \
         FULL JOIN search_indexer.audience_follow s USING (follower_id, following_id) \
         WHERE (f.active, f.version) IS DISTINCT FROM (c.active, c.version) \
            OR (f.active, f.version) IS DISTINCT FROM (m.active, m.version) \
            OR (f.active, f.version) IS DISTINCT FROM (s.active, s.version)",
    ),
    (
        "connections that decide what people see",
        "SELECT low_id || ' ' || high_id FROM social_graph.connection f \
         FULL JOIN content.audience_connection c USING (low_id, high_id) \
         FULL JOIN media.audience_connection m USING (low_id, high_id) \
         FULL JOIN search_indexer.audience_connection s USING (low_id, high_id) \
         WHERE (f.state = 'connected', f.version) IS DISTINCT FROM (c.connected, c.version) \
            OR (f.state = 'connected', f.version) IS DISTINCT FROM (m.connected, m.version) \
            OR (f.state = 'connected', f.version) IS DISTINCT FROM (s.connected, s.version)",
    ),
    (
        "blocks that decide what people see",
        "SELECT blocker_id || ' ' || blocked_id FROM social_graph.block f \
         FULL JOIN content.audience_block c USING (blocker_id, blocked_id) \
         FULL JOIN media.audience_block m USING (blocker_id, blocked_id) \
         FULL JOIN search_indexer.audience_block s USING (blocker_id, blocked_id) \
         WHERE (f.active, f.version) IS DISTINCT FROM (c.active, c.version) \
            OR (f.active, f.version) IS DISTINCT FROM (m.active, m.version) \
            OR (f.active, f.version) IS DISTINCT FROM (s.active, s.version)",
    ),
    (
        "people who may not be seen",
        "SELECT a.id FROM identity.account a LEFT JOIN content.audience_account c ON c.account_id = a.id \
         LEFT JOIN media.audience_account m ON m.account_id = a.id LEFT JOIN search_indexer.audience_account s ON s.account_id = a.id \
         LEFT JOIN social_graph.account g ON g.id = a.id LEFT JOIN profile.profile p ON p.id = a.id \
         WHERE a.state <> 'deleted' AND (a.state, a.state, a.state, a.state, a.state) IS DISTINCT FROM \
         (coalesce(c.state, 'active'), coalesce(m.state, 'active'), coalesce(s.state, 'active'), coalesce(g.state, 'active'), p.state)",
    ),
    (
        "people as others show them",
        "SELECT p.id FROM profile.profile p LEFT JOIN identity.card i ON i.account_id = p.id \
         LEFT JOIN social_graph.account g ON g.id = p.id LEFT JOIN media.portrait m ON m.account_id = p.id \
         WHERE p.state <> 'deleted' AND (p.version, p.version, p.version, coalesce(p.display_name, p.signup_name), \
         coalesce(p.display_name, p.signup_name)) IS DISTINCT FROM (i.version, g.card_version, m.version, i.display_name, g.display_name)",
    ),
    (
        "followers and posts as profiles show them",
        "SELECT p.id FROM profile.profile p LEFT JOIN social_graph.counts g ON g.account_id = p.id \
         LEFT JOIN profile.relationship_counts r ON r.account_id = p.id LEFT JOIN content.author_post_count c ON c.account_id = p.id \
         LEFT JOIN profile.post_counts n ON n.account_id = p.id WHERE p.state <> 'deleted' AND \
         (coalesce(g.followers, 0), coalesce(g.following, 0), coalesce(g.connections, 0), coalesce(c.total, 0), coalesce(c.public, 0)) \
         IS DISTINCT FROM \
         (coalesce(r.followers, 0), coalesce(r.following, 0), coalesce(r.connections, 0), coalesce(n.total, 0), coalesce(n.public, 0))",
    ),
    (
        "tags of posts",
        "SELECT p.id FROM content.post p LEFT JOIN (SELECT post_id, array_agg(tag ORDER BY tag) AS tags FROM content.post_tag \
             GROUP BY 1) t ON t.post_id = p.id \
         WHERE p.removed_at IS NULL AND (SELECT array_agg(tag ORDER BY tag) FROM unnest(p.tags) AS tag) IS DISTINCT FROM t.tags",
    ),
    (
        "files as posts, profiles and search know them",
        "SELECT m.id FROM media.media m LEFT JOIN content.media c ON c.id = m.id LEFT JOIN profile.media p ON p.id = m.id \
         LEFT JOIN search_indexer.file s ON s.id = m.id \
         WHERE (m.state = 'ready' AND (c.removed IS NOT FALSE OR p.removed IS NOT FALSE OR s.removed IS NOT FALSE \
              OR s.ready IS NOT TRUE OR (c.alt_text, s.alt_text) IS DISTINCT FROM (m.alt_text, m.alt_text))) \
            OR (m.state = 'removed' AND (c.removed IS FALSE OR p.removed IS FALSE OR s.removed IS FALSE))",
    ),
    (
        "posts that say who may see a file",
        "SELECT p.id FROM content.post p JOIN (SELECT DISTINCT post_id FROM content.post_media) f ON f.post_id = p.id \
         LEFT JOIN media.post m ON m.id = p.id WHERE p.removed_at IS NULL \
         AND (p.version, p.author_id, p.visibility, p.state, false) IS DISTINCT FROM (m.version, m.author_id, m.visibility, m.state, m.removed)",
    ),
    (
        "credits in search",
        "SELECT account_id || ' ' || id FROM profile.credit c FULL JOIN search_indexer.credit k USING (account_id, id) \
         WHERE (c.position, c.role, c.title, c.company, c.year, c.description) \
            IS DISTINCT FROM (k.position, k.role, k.title, k.company, k.year, k.description)",
    ),
    (
        "reactions in search",
        "SELECT coalesce(c.post_id, s.post_id) FROM content.reaction c FULL JOIN \
             (SELECT * FROM search_indexer.reaction WHERE kind IS NOT NULL) s USING (post_id, account_id) \
         WHERE c.type IS DISTINCT FROM s.kind",
    ),
    (
        "counts in search",
        "SELECT c.post_id FROM content.post_counts c JOIN content.post p ON p.id = c.post_id AND p.removed_at IS NULL \
         LEFT JOIN search_indexer.post_counts s USING (post_id) \
         WHERE c.version > 0 AND (c.version, c.like_count, c.love_count, c.applause_count, c.insight_count, c.comment_count) \
            IS DISTINCT FROM (s.version, (s.reactions ->> 'like')::bigint, (s.reactions ->> 'love')::bigint, \
              (s.reactions ->> 'applause')::bigint, (s.reactions ->> 'insight')::bigint, s.comments)",
    ),
];
