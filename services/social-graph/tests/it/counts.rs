use crate::support::{for_all, number, person, start};
use events::Event;
use futures::future::join_all;
use http::Method;
use proptest::prelude::*;
use std::collections::HashMap;

const DEEDS: [(Method, &str, &str); 8] = [
    (Method::POST, "follow", ""),
    (Method::DELETE, "follow", ""),
    (Method::POST, "connections", ""),
    (Method::DELETE, "connections", ""),
    (Method::POST, "connections", "/accept"),
    (Method::POST, "connections", "/decline"),
    (Method::POST, "blocks", ""),
    (Method::DELETE, "blocks", ""),
];

/// Whatever people do to each other, also all at once: counts are the numbers of rows, the last published counts
/// are those of the tables, versions have no gaps, and nothing stands beside a block.
#[tokio::test(flavor = "multi_thread")]
async fn counts_equal_rows_after_whatever_people_do() {
    let app = start().await;
    let mut people = Vec::new();
    for name in ["ada", "ben", "cleo", "dan"] {
        people.push(person(&app, name).await);
    }
    // Blocks are rarer than the rest, or little else would ever stand.
    let deed = prop_oneof![6 => 0_usize..6, 1 => 6_usize..8];
    let deeds = prop::collection::vec((0_usize..4, 0_usize..4, deed), 1..60);
    for_all(12, &deeds, async |deeds| {
        for together in deeds.chunks(4) {
            let answers = together.iter().map(|(who, whom, deed)| {
                let (method, what, then) = &DEEDS[*deed];
                let path = format!("/social/{what}/{}{then}", people[*whom].id());
                let client = &people[*who].client;
                async move { client.send(method.clone(), &path, None).await }
            });
            for answer in join_all(answers).await {
                assert!(!answer.status.is_server_error(), "{answer:?}");
            }
        }
        let wrong = "SELECT count(*) AS n FROM counts c WHERE \
            c.followers <> (SELECT count(*) FROM follow WHERE following_id = c.account_id AND active) \
            OR c.following <> (SELECT count(*) FROM follow WHERE follower_id = c.account_id AND active) \
            OR c.connections <> (SELECT count(*) FROM connection \
                WHERE c.account_id IN (low_id, high_id) AND state = 'connected')";
        assert_eq!(number(&app, wrong).await, 0, "counts differ from rows");
        let beside_a_block = "SELECT count(*) AS n FROM block b WHERE b.active AND (EXISTS (SELECT FROM follow \
            WHERE active AND (follower_id, following_id) IN ((blocker_id, blocked_id), (blocked_id, blocker_id))) \
            OR EXISTS (SELECT FROM connection WHERE state <> 'none' \
                AND (low_id, high_id) = (least(blocker_id, blocked_id), greatest(blocker_id, blocked_id))))";
        assert_eq!(
            number(&app, beside_a_block).await,
            0,
            "something stands beside a block"
        );
    });

    let mut latest = HashMap::new();
    let mut versions: HashMap<_, Vec<i64>> = HashMap::new();
    for envelope in app.published().await {
        versions
            .entry(envelope.subject.clone())
            .or_default()
            .push(envelope.version);
        if let Event::RelationshipCountsChanged(counts) = envelope.event {
            latest
                .entry(counts.account_id)
                .and_modify(|(version, sum)| {
                    if *version < envelope.version {
                        (*version, *sum) = (
                            envelope.version,
                            counts.followers + counts.following + counts.connections,
                        );
                    }
                })
                .or_insert((
                    envelope.version,
                    counts.followers + counts.following + counts.connections,
                ));
        }
    }
    for (subject, mut versions) in versions {
        versions.sort_unstable();
        let gapless: Vec<_> = (1..).take(versions.len()).collect();
        assert_eq!(versions, gapless, "{subject}");
    }
    let published: i64 = latest.values().map(|(_, sum)| sum).sum();
    let sum = "SELECT coalesce(sum(followers + following + connections), 0)::bigint AS n FROM counts";
    assert_eq!(published, number(&app, sum).await);
    app.at_rest().await;
}
