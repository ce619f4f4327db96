//! The search index is made anew while people write and search.

use chassis::{Database, Manifest};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use end_to_end::{Person, TestNetwork, text};
use events::content::Reaction;
use events::{Cause, Envelope, Event};
use ops::operators::search::rebuild;
use search_indexer::Rebuild;
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Every row of the documents, or of those that are being made anew.
async fn rows(network: &TestNetwork, suffix: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        row: String,
    }
    let mut tables = ["person", "credit", "post"]
        .map(|table| format!("SELECT '{table} ' || it::text AS row FROM {table}{suffix} it"))
        .to_vec();
    // A post that nobody gave anything has counts where it was told, and a reaction that was taken back is a version where it was heard of.
    tables.push(format!(
        "SELECT concat_ws(' ', 'counts', post_id, author_id, version, reactions, comments) FROM post_counts{suffix} WHERE version > 0"
    ));
    tables.push(format!(
        "SELECT concat_ws(' ', 'reaction', post_id, account_id, author_id, kind) FROM reaction{suffix} WHERE kind IS NOT NULL"
    ));
    let sql = format!(
        "SELECT row FROM ({}) rows ORDER BY row",
        tables.join(" UNION ALL ")
    );
    let mut conn = network.database.session_of("search-indexer").await;
    let rows: Vec<Row> = diesel::sql_query(sql).load(&mut conn).await.unwrap();
    rows.into_iter().map(|row| row.row).collect()
}

fn place(network: &TestNetwork, name: &str) -> (Manifest, Database) {
    let services = network.network.services();
    let service = services.into_iter().find(|service| service.name == name).unwrap();
    (service.manifest, service.database)
}

