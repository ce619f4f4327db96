use crate::support::{account_of, for_all, newcomer, start};
use chassis::Principal;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use events::identity::{Account, AccountState};
use events::profile::Card;
use events::{AccountId, Cause, Envelope, Event, MediaId};
use proptest::prelude::*;
use testkit::{TestService, principal};
use uuid::Uuid;

/// Somebody's card.
pub(crate) fn card(principal: &Principal) -> Card {
    Card {
        account_id: principal.account,
        username: principal.username.clone(),
        display_name: principal.display_name.clone(),
        title: None,
        bio: None,
        location: None,
        pronouns: None,
        roles: Vec::new(),
        skills: Vec::new(),
        vanity_url: None,
        avatar_media_id: None,
        banner_media_id: None,
        theme: "light".to_owned(),
        searchable: true,
        credits: Vec::new(),
        created_at: principal.created_at,
    }
}

async fn row(app: &TestService, id: AccountId) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        row: String,
    }
    let row: Row = diesel::sql_query(
        "SELECT concat_ws('|', username, signup_name, state, account_version, card_username, display_name, \
         avatar_media_id, card_version) AS row FROM account WHERE id = $1",
    )
    .bind::<diesel::sql_types::Uuid, _>(id)
    .get_result(&mut app.session().await)
    .await
    .expect("the person is known");
    row.row
}

/// Three words of each source on one person.
fn history(person: &Principal) -> Vec<Envelope> {
    let states = [
        AccountState::Active,
        AccountState::Suspended,
        AccountState::Active,
    ];
    let accounts = (1..).zip(states).map(|(version, state)| {
        let account = Account {
            username: format!("{}{version}", person.username),
            state,
            ..account_of(person)
        };
        (version, testkit::account_event(version, account))
    });
    let cards = (1..=3_i64).map(|version| {
        let card = Card {
            display_name: format!("Number {version}"),
            avatar_media_id: (version > 1).then(|| MediaId(Uuid::from_u128(7))),
            ..card(person)
        };
        (version, Event::ProfileChanged(card))
    });
    let cause = Cause::system();
    accounts
        .chain(cards)
        .map(|(version, event)| Envelope::new(version, event, &cause))
        .collect()
}

/// Shuffled, doubled, some given again later: the last word of each source stands, also when the person acted here
/// before anything was heard of them.
#[tokio::test(flavor = "multi_thread")]
async fn in_whatever_order_accounts_and_cards_come_the_newest_of_each_stands() {
    let app = start().await;
    let somebody = newcomer(&app, "somebody");
    app.consume(1, Event::AccountRegistered(account_of(&somebody.principal)))
        .await;
    let orders = (
        prop::collection::vec(0_usize..6, 0..6),
        Just((0_usize..6).collect::<Vec<_>>()).prop_shuffle(),
        prop::collection::vec(0_usize..6, 0..4),
        any::<bool>(),
    );
    for_all(24, &orders, async |(before, all, again, acts_first)| {
        let person = principal("pat");
        let history = history(&person);
        if acts_first {
            let follow = format!("/social/follow/{}", somebody.id());
            let client = app.logged_in(person.clone());
            client.post(&follow, serde_json::json!({})).await.expect(200);
        }
        for index in before.into_iter().chain(all).chain(again) {
            // A redelivery with an id of its own gets past the inbox, so that the version guard must hold.
            let copy = Envelope::new(
                history[index].version,
                history[index].event.clone(),
                &Cause::system(),
            );
            app.enqueue(&copy).await;
        }
        app.settle().await;
        let media = Uuid::from_u128(7);
        assert_eq!(
            row(&app, person.account).await,
            format!("pat3|pat|active|3|pat|Number 3|{media}|3")
        );
    });
    app.at_rest().await;
}
