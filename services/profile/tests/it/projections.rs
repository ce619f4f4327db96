use crate::support::{account_of, for_all, image_of, newcomer, start, text};
use chassis::Principal;
use events::content::AuthorPostCount;
use events::identity::{Account, AccountState};
use events::media::{Media, MediaRemoved};
use events::social_graph::RelationshipCounts;
use events::{Cause, Envelope, Event, MediaId};
use proptest::prelude::*;
use serde_json::json;
use testkit::{TestService, principal};

/// Three words of every source about one person.
fn history(who: &Principal, image: MediaId) -> Vec<(i64, Event)> {
    let states = [
        AccountState::Active,
        AccountState::Suspended,
        AccountState::Active,
    ];
    let accounts = (1..).zip(states).map(|(version, state)| {
        let account = Account {
            username: format!("{}_{version}", who.username),
            state,
            ..account_of(who)
        };
        (version, testkit::account_event(version, account))
    });
    let relationships = (1..=3).map(|version| {
        let counts = RelationshipCounts {
            account_id: who.account,
            followers: version * 10,
            following: version * 20,
            connections: version * 30,
        };
        (version, Event::RelationshipCountsChanged(counts))
    });
    let posts = (1..=3).map(|version| {
        let counts = AuthorPostCount {
            account_id: who.account,
            total: version * 5,
            public: version * 4,
        };
        (version, Event::AuthorPostCountChanged(counts))
    });
    let media = Media {
        media_id: image,
        ..image_of(who.account)
    };
    let removed = MediaRemoved {
        media_id: image,
        owner_id: who.account,
    };
    accounts
        .chain(relationships)
        .chain(posts)
        .chain([(1, Event::MediaReady(media)), (2, Event::MediaRemoved(removed))])
        .collect()
}

/// What must be the same in the end, whatever the order.
async fn state(app: &TestService, who: &Principal, image: MediaId) -> String {
    let sql = format!(
        "SELECT concat_ws('|', username, display_name, state, account_version, avatar_media_id, bio, \
         (SELECT concat_ws(',', followers, following, connections, version) FROM relationship_counts \
          WHERE account_id = profile.id), \
         (SELECT concat_ws(',', total, public, version) FROM post_counts WHERE account_id = profile.id), \
         (SELECT concat_ws(',', removed, version) FROM media WHERE id = '{image}')) AS text \
         FROM profile WHERE id = '{}'",
        who.account
    );
    text(app, &sql).await
}

/// Shuffled, doubled, some given again later, and the person writing somewhere in between.
#[tokio::test(flavor = "multi_thread")]
async fn in_whatever_order_events_come_the_newest_of_each_source_stands() {
    let app = start().await;
    let count = history(&principal("x"), MediaId::new()).len();
    let orders = (
        prop::collection::vec(0..count, 0..6),
        Just((0..count).collect::<Vec<_>>()).prop_shuffle(),
        prop::collection::vec(0..count, 0..4),
        0..count,
    );
    for_all(24, &orders, async |(before, all, again, writes_at)| {
        let person = newcomer(&app, "pat");
        let image = MediaId::new();
        let history = history(&person.principal, image);
        for (place, index) in before.iter().chain(&all).chain(&again).enumerate() {
            if place == writes_at {
                app.settle().await;
                person
                    .client
                    .patch("/users/me", json!({"bio": "Hello"}))
                    .await
                    .expect(200);
                // Whether the picture is there yet depends on the order; in the end it is gone.
                let picture = json!({"avatarMediaId": image});
                let answer = person.client.patch("/users/me", picture).await;
                assert!([200, 404, 409].contains(&answer.status.as_u16()), "{answer:?}");
            }
            let (version, event) = history[*index].clone();
            // A redelivery with an id of its own gets past the inbox, so that the version guard must hold.
            app.enqueue(&Envelope::new(version, event, &Cause::system()))
                .await;
        }
        app.settle().await;
        let expected = "pat_3|active|3|Hello|30,60,90,3|15,12,3|t,2";
        assert_eq!(state(&app, &person.principal, image).await, expected);
        app.at_rest().await;
    });

    // Whoever keeps the newest version of what was published knows the last card.
    let mut latest = std::collections::HashMap::new();
    for envelope in app.published().await {
        let known = latest.insert((envelope.subject.clone(), envelope.version), ());
        assert_eq!(
            known, None,
            "{} was published twice as version {}",
            envelope.subject, envelope.version
        );
    }
    assert!(latest.len() >= 24);
}
