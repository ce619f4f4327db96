//! `valine doctor --deep`: where something differs it says so, each comparison by its own name, and where all is well it is
//! silent.

use crate::leaving::life::live;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use end_to_end::TestNetwork;
use http::Method;
use ops::doctor;
use serde_json::json;
use std::collections::BTreeSet;

/// What is bent, and by which comparison that is found. Each is a statement that changes at least one row.
const BENT: [(&str, &[&str]); 19] = [
    (
        "reactions and comments, counted",
        &[
            "UPDATE content.post_counts SET like_count = like_count + 1 WHERE post_id = (SELECT id FROM kept)",
            "UPDATE content.post_counts SET love_count = love_count + 1 WHERE post_id = (SELECT id FROM kept)",
            "UPDATE content.post_counts SET applause_count = 7 WHERE post_id = (SELECT id FROM kept)",
            "UPDATE content.post_counts SET insight_count = 7 WHERE post_id = (SELECT id FROM kept)",
            "UPDATE content.post_counts SET comment_count = 0 WHERE post_id = (SELECT id FROM kept)",
            "DELETE FROM content.post_counts WHERE post_id = (SELECT id FROM kept)",
            "DELETE FROM content.reaction WHERE post_id = (SELECT id FROM kept)",
        ],
    ),
    (
        "posts of each author, counted",
        &[
            "UPDATE content.author_post_count SET total = total + 1",
            "UPDATE content.author_post_count SET public = public - 1",
            "DELETE FROM content.author_post_count",
        ],
    ),
    (
        "followers, following and connections, counted",
        &[
            "UPDATE social_graph.counts SET followers = followers + 1",
            "UPDATE social_graph.counts SET following = following + 1",
            "UPDATE social_graph.counts SET connections = connections + 1",
            "DELETE FROM social_graph.counts",
            "UPDATE social_graph.follow SET active = NOT active",
        ],
    ),
    (
        "posts in search",
        &[
            "UPDATE search_indexer.post SET content = 'other' WHERE NOT removed",
            "UPDATE search_indexer.post SET visibility = 'private' WHERE NOT removed",
            "UPDATE search_indexer.post SET state = 'hidden' WHERE NOT removed AND state <> 'hidden'",
            "UPDATE search_indexer.post SET tags = '{other}' WHERE NOT removed",
            "UPDATE search_indexer.post SET version = version + 1 WHERE NOT removed",
            "UPDATE search_indexer.post SET author_id = id WHERE NOT removed",
            "UPDATE search_indexer.post SET edited_at = now() WHERE NOT removed",
            "UPDATE search_indexer.post SET media = media || id WHERE NOT removed",
            "UPDATE search_indexer.post SET removed = true WHERE NOT removed",
            "UPDATE search_indexer.post SET removed = false WHERE removed",
            "DELETE FROM search_indexer.post",
        ],
    ),
    (
        "people in search",
        &[
            "UPDATE search_indexer.person SET username = 'other'",
            "UPDATE search_indexer.person SET display_name = 'other'",
            "UPDATE search_indexer.person SET version = version + 1",
            "UPDATE search_indexer.person SET removed = true",
            "DELETE FROM search_indexer.person",
        ],
    ),
    (
        "accounts and their profiles",
        &[
            "UPDATE profile.profile SET username = id::text",
            "DELETE FROM profile.profile",
            "INSERT INTO identity.account (id, email, normalized_email, username, display_name, created_at) \
             SELECT other, 'o@o.example', 'o@o.example', 'other', 'o', now() FROM kept",
        ],
    ),
    (
        "authors as content shows them",
        &[
            "UPDATE content.author SET username = 'other'",
            "UPDATE content.author SET display_name = 'other'",
            "DELETE FROM content.author",
            "INSERT INTO content.author (account_id, username, display_name) SELECT other, 'other', 'o' FROM kept",
        ],
    ),
    (
        "follows that decide what people see",
        &[
            "UPDATE content.audience_follow SET active = NOT active",
            "UPDATE media.audience_follow SET active = NOT active",
            "UPDATE search_indexer.audience_follow SET active = NOT active",
            "UPDATE content.audience_follow SET version = version + 1",
            "DELETE FROM media.audience_follow",
            "INSERT INTO search_indexer.audience_follow SELECT other, other, true, 1 FROM kept",
            "INSERT INTO content.audience_follow SELECT other, other, true, 1 FROM kept",
            "INSERT INTO media.audience_follow SELECT other, other, true, 1 FROM kept",
        ],
    ),
    (
        "connections that decide what people see",
        &[
            "UPDATE content.audience_connection SET connected = NOT connected",
            "UPDATE media.audience_connection SET connected = NOT connected",
            "UPDATE search_indexer.audience_connection SET connected = NOT connected",
            "UPDATE media.audience_connection SET version = version + 1",
            "DELETE FROM search_indexer.audience_connection",
            "INSERT INTO content.audience_connection SELECT other, other, true, 1 FROM kept",
            "INSERT INTO media.audience_connection SELECT other, other, true, 1 FROM kept",
            "INSERT INTO search_indexer.audience_connection SELECT other, other, true, 1 FROM kept",
        ],
    ),
    (
        "blocks that decide what people see",
        &[
            "UPDATE content.audience_block SET active = NOT active",
            "UPDATE media.audience_block SET active = NOT active",
            "UPDATE search_indexer.audience_block SET active = NOT active",
            "UPDATE search_indexer.audience_block SET version = version + 1",
            "DELETE FROM content.audience_block",
            "INSERT INTO content.audience_block SELECT other, other, true, 1 FROM kept",
            "INSERT INTO media.audience_block SELECT other, other, true, 1 FROM kept",
            "INSERT INTO search_indexer.audience_block SELECT other, other, true, 1 FROM kept",
        ],
    ),
    (
        "people who may not be seen",
        &[
            "UPDATE identity.account SET state = 'suspended'",
            "INSERT INTO content.audience_account SELECT author, 'suspended', 9 FROM kept \
             ON CONFLICT (account_id) DO UPDATE SET state = 'suspended'",
            "INSERT INTO media.audience_account SELECT author, 'suspended', 9 FROM kept \
             ON CONFLICT (account_id) DO UPDATE SET state = 'suspended'",
            "INSERT INTO search_indexer.audience_account SELECT author, 'suspended', 9 FROM kept \
             ON CONFLICT (account_id) DO UPDATE SET state = 'suspended'",
            "UPDATE social_graph.account SET state = 'suspended'",
            "UPDATE profile.profile SET state = 'suspended'",
        ],
    ),
    (
        "people as others show them",
        &[
            "UPDATE identity.card SET version = version + 1",
            "UPDATE identity.card SET display_name = 'other'",
            "UPDATE social_graph.account SET card_version = card_version + 1",
            "UPDATE social_graph.account SET display_name = 'other'",
            "UPDATE media.portrait SET version = version + 1",
            "DELETE FROM identity.card",
            "DELETE FROM media.portrait",
        ],
    ),
    (
        "followers and posts as profiles show them",
        &[
            "UPDATE profile.relationship_counts SET followers = followers + 1",
            "UPDATE profile.relationship_counts SET following = following + 1",
            "UPDATE profile.relationship_counts SET connections = connections + 1",
            "UPDATE profile.post_counts SET total = total + 1",
            "UPDATE profile.post_counts SET public = public + 1",
            "DELETE FROM profile.relationship_counts",
            "DELETE FROM profile.post_counts",
        ],
    ),
    (
        "tags of posts",
        &[
            "DELETE FROM content.post_tag",
            "UPDATE content.post_tag SET tag = 'other'",
            "UPDATE content.post SET tags = '{other}' WHERE removed_at IS NULL",
        ],
    ),
    (
        "files as posts, profiles and search know them",
        &[
            "UPDATE content.media SET removed = true",
            "UPDATE profile.media SET removed = true",
            "DELETE FROM content.media",
            "DELETE FROM profile.media",
            "UPDATE search_indexer.file SET removed = true",
            "UPDATE search_indexer.file SET ready = false",
            "UPDATE search_indexer.file SET alt_text = 'other'",
            "DELETE FROM search_indexer.file",
            "UPDATE media.media SET state = 'removed' WHERE state = 'ready'",
        ],
    ),
    (
        "posts that say who may see a file",
        &[
            "UPDATE media.post SET visibility = 'private' WHERE NOT removed",
            "UPDATE media.post SET state = 'hidden' WHERE NOT removed",
            "UPDATE media.post SET removed = true WHERE NOT removed",
            "UPDATE media.post SET version = version + 1",
            "UPDATE media.post SET author_id = id",
            "DELETE FROM media.post",
        ],
    ),
    (
        "credits in search",
        &[
            "UPDATE search_indexer.credit SET title = 'other'",
            "UPDATE search_indexer.credit SET role = 'other'",
            "UPDATE search_indexer.credit SET position = position + 1",
            "UPDATE search_indexer.credit SET company = 'other'",
            "UPDATE search_indexer.credit SET year = 1901",
            "UPDATE search_indexer.credit SET description = 'other'",
            "DELETE FROM search_indexer.credit",
            "INSERT INTO search_indexer.credit (account_id, id, title, document) SELECT author, other, 'other', '' FROM kept",
        ],
    ),
    (
        "reactions in search",
        &[
            "UPDATE search_indexer.reaction SET kind = 'other'",
            "UPDATE search_indexer.reaction SET kind = NULL",
            "DELETE FROM search_indexer.reaction",
            "INSERT INTO search_indexer.reaction SELECT id, other, other, 1, 'like' FROM kept",
        ],
    ),
    (
        "counts in search",
        &[
            "UPDATE search_indexer.post_counts SET comments = comments + 1",
            "UPDATE search_indexer.post_counts SET version = version - 1",
            "UPDATE search_indexer.post_counts SET reactions = '{}'",
            "DELETE FROM search_indexer.post_counts",
        ],
    ),
];

