//! People and posts, as others publish them.

use chassis::{Principal, Role};
use chrono::{SubsecRound, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use events::content::{Post, PostState, Visibility};
use events::identity::{Account, AccountState};
use events::media::{Kind, Media};
use events::profile::{Card, Credit};
use events::social_graph::{Block, Connection, ConnectionState, Follow};
use events::{AccountId, EntryId, Event, MediaId, PostId};
use serde_json::Value;
use testkit::{Client, TestService, principal};

/// Search alone, and people who exist for it only by their events.
pub(crate) struct World {
    pub(crate) app: TestService,
    pub(crate) nobody: Client,
}

impl World {
    pub(crate) async fn new() -> Self {
        let app = TestService::start(search_indexer::service).await;
        let nobody = app.anonymous();
        Self { app, nobody }
    }

    /// Somebody whose card has come.
    pub(crate) async fn person(&self, username: &str, change: impl FnOnce(&mut Card)) -> Person {
        let principal = principal(username);
        let mut card = card(principal.account, username);
        change(&mut card);
        self.app.consume(1, Event::ProfileChanged(card)).await;
        let client = self.app.logged_in(principal.clone());
        Person {
            id: principal.account,
            client,
        }
    }

    pub(crate) fn moderator(&self) -> Client {
        self.app.logged_in(Principal {
            role: Role::Moderator,
            ..principal("moderator")
        })
    }

    /// A post that has come.
    pub(crate) async fn post(&self, author: &Person, content: &str, change: impl FnOnce(&mut Post)) -> Post {
        let mut post = post(author.id, content);
        change(&mut post);
        self.app.consume(1, Event::PostChanged(post.clone())).await;
        post
    }

    pub(crate) async fn follow(&self, follower: &Person, following: &Person) {
        let follow = Follow {
            follower_id: follower.id,
            following_id: following.id,
            at: Utc::now(),
        };
        self.app.consume(1, Event::Followed(follow)).await;
    }

    pub(crate) async fn connect(&self, one: &Person, other: &Person) {
        let connection = Connection {
            low_id: one.id.min(other.id),
            high_id: one.id.max(other.id),
            state: ConnectionState::Connected,
            at: Utc::now(),
        };
        self.app.consume(1, Event::ConnectionChanged(connection)).await;
    }

    pub(crate) async fn block(&self, blocker: &Person, blocked: &Person) {
        let block = Block {
            blocker_id: blocker.id,
            blocked_id: blocked.id,
            at: Utc::now(),
        };
        self.app.consume(1, Event::Blocked(block)).await;
    }

    pub(crate) async fn account(&self, person: &Person, version: i64, state: AccountState) {
        self.app
            .consume(
                version,
                testkit::account_event(version, account(person.id, state)),
            )
            .await;
    }

    /// Every row of every document, for comparing.
    pub(crate) async fn rows(&self) -> String {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            row: String,
        }
        let mut conn = self.app.session().await;
        let rows: Vec<Row> = diesel::sql_query(
            "SELECT row FROM (SELECT 'person ' || person::text AS row FROM person UNION ALL \
             SELECT 'credit ' || credit::text FROM credit UNION ALL SELECT 'post ' || post::text FROM post UNION ALL \
             SELECT 'account ' || audience_account::text FROM audience_account UNION ALL \
             SELECT 'follow ' || audience_follow::text FROM audience_follow UNION ALL \
             SELECT 'connection ' || audience_connection::text FROM audience_connection UNION ALL \
             SELECT 'block ' || audience_block::text FROM audience_block UNION ALL \
             SELECT 'file ' || file::text FROM file UNION ALL \
             SELECT 'counts ' || post_counts::text FROM post_counts UNION ALL \
             SELECT 'reaction ' || reaction::text FROM reaction) rows \
             ORDER BY row",
        )
        .load(&mut conn)
        .await
        .expect("the documents can be read");
        rows.into_iter().map(|row| row.row).collect::<Vec<_>>().join("\n")
    }
}

pub(crate) struct Person {
    pub(crate) id: AccountId,
    pub(crate) client: Client,
}

pub(crate) fn card(account_id: AccountId, username: &str) -> Card {
    Card {
        account_id,
        username: username.to_owned(),
        display_name: format!("Member {username}"),
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
        created_at: Utc::now().trunc_subsecs(3),
    }
}

pub(crate) fn credit(title: &str) -> Credit {
    Credit {
        id: EntryId::new(),
        title: title.to_owned(),
        role_length: None,
        company: None,
        year: None,
        description: None,
    }
}

pub(crate) fn post(author_id: AccountId, content: &str) -> Post {
    Post {
        post_id: PostId::new(),
        author_id,
        content: content.to_owned(),
        visibility: Visibility::Public,
        tags: Vec::new(),
        media: Vec::new(),
        state: PostState::Published,
        created_at: Utc::now().trunc_subsecs(3),
        edited_at: None,
    }
}

/// A picture that nobody has described.
pub(crate) fn picture(owner_id: AccountId) -> Media {
    Media {
        media_id: MediaId::new(),
        owner_id,
        kind: Kind::Image,
        content_type: "image/png".to_owned(),
        size: 1_234,
        width: Some(640),
        height: Some(480),
        duration: None,
        alt_text: None,
        created_at: Utc::now().trunc_subsecs(3),
    }
}

pub(crate) fn account(account_id: AccountId, state: AccountState) -> Account {
    Account {
        account_id,
        username: "someone".to_owned(),
        display_name: "Someone".to_owned(),
        state,
        email_verified: true,
        created_at: Utc::now().trunc_subsecs(3),
    }
}

/// A field of each entry of a list.
pub(crate) fn each(list: &Value, field: &str) -> Vec<String> {
    let entries = list.as_array().expect("a list").iter();
    entries
        .map(|entry| entry[field].as_str().expect("a text").to_owned())
        .collect()
}
