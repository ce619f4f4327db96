//! Whatever order events come in, and however often: the same documents.

use crate::world::{World, account, card, credit, picture, post};
use events::content::{Post, PostCounts, PostRemoved, PostState, Reaction, Visibility};
use events::identity::AccountState;
use events::media::{Media, MediaRejected, MediaRemoved};
use events::{AccountId, Cause, Envelope, Event};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::sync::Arc;

/// One history of a person and of two of their posts, each step with its version.
fn history() -> Vec<Envelope> {
    let (person, fan) = (AccountId::new(), AccountId::new());
    let credits = [credit("First film"), credit("Second film"), credit("Third film")];
    let mut steps = Vec::new();
    for version in 1..=4 {
        let mut card = card(person, &format!("name_{version}"));
        card.title = Some(format!("Title {version}"));
        card.searchable = version % 2 == 0;
        card.credits = credits
            .iter()
            .skip(usize::try_from(version % 3).unwrap())
            .cloned()
            .collect();
        steps.push((version, Event::ProfileChanged(card)));
    }
    let (kept, removed) = (post(person, "kept"), post(person, "removed"));
    for version in 1..=4 {
        let visibility = if version % 2 == 0 {
            Visibility::Private
        } else {
            Visibility::Public
        };
        let state = if version == 3 {
            PostState::Hidden
        } else {
            PostState::Published
        };
        for post in [&kept, &removed] {
            let content = format!("{} {version}", post.content);
            steps.push((
                version,
                Event::PostChanged(Post {
                    content,
                    visibility,
                    state,
                    ..post.clone()
                }),
            ));
        }
    }
    for version in 1..=3 {
        for post in [&kept, &removed] {
            let counts = PostCounts {
                post_id: post.post_id,
                author_id: Some(person),
                reactions: [("like".to_owned(), version)].into(),
                comments: 2 * version,
            };
            steps.push((version, Event::PostCountsChanged(counts)));
            let reaction = Reaction {
                post_id: post.post_id,
                author_id: person,
                account_id: fan,
                reaction: [None, Some("like"), Some("love")][usize::try_from(version % 3).unwrap()]
                    .map(str::to_owned),
            };
            steps.push((version, Event::ReactionChanged(reaction)));
        }
    }
    for (version, state) in [
        (1, AccountState::Active),
        (2, AccountState::Suspended),
        (3, AccountState::Active),
        (4, AccountState::Suspended),
    ] {
        let account = account(person, state);
        steps.push((version, testkit::account_event(version, account)));
    }
    steps.extend(testkit::edge_events(fan, person));
    let (shown, gone, refused) = (picture(person), picture(person), picture(person));
    for version in 1..=3 {
        for file in [&shown, &gone, &refused] {
            let said = Media {
                alt_text: Some(format!("Words {version}")),
                ..file.clone()
            };
            steps.push((
                version,
                match version {
                    1 => Event::MediaConfirmed(said),
                    _ => Event::MediaReady(said),
                },
            ));
        }
    }
    steps.push((
        4,
        Event::MediaRemoved(MediaRemoved {
            media_id: gone.media_id,
            owner_id: person,
        }),
    ));
    steps.push((
        4,
        Event::MediaRejected(MediaRejected {
            media_id: refused.media_id,
            owner_id: person,
            reason: "MEDIA_UNREADABLE".to_owned(),
        }),
    ));
    steps.push((
        5,
        Event::PostRemoved(PostRemoved {
            post_id: removed.post_id,
            author_id: person,
        }),
    ));
    steps
        .into_iter()
        .map(|(version, event)| Envelope::new(version, event, &Cause::system()))
        .collect()
}

/// Some of a history, each step up to three times, in any order; and then the rest of it, in any order.
fn deliveries(steps: usize) -> impl Strategy<Value = Vec<usize>> {
    let shuffled = Just((0..steps).collect::<Vec<_>>()).prop_shuffle();
    let again = proptest::collection::vec(0..steps, 0..steps * 2);
    (shuffled, again).prop_flat_map(|(all, again)| Just([again, all].concat()).prop_shuffle())
}

async fn documents_after(history: &[Envelope], order: &[usize]) -> String {
    let world = World::new().await;
    for step in order {
        world.app.enqueue(&history[*step]).await;
    }
    world.app.at_rest().await;
    world.rows().await
}

fn same_whatever_the_order(history: Vec<Envelope>, cases: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let steps = history.len();
    let in_order: Vec<usize> = (0..steps).collect();
    let wanted = runtime.block_on(documents_after(&history, &in_order));
    let history = Arc::new(history);
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&deliveries(steps), |order| {
        let found = runtime.block_on(documents_after(&history, &order));
        prop_assert_eq!(&found, &wanted);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn documents_do_not_depend_on_the_order_or_number_of_events() {
    same_whatever_the_order(history(), 24);
}

#[test]
fn a_deleted_account_stays_deleted_whatever_comes_when() {
    let mut history = history();
    let Event::ProfileChanged(card) = &history[0].event else {
        panic!("the history begins with a card")
    };
    let person = card.account_id;
    let event = Event::AccountRegistered(account(person, AccountState::Deleted));
    history.push(Envelope::new(5, event, &Cause::system()));
    same_whatever_the_order(history, 12);
}