/// The comparisons that find a difference, while something is bent.
async fn found(conn: &mut AsyncPgConnection, bending: &str) -> BTreeSet<String> {
    conn.batch_execute("BEGIN").await.unwrap();
    // A statement that changes nothing would be found by nobody, and prove nothing.
    let bent = diesel_async::RunQueryDsl::execute(diesel::sql_query(bending), conn).await;
    let bent = bent.unwrap_or_else(|error| panic!("{bending}: {error}"));
    assert!(bent > 0, "`{bending}` changes nothing");
    let differences = doctor::differences(conn).await.unwrap();
    conn.batch_execute("ROLLBACK").await.unwrap();
    let names = differences
        .iter()
        .filter_map(|difference| difference.split(": ").next());
    names.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_comparison_of_the_doctor_finds_its_difference() {
    let network = TestNetwork::start().await;
    let bob = network.sign_up("bob").await;
    let eve = network.sign_up("eve").await;
    network.settle().await;
    let life = live(&network, "zqada", &bob).await;
    let block = format!("/api/social/blocks/{}", eve.id);
    life.person
        .client
        .send(Method::POST, &block, Some(json!({})))
        .await
        .expect(200);
    network.at_rest().await;
    let mut conn = network.database.session().await;
    // What the statements name: a post that is kept, its author, and an id that is nobody's.
    let kept = format!(
        "CREATE TEMPORARY TABLE kept AS SELECT '{}'::uuid AS id, '{}'::uuid AS author, gen_random_uuid() AS other",
        life.post, life.person.id
    );
    // Rows are bent that belong together.
    conn.batch_execute(&format!("{kept}; SET session_replication_role = replica"))
        .await
        .unwrap();
    assert_eq!(doctor::differences(&mut conn).await.unwrap(), [""; 0]);
    let mut overlooked = Vec::new();
    for (comparison, bendings) in BENT {
        for bending in bendings {
            if !found(&mut conn, bending).await.contains(comparison) {
                overlooked.push(format!("{comparison}: {bending}"));
            }
        }
    }
    assert!(
        overlooked.is_empty(),
        "overlooked:\n  {}\n",
        overlooked.join("\n  ")
    );
    assert_eq!(doctor::differences(&mut conn).await.unwrap(), [""; 0]);
    let bent: BTreeSet<_> = BENT.iter().map(|(comparison, _)| *comparison).collect();
    let compared: BTreeSet<_> = doctor::comparisons().collect();
    assert_eq!(
        bent, compared,
        "say in BENT how each comparison finds its difference"
    );
}
