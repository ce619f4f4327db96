//! The projection of `profile.profile-changed.v1`.

use crate::harness::{PASSWORD, start};
use chrono::Utc;
use events::profile::Card;
use events::{AccountId, Cause, Envelope, Event, MediaId};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

fn card(account: AccountId, display_name: &str, theme: &str, avatar: Option<MediaId>) -> Card {
    Card {
        account_id: account,
        username: "ada".to_owned(),
        display_name: display_name.to_owned(),
        title: None,
        bio: None,
        location: None,
        pronouns: None,
        roles: Vec::new(),
        skills: Vec::new(),
        vanity_url: None,
        avatar_media_id: avatar,
        banner_media_id: None,
        theme: theme.to_owned(),
        searchable: true,
        credits: Vec::new(),
        created_at: Utc::now(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_profile_says_is_answered_at_log_in() {
    let identity = start().await;
    let ada = identity.sign_up("ada").await;
    let avatar = MediaId::new();
    let changed = card(ada.account, "Countess Ada", "dark", Some(avatar));
    identity.app.consume(2, Event::ProfileChanged(changed)).await;
    let user = identity.log_in("ada@mail.example", PASSWORD).await.expect(200)["user"].take();
    assert_eq!(
        (user["displayName"].as_str(), user["theme"].as_str()),
        (Some("Countess Ada"), Some("dark"))
    );
    assert_eq!(
        user["avatarUrl"],
        format!("/api/media/{avatar}/content?size=thumb")
    );
    let answer = identity.recognise(ada.session).await.expect(200);
    assert_eq!(answer["principal"]["display_name"], "Countess Ada");

    let without = card(ada.account, "Ada", "light", None);
    identity.app.consume(3, Event::ProfileChanged(without)).await;
    let user = identity.log_in("ada@mail.example", PASSWORD).await.expect(200)["user"].take();
    assert!(user["avatarUrl"].is_null());
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_may_come_before_its_account() {
    let identity = start().await;
    let stranger = AccountId::new();
    identity
        .app
        .consume(1, Event::ProfileChanged(card(stranger, "Early", "dark", None)))
        .await;
    assert_eq!(
        identity
            .count(&format!("card WHERE account_id = '{stranger}'"))
            .await,
        1
    );
    identity.app.at_rest().await;
}

/// In which order events come, which of them twice, and which only after all the others.
fn deliveries(count: usize) -> impl Strategy<Value = Vec<usize>> {
    let twice = proptest::collection::vec(0..count, 0..count);
    let shuffled =
        twice.prop_flat_map(move |twice| Just((0..count).chain(twice).collect::<Vec<_>>()).prop_shuffle());
    (shuffled, proptest::collection::vec(any::<bool>(), count)).prop_map(|(order, dropped)| {
        let (late, now): (Vec<usize>, Vec<usize>) = order.into_iter().partition(|event| dropped[*event]);
        now.into_iter().chain(late).collect()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn in_whatever_order_and_however_often_cards_come_the_newest_is_kept() {
    const CARDS: usize = 6;
    let identity = start().await;
    let mut runner = TestRunner::new(Config::default());
    let avatar = MediaId::new();
    for case in 0..24 {
        let account = AccountId::new();
        let envelopes: Vec<_> = (1..=CARDS)
            .map(|version| {
                let theme = if version % 2 == 0 { "dark" } else { "light" };
                let avatar = (version % 3 == 0).then_some(avatar);
                let card = card(account, &format!("Ada {version}"), theme, avatar);
                let version = i64::try_from(version).unwrap();
                Envelope::new(version, Event::ProfileChanged(card), &Cause::system())
            })
            .collect();
        let order = deliveries(CARDS).new_tree(&mut runner).unwrap().current();
        for event in &order {
            identity.app.redeliver(&envelopes[*event]).await;
        }
        let newest = format!(
            "card WHERE account_id = '{account}' AND version = {CARDS} AND display_name = 'Ada {CARDS}' \
             AND theme = 'dark' AND avatar_media_id = '{avatar}'"
        );
        assert_eq!(identity.count(&newest).await, 1, "case {case}: {order:?}");
    }
    assert_eq!(identity.count("card").await, 24);
    identity.app.at_rest().await;
}
