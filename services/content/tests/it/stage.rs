//! A service with people on it, and what other services tell about them.

use chassis::{Principal, Role};
use chrono::{DateTime, SubsecRound, Utc};
use content::Settings;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, sql_query};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use events::content::Visibility;
use events::identity::{Account, AccountState};
use events::media::{Kind, Media, MediaRemoved};
use events::profile::Card;
use events::social_graph::{Block, Connection, ConnectionState, Follow};
use events::{AccountId, Event, MediaId};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};
use std::num::NonZeroU16;
use std::ops::Deref;
use testkit::{Client, TestService, principal};

/// Content alone.
pub(crate) struct Stage {
    pub(crate) app: TestService,
}

/// Somebody with a session.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) principal: Principal,
    client: Client,
}

impl Person {
    pub(crate) fn id(&self) -> AccountId {
        self.principal.account
    }

    /// Publishes a post; answers its id.
    pub(crate) async fn publishes(&self, content: &str, visibility: Visibility) -> String {
        let ask = json!({"content": content, "visibility": visibility});
        id_of(&self.post("/posts", ask).await.expect(201)["post"])
    }

    /// Comments on a post; answers the comment's id.
    pub(crate) async fn comments(&self, post: &str, content: &str) -> String {
        let ask = json!({"content": content});
        let path = format!("/posts/{post}/comments");
        id_of(&self.post(&path, ask).await.expect(201)["comment"])
    }

    /// Answers a comment; answers the answer's id.
    pub(crate) async fn answers(&self, post: &str, parent: &str, content: &str) -> String {
        let ask = json!({"content": content, "parentId": parent});
        let path = format!("/posts/{post}/comments");
        id_of(&self.post(&path, ask).await.expect(201)["comment"])
    }

    /// Reacts to a post; answers what the service answers.
    pub(crate) async fn reacts(&self, post: &str, reaction: &str) -> Value {
        let path = format!("/posts/{post}/reaction");
        self.put(&path, json!({"type": reaction})).await.expect(200)
    }
}

impl Deref for Person {
    type Target = Client;
    fn deref(&self) -> &Client {
        &self.client
    }
}

/// The `id` of an answer.
pub(crate) fn id_of(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

/// One field of every item of a list.
pub(crate) fn all<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    let items = list.as_array().expect("a list").iter();
    items
        .map(|item| item[field].as_str().unwrap_or_default())
        .collect()
}

impl Stage {
    pub(crate) async fn new() -> Self {
        // How much one person may do in an hour is tested where it is the point.
        let tireless = Settings::with_posts_per_hour(NonZeroU16::MAX);
        Self {
            app: TestService::start(|config| content::service_with(config, tireless)).await,
        }
    }

    /// Somebody new, of whom no event has come yet.
    pub(crate) fn person(&self, name: &str) -> Person {
        self.with_role(name, Role::Member)
    }

    pub(crate) fn with_role(&self, name: &str, role: Role) -> Person {
        let principal = Principal {
            role,
            ..principal(name)
        };
        let client = self.app.logged_in(principal.clone());
        Person { principal, client }
    }

    pub(crate) async fn follows(&self, follower: &Person, followed: &Person, version: i64) {
        let follow = Follow {
            follower_id: follower.id(),
            following_id: followed.id(),
            at: Utc::now(),
        };
        // The first, third, … change of an edge makes it, the others end it.
        let event = if version % 2 == 1 {
            Event::Followed
        } else {
            Event::Unfollowed
        };
        self.app.consume(version, event(follow)).await;
    }

    pub(crate) async fn connected(&self, one: &Person, other: &Person, version: i64, state: ConnectionState) {
        let connection = Connection {
            low_id: one.id().min(other.id()),
            high_id: one.id().max(other.id()),
            state,
            at: Utc::now(),
        };
        self.app
            .consume(version, Event::ConnectionChanged(connection))
            .await;
    }

    pub(crate) async fn blocks(&self, blocker: &Person, blocked: &Person, version: i64) {
        let block = Block {
            blocker_id: blocker.id(),
            blocked_id: blocked.id(),
            at: Utc::now(),
        };
        let event = if version % 2 == 1 {
            Event::Blocked
        } else {
            Event::Unblocked
        };
        self.app.consume(version, event(block)).await;
    }

    pub(crate) async fn account(&self, person: &Person, version: i64, state: AccountState) {
        let event = testkit::account_event(version, account(&person.principal, state));
        self.app.consume(version, event).await;
    }

    /// A file of this person's that can be attached.
    pub(crate) async fn file_of(&self, owner: &Person) -> MediaId {
        let file = image(MediaId::new(), owner.id());
        let id = file.media_id;
        self.app.consume(1, Event::MediaReady(file)).await;
        id
    }

    pub(crate) async fn file_removed(&self, owner: &Person, media_id: MediaId) {
        let removed = MediaRemoved {
            media_id,
            owner_id: owner.id(),
        };
        self.app.consume(2, Event::MediaRemoved(removed)).await;
    }
}

impl Stage {
    /// The one number that a query answers.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            count: i64,
        }
        let mut conn = self.app.session().await;
        let row: Row = sql_query(sql).get_result(&mut conn).await.expect("a number");
        row.count
    }

    /// Changes rows in a way that no route offers.
    pub(crate) async fn execute(&self, sql: &str) {
        let mut conn = self.app.session().await;
        conn.batch_execute(sql).await.expect("the statement runs");
    }
}

/// Tries something with many random inputs, and finds the smallest for which it does not hold.
pub(crate) fn property<S: Strategy>(
    cases: u32,
    inputs: S,
    holds: impl AsyncFn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..Config::default()
    };
    let runtime = tokio::runtime::Handle::current();
    let outcome = tokio::task::block_in_place(|| {
        TestRunner::new(config).run(&inputs, |input| runtime.block_on(holds(input)))
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

pub(crate) fn account(principal: &Principal, state: AccountState) -> Account {
    Account {
        account_id: principal.account,
        username: principal.username.clone(),
        display_name: principal.display_name.clone(),
        state,
        email_verified: true,
        created_at: principal.created_at,
    }
}

pub(crate) fn card(account_id: AccountId, username: &str, display_name: &str) -> Card {
    Card {
        account_id,
        username: username.to_owned(),
        display_name: display_name.to_owned(),
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
        created_at: moment(),
    }
}

pub(crate) fn image(media_id: MediaId, owner_id: AccountId) -> Media {
    Media {
        media_id,
        owner_id,
        kind: Kind::Image,
        content_type: "image/png".to_owned(),
        size: 1_234,
        width: Some(640),
        height: Some(480),
        duration: None,
        alt_text: None,
        created_at: moment(),
    }
}

/// A time as precise as the wire's.
pub(crate) fn moment() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}
