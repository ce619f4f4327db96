//! People, and what this service hears of them.

use chassis::Principal;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use events::identity::{Account, AccountState};
use events::media::{Kind, Media};
use events::profile::Card;
use events::{AccountId, Event, MediaId};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestRunner};
use std::fmt::Debug;
use testkit::{Client, TestService, principal};

/// Somebody with a session.
pub(crate) struct Person {
    pub(crate) principal: Principal,
    pub(crate) client: Client,
}

impl Person {
    pub(crate) fn id(&self) -> AccountId {
        self.principal.account
    }
}

pub(crate) async fn start() -> TestService {
    TestService::start(profile::service).await
}

pub(crate) fn account_of(principal: &Principal) -> Account {
    Account {
        account_id: principal.account,
        username: principal.username.clone(),
        display_name: principal.display_name.clone(),
        state: AccountState::Active,
        email_verified: true,
        created_at: principal.created_at,
    }
}

/// Somebody whose registration has not been heard of yet.
pub(crate) fn newcomer(app: &TestService, username: &str) -> Person {
    let principal = principal(username);
    let client = app.logged_in(principal.clone());
    Person { principal, client }
}

/// Somebody whose registration has been heard of.
pub(crate) async fn person(app: &TestService, username: &str) -> Person {
    let person = newcomer(app, username);
    let account = account_of(&person.principal);
    app.consume(1, Event::AccountRegistered(account)).await;
    person
}

pub(crate) fn image_of(owner: AccountId) -> Media {
    Media {
        media_id: MediaId::new(),
        owner_id: owner,
        kind: Kind::Image,
        content_type: "image/jpeg".to_owned(),
        size: 1,
        width: Some(10),
        height: Some(10),
        duration: None,
        alt_text: None,
        created_at: chrono::DateTime::UNIX_EPOCH,
    }
}

/// The cards that were published, with their versions, oldest first.
pub(crate) async fn cards(app: &TestService) -> Vec<(i64, Card)> {
    let published = app.published().await;
    published
        .into_iter()
        .filter_map(|envelope| match envelope.event {
            Event::ProfileChanged(card) => Some((envelope.version, card)),
            _ => None,
        })
        .collect()
}

/// One text out of the service's schema.
pub(crate) async fn text(app: &TestService, sql: &str) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let row: Row = diesel::sql_query(sql)
        .get_result(&mut app.session().await)
        .await
        .expect("a text");
    row.text
}

/// Runs a property on a running service; failures are shrunk and printed with their input.
pub(crate) fn for_all<S>(cases: u32, inputs: &S, holds: impl AsyncFn(S::Value))
where
    S: Strategy<Value: Clone + Debug>,
{
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let runtime = tokio::runtime::Handle::current();
    let outcome = tokio::task::block_in_place(|| {
        TestRunner::new(config).run(inputs, |input| {
            runtime.block_on(holds(input));
            Ok(())
        })
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
