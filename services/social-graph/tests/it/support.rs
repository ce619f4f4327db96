//! People, and what this service knows of them.

use chassis::Principal;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use events::Event;
use events::identity::{Account, AccountState};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestRunner};
use std::fmt::Debug;
use testkit::{Client, TestService, principal};

/// Somebody who has signed up, with a session.
pub(crate) struct Person {
    pub(crate) principal: Principal,
    pub(crate) client: Client,
}

impl Person {
    pub(crate) fn id(&self) -> String {
        self.principal.account.to_string()
    }
}

pub(crate) async fn start() -> TestService {
    TestService::start(social_graph::service).await
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

/// A number out of the service's schema.
pub(crate) async fn number(app: &TestService, sql: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let row: Row = diesel::sql_query(sql)
        .get_result(&mut app.session().await)
        .await
        .expect("a number");
    row.n
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

/// The type names of what was published, oldest first.
pub(crate) async fn kinds(app: &TestService) -> Vec<&'static str> {
    app.published()
        .await
        .iter()
        .map(|envelope| envelope.event.kind())
        .collect()
}
