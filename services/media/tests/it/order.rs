//! Whatever order events come in, and however often: the same people see the same files.

use crate::world::{card, post};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use events::content::{Post, PostRemoved, PostState, Visibility};
use events::{AccountId, Cause, Envelope, Event, MediaId};
use media::{Config, Storage};
use proptest::prelude::*;
use proptest::test_runner::{Config as Settings, TestRunner};
use testkit::TestService;

/// One history of a person's pictures, of two posts and of somebody who follows, each step with its version.
fn history() -> Vec<Envelope> {
    let (person, files) = (AccountId::new(), [MediaId::new(), MediaId::new(), MediaId::new()]);
    let (kept, removed) = (
        post(person, files[0], Visibility::Public),
        post(person, files[1], Visibility::Public),
    );
    let mut steps = Vec::new();
    for (version, file) in (1..).zip(files) {
        let is_even = version % 2 == 0;
        steps.push((
            version,
            Event::ProfileChanged(card(person, Some(file), is_even.then_some(files[0]))),
        ));
        for post in [&kept, &removed] {
            let state = if is_even {
                PostState::Hidden
            } else {
                PostState::Published
            };
            let visibility = if is_even {
                Visibility::Private
            } else {
                Visibility::Followers
            };
            steps.push((
                version,
                Event::PostChanged(Post {
                    state,
                    visibility,
                    media: vec![file],
                    ..post.clone()
                }),
            ));
        }
    }
    steps.push((
        4,
        Event::PostRemoved(PostRemoved {
            post_id: removed.post_id,
            author_id: person,
        }),
    ));
    steps.extend(testkit::edge_events(AccountId::new(), person));
    steps
        .into_iter()
        .map(|(version, event)| Envelope::new(version, event, &Cause::system()))
        .collect()
}

async fn rows_after(history: &[Envelope], order: &[usize]) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        row: String,
    }
    let storage = Storage::new(&Config {
        endpoint: None,
        public_endpoint: None,
        cdn: None,
        region: "us-east-1".to_owned(),
        bucket: "media".to_owned(),
        access_key: "name".to_owned(),
        secret_key: "hush".to_owned(),
        session_token: None,
    });
    let app = TestService::start(|config| media::service(config, storage.clone())).await;
    for step in order {
        app.enqueue(&history[*step]).await;
    }
    app.at_rest().await;
    let query = diesel::sql_query(
        "SELECT row FROM (SELECT post::text AS row FROM post UNION ALL SELECT portrait::text FROM portrait \
         UNION ALL SELECT audience_follow::text FROM audience_follow \
         UNION ALL SELECT audience_connection::text FROM audience_connection \
         UNION ALL SELECT audience_block::text FROM audience_block) rows \
         ORDER BY row",
    );
    let rows: Vec<Row> = query.load(&mut app.session().await).await.unwrap();
    rows.into_iter().map(|row| row.row).collect()
}

#[test]
fn who_sees_what_does_not_depend_on_the_order_or_number_of_events() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let history = history();
    let steps = history.len();
    let in_order: Vec<usize> = (0..steps).collect();
    let wanted = runtime.block_on(rows_after(&history, &in_order));
    assert_eq!(wanted.len(), 6);
    let deliveries = proptest::collection::vec(0..steps, 0..steps)
        .prop_flat_map(move |again| Just([again, (0..steps).collect()].concat()).prop_shuffle());
    let mut runner = TestRunner::new(Settings {
        cases: 20,
        failure_persistence: None,
        ..Settings::default()
    });
    let outcome = runner.run(&deliveries, |order| {
        let found = runtime.block_on(rows_after(&history, &order));
        prop_assert_eq!(&found, &wanted);
        Ok(())
    });
    outcome.unwrap();
}
