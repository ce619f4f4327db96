//! All that is held about one person: what of it is handed out on request.
//!
//! What others wrote about a person's posts, or who reported them, is theirs and is not handed out.

use ::store::exports::Holding;

pub(crate) const HOLDINGS: &[Holding] = &[
    ("author", "SELECT * FROM author WHERE account_id = $1"),
    (
        "posts",
        "SELECT p.*, ARRAY(SELECT pm.media_id FROM post_media pm WHERE pm.post_id = p.id ORDER BY pm.position) AS media, \
         ARRAY(SELECT t.tag FROM post_tag t WHERE t.post_id = p.id ORDER BY t.tag) AS found_by, \
         (SELECT to_jsonb(c) FROM post_counts c WHERE c.post_id = p.id) AS counts \
         FROM post p WHERE p.author_id = $1 ORDER BY p.id",
    ),
    (
        "postHistory",
        "SELECT h.post_id, h.version, h.content, h.visibility, h.tags, h.media, h.state, h.change, h.changed_at, \
         CASE WHEN h.changed_by = $1 THEN h.reason END AS reason FROM post_history h JOIN post p ON p.id = h.post_id \
         WHERE p.author_id = $1 ORDER BY h.post_id, h.version",
    ),
    (
        "postCount",
        "SELECT * FROM author_post_count WHERE account_id = $1",
    ),
    (
        "comments",
        "SELECT * FROM comment WHERE author_id = $1 ORDER BY id",
    ),
    (
        "reactions",
        "SELECT * FROM reaction WHERE account_id = $1 ORDER BY at, post_id",
    ),
    (
        "reports",
        "SELECT id, post_id, reporter_id, reason, description, state, version, created_at, changed_at FROM report \
         WHERE reporter_id = $1 ORDER BY id",
    ),
    (
        "moderatedPosts",
        "SELECT post_id, version, change, changed_at, reason FROM post_history WHERE changed_by = $1 \
         AND change IN ('hidden', 'restored') ORDER BY post_id, version",
    ),
    (
        "handledReports",
        "SELECT id, post_id, state, note, changed_at FROM report WHERE moderator_id = $1 ORDER BY id",
    ),
    (
        "moderationAudit",
        "SELECT * FROM moderation_audit WHERE actor_id = $1 ORDER BY at, id",
    ),
    (
        "knownFiles",
        "SELECT * FROM media WHERE owner_id = $1 ORDER BY id",
    ),
];