/// Writes, edits and removes, until told to stop; answers how often.
async fn write(person: &Person, stop: &AtomicBool) -> usize {
    let mut posts = Vec::new();
    let mut written = 0;
    while !AtomicBool::load(stop, Ordering::Relaxed) {
        let ask =
            json!({ "content": format!("rain {written}"), "tags": ["weather"], "visibility": "public" });
        let made = person.client.post("/api/posts", ask).await;
        if made.status == 429 {
            // A person writes so much an hour; there is a profile to write, too.
            let ask = json!({ "title": format!("Rain maker {written}") });
            person.client.patch("/api/users/me", ask).await.expect(200);
        } else {
            posts.push(text(&made.expect(201), "/post/id"));
        }
        written += 1;
        match (written % 5, posts.len()) {
            (1, 1..) => {
                let ask = json!({ "content": format!("snow {written}"), "visibility": "followers" });
                let path = format!("/api/posts/{}", posts[written % posts.len()]);
                person.client.patch(&path, ask).await.expect(200);
            }
            (2, 3..) => {
                let path = format!("/api/posts/{}", posts.swap_remove(0));
                person.client.delete(&path).await.expect(200);
            }
            (3, 1..) => {
                let path = format!("/api/posts/{}/reaction", posts[written % posts.len()]);
                let kind = ["like", "love"][written / 5 % 2];
                let told = if written % 3 == 0 {
                    person.client.delete(&path).await
                } else {
                    person.client.put(&path, json!({ "type": kind })).await
                };
                assert!([200, 429].contains(&told.status.as_u16()), "{}", told.text);
            }
            (4, _) => {
                let ask = json!({ "title": format!("Narrator, Rain {written}"), "role": "lead" });
                let credit = person.client.post("/api/users/me/credits", ask).await;
                assert!(
                    [201, 400, 409].contains(&credit.status.as_u16()),
                    "{}",
                    credit.text
                );
            }
            _ => {
                let ask = json!({ "title": format!("Voice actor {written}") });
                person.client.patch("/api/users/me", ask).await.expect(200);
            }
        }
    }
    written
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_made_anew_under_load_is_the_one_that_was_kept_all_along() {
    let network = TestNetwork::start().await;
    let mut people = Vec::new();
    for name in ["ada", "bob", "cleo"] {
        people.push(network.sign_up(name).await);
    }
    network.settle().await;
    let first = json!({ "content": "a rain that was always there", "visibility": "public" });
    people[0].client.post("/api/posts", first).await.expect(201);
    network.settle().await;
    let (index, owners) = (
        place(&network, "search-indexer").1,
        [place(&network, "profile"), place(&network, "content")],
    );

    let running = CancellationToken::new();
    let mut loops = network.network.start(&running);
    let (stop, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
    let search = async {
        let nobody = network.nobody();
        while !AtomicBool::load(&stop, Ordering::Relaxed) {
            let found = nobody.get("/api/search/posts?q=always").await.expect(200);
            assert_eq!(
                found["total"], 1,
                "the old index answers until the new one does: {found}"
            );
            let found = nobody.get("/api/search/users?q=ada").await.expect(200);
            assert_eq!(found["users"][0]["username"], "ada");
            answers.fetch_add(1, Ordering::Relaxed);
        }
    };
    let work = async {
        for _ in 0..3 {
            let before = AtomicUsize::load(&answers, Ordering::Relaxed);
            let rebuilt = rebuild(&index, &owners).await.unwrap();
            assert_eq!(rebuilt.people, 3);
            while AtomicUsize::load(&answers, Ordering::Relaxed) < before + 5 {
                tokio::task::yield_now().await;
            }
        }
        // The last one is only begun: what it has is compared with what was kept.
        let last = Rebuild::begin(index.clone()).await.unwrap();
        for (owner, database) in &owners {
            let tell = owner.snapshot.unwrap();
            let (mut from, mut is_first) = (None, true);
            while is_first || from.is_some() {
                let page = tell(database.clone(), from).await.unwrap();
                last.take(&page.envelopes).await.unwrap();
                (from, is_first) = (page.next, false);
            }
        }
        let before = AtomicUsize::load(&answers, Ordering::Relaxed);
        while AtomicUsize::load(&answers, Ordering::Relaxed) < before + 5 {
            tokio::task::yield_now().await;
        }
        stop.store(true, Ordering::Relaxed);
        last
    };
    let writers = futures::future::join_all(people.iter().map(|person| write(person, &stop)));
    let (last, (), written) = tokio::join!(work, search, writers);
    assert!(written.iter().all(|written| *written > 3), "{written:?}");
    running.cancel();
    while loops.join_next().await.is_some() {}
    network.settle().await;

    let (kept, shadow) = (rows(&network, "").await, rows(&network, "_shadow").await);
    assert!(kept.len() > 10, "{kept:#?}");
    assert_eq!(shadow, kept);
    last.finish().await.unwrap();
    assert_eq!(rows(&network, "").await, kept);
    let found = network
        .nobody()
        .get("/api/search/posts?q=always")
        .await
        .expect(200);
    assert_eq!(found["total"], 1);
    network.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_makes_what_posts_were_given_what_content_has() {
    let network = TestNetwork::start().await;
    let (ada, bob) = (network.sign_up("ada").await, network.sign_up("bob").await);
    let ask = json!({ "content": "rain", "visibility": "public" });
    let post = text(&ada.client.post("/api/posts", ask).await.expect(201), "/post/id");
    let path = format!("/api/posts/{post}/reaction");
    ada.client.put(&path, json!({ "type": "like" })).await.expect(200);
    bob.client.put(&path, json!({ "type": "love" })).await.expect(200);
    bob.client.delete(&path).await.expect(200);
    network.settle().await;
    let (index, owners) = (
        place(&network, "search-indexer").1,
        [place(&network, "profile"), place(&network, "content")],
    );
    let likes = async || {
        let found = ada.client.get("/api/search/posts?q=rain").await.expect(200);
        let post = &found["posts"][0];
        assert_eq!(post["isLikedByCurrentUser"], post["likeCount"] == 1, "{post}");
        post["likeCount"].as_i64().unwrap()
    };
    assert_eq!(likes().await, 1);
    let mut conn = network.database.session_of("search-indexer").await;
    diesel::sql_query("WITH gone AS (DELETE FROM reaction WHERE kind IS NOT NULL) DELETE FROM post_counts")
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(likes().await, 0);
    // Somebody took theirs back, and the index never heard of it.
    let stale = "UPDATE reaction SET kind = 'love', version = 2 WHERE version = 3 AND kind IS NULL";
    assert_eq!(
        diesel::sql_query(stale).execute(&mut conn).await.unwrap(),
        1,
        "what bob took back"
    );
    let of_bob = async || {
        let found = bob.client.get("/api/search/posts?q=rain").await.expect(200);
        found["posts"][0]["myReaction"].clone()
    };
    assert_eq!(of_bob().await, "love");
    rebuild(&index, &owners).await.unwrap();
    assert_eq!(likes().await, 1);
    assert_eq!(of_bob().await, json!(null));
    // What is no newer than what was not told changes nothing, however late it comes.
    let late = Event::ReactionChanged(Reaction {
        post_id: post.parse().unwrap(),
        author_id: ada.id.parse().unwrap(),
        account_id: bob.id.parse().unwrap(),
        reaction: Some("love".to_owned()),
    });
    let late = serde_json::to_string(&Envelope::new(2, late, &Cause::system())).unwrap();
    let members = &network.network.members;
    let index = members
        .iter()
        .find(|member| member.service.name == "search-indexer");
    let queue = &index.unwrap().transport;
    queue.send("search-indexer", &late, Duration::ZERO).await.unwrap();
    network.settle().await;
    assert_eq!(of_bob().await, json!(null));
    network.at_rest().await;
}

/// It knows three tables, and writes what posts were given to the tables alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_by_a_release_of_before_leaves_what_posts_were_given() {
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await.client;
    let ask = json!({ "content": "rain", "visibility": "public" });
    let post = text(&ada.post("/api/posts", ask).await.expect(201), "/post/id");
    let (path, ask) = (format!("/api/posts/{post}/reaction"), json!({ "type": "love" }));
    ada.put(&path, ask).await.expect(200);
    network.settle().await;
    let before = rows(&network, "").await;
    let mut conn = network.database.session_of("search-indexer").await;
    conn.batch_execute(
        "SELECT begin_rebuild(gen_random_uuid(), now()); INSERT INTO person_shadow SELECT * FROM person; \
         INSERT INTO post_shadow SELECT * FROM post; SELECT finish_rebuild()",
    )
    .await
    .unwrap();
    assert_eq!(rows(&network, "").await, before);
    let found = ada.get("/api/search/posts?q=rain").await.expect(200);
    assert_eq!(found["posts"][0]["myReaction"], "love");
    let kept = "DO $$ BEGIN ASSERT to_regclass('reaction_shadow') IS NULL AND to_regclass('post_counts_shadow') IS NULL; END $$";
    conn.batch_execute(kept).await.unwrap();
    network.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_begins_anew_ends_what_somebody_else_had_begun() {
    let network = TestNetwork::start().await;
    network.sign_up("ada").await;
    network.settle().await;
    let (index, owners) = (place(&network, "search-indexer").1, [place(&network, "profile")]);
    let before = rows(&network, "").await;
    let first = Rebuild::begin(index.clone()).await.unwrap();
    let second = Rebuild::begin(index.clone()).await.unwrap();
    assert!(first.take(&[]).await.is_err());
    assert!(
        first.finish().await.is_err(),
        "else it would put in place what the second has only begun"
    );
    assert_eq!(rows(&network, "").await, before);
    drop(second);
    assert_eq!(rebuild(&index, &owners).await.unwrap().people, 1);
    assert_eq!(rows(&network, "").await, before);
    network.at_rest().await;
}
