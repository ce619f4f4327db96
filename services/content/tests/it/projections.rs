//! Cards and files come out the same in whatever order, and however often, their events come.

use crate::stage::{Stage, account, all, card, image, property};
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;
use events::content::Visibility;
use events::identity::{Account, AccountState};
use events::media::{MediaRejected, MediaRemoved};
use events::social_graph::ConnectionState;
use events::{AccountId, Event, MediaId};
use proptest::prelude::*;
use testkit::principal;
use uuid::Uuid;

#[derive(Debug, PartialEq, QueryableByName)]
struct Card {
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Text)]
    display_name: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    avatar_media_id: Option<Uuid>,
}

/// Something that comes about an author.
#[derive(Clone, Copy, Debug)]
enum Told {
    Account(i64),
    Profile(i64),
    /// The author writes, so that there is a card whatever has come.
    Post,
}

fn told() -> impl Strategy<Value = Vec<Told>> {
    let one = prop_oneof![
        (1_i64..4).prop_map(Told::Account),
        (1_i64..4).prop_map(Told::Profile),
        Just(Told::Post)
    ];
    prop::collection::vec(one, 1..10)
}

fn picture(version: i64) -> MediaId {
    MediaId(Uuid::from_u128(u128::try_from(version).unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_made_of_the_newest_of_each_source_in_whatever_order_they_come() {
    let stage = Stage::new().await;
    property(24, told(), async |told| {
        let someone = stage.person("somebody");
        for told in &told {
            match *told {
                Told::Account(version) => {
                    let mut account = account(&someone.principal, AccountState::Active);
                    account.username = format!("account_{version}");
                    account.display_name = format!("Account {version}");
                    stage
                        .app
                        .consume(version, Event::AccountRegistered(account))
                        .await;
                }
                Told::Profile(version) => {
                    let mut card = card(
                        someone.id(),
                        &format!("profile_{version}"),
                        &format!("Profile {version}"),
                    );
                    card.avatar_media_id = Some(picture(version));
                    stage.app.consume(version, Event::ProfileChanged(card)).await;
                }
                Told::Post => {
                    someone.publishes("Rain.", Visibility::Public).await;
                }
            }
        }
        let newest = |pick: fn(&Told) -> Option<i64>| told.iter().filter_map(pick).max();
        let account = newest(|told| {
            if let Told::Account(version) = told {
                Some(*version)
            } else {
                None
            }
        });
        let profile = newest(|told| {
            if let Told::Profile(version) = told {
                Some(*version)
            } else {
                None
            }
        });
        let (by_account, by_profile) = (
            account.map(|version| (format!("account_{version}"), format!("Account {version}"))),
            profile.map(|version| (format!("profile_{version}"), format!("Profile {version}"))),
        );
        let by_edge = Some(("somebody".to_owned(), "somebody".to_owned()));
        let expected = Card {
            username: by_account
                .clone()
                .or(by_profile.clone())
                .or(by_edge.clone())
                .unwrap()
                .0,
            display_name: by_profile.or(by_account).or(by_edge).unwrap().1,
            avatar_media_id: profile.map(|version| picture(version).0),
        };
        let query =
            sql_query("SELECT username, display_name, avatar_media_id FROM author WHERE account_id = $1");
        let mut conn = stage.app.session().await;
        let row: Card = query
            .bind::<SqlUuid, _>(someone.id())
            .get_result(&mut conn)
            .await
            .unwrap();
        prop_assert_eq!(row, expected, "{:?}", told);
        Ok(())
    });
    stage.app.at_rest().await;
}

#[derive(Debug, PartialEq, QueryableByName)]
struct File {
    #[diesel(sql_type = Bool)]
    removed: bool,
    #[diesel(sql_type = Bool)]
    ready: bool,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Nullable<Text>)]
    content_type: Option<String>,
    /// Everything that is kept of it but its id.
    #[diesel(sql_type = Text)]
    whole: String,
}

/// What media said of a file, in order: it is confirmed, then ready, then described anew; at last it is gone.
fn told_of(version: i64, id: MediaId, owner_id: AccountId, is_rejected: bool) -> Event {
    let mut file = image(id, owner_id);
    file.content_type = format!("image/{version}");
    file.alt_text = Some(format!("Words {version}"));
    let media_id = id;
    match version {
        1 => Event::MediaConfirmed(file),
        2 | 3 => Event::MediaReady(file),
        _ if is_rejected => Event::MediaRejected(MediaRejected {
            media_id,
            owner_id,
            reason: "MEDIA_UNREADABLE".to_owned(),
        }),
        _ => Event::MediaRemoved(MediaRemoved { media_id, owner_id }),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_as_its_newest_event_says_and_a_removed_one_does_not_come_back() {
    let stage = Stage::new().await;
    let owner = principal("owner");
    let told = (prop::collection::vec(1_i64..5, 1..9), any::<bool>());
    property(24, told, async |(versions, is_rejected)| {
        let newest = *versions.iter().max().unwrap();
        let mut rows = Vec::new();
        // One file of which everything came, and one of which only the newest did.
        for versions in [&versions[..], &[newest]] {
            let id = MediaId::new();
            for &version in versions {
                let event = told_of(version, id, owner.account, is_rejected);
                stage.app.consume(version, event).await;
            }
            let query = sql_query(
                "SELECT removed, ready, version, content_type, (to_jsonb(media) - 'id')::text AS whole \
                 FROM media WHERE id = $1",
            );
            let mut conn = stage.app.session().await;
            let row: File = query.bind::<SqlUuid, _>(id).get_result(&mut conn).await.unwrap();
            rows.push(row);
        }
        prop_assert_eq!(&rows[0], &rows[1], "{:?}", versions);
        let expected = File {
            removed: newest == 4,
            ready: [2, 3].contains(&newest),
            version: newest,
            content_type: (newest < 4).then(|| format!("image/{newest}")),
            whole: rows[1].whole.clone(),
        };
        prop_assert_eq!(&rows[0], &expected, "{:?}", versions);
        Ok(())
    });
    stage.app.at_rest().await;
}

/// What identity said of an account, in order: each event carries the whole account.
fn said(version: i64, account: Account) -> Event {
    let state = |state| Account {
        state,
        ..account.clone()
    };
    match version {
        1 => Event::AccountRegistered(state(AccountState::Active)),
        2 => Event::AccountVerified(state(AccountState::Active)),
        3 => Event::AccountSuspended(state(AccountState::Suspended)),
        4 => Event::AccountRenamed(state(AccountState::Suspended)),
        _ => Event::AccountRestored(state(AccountState::Active)),
    }
}

/// Whatever comes first, and however often: the newest word about an account decides whether what it wrote is seen.
#[tokio::test(flavor = "multi_thread")]
async fn whether_an_author_is_seen_is_the_newest_word_about_their_account() {
    let stage = Stage::new().await;
    let (reader, host) = (stage.person("reader"), stage.person("host"));
    property(24, prop::collection::vec(1_i64..6, 1..10), async |versions| {
        let author = stage.person("author");
        let (own, others) = (
            author.publishes("Rain.", Visibility::Public).await,
            host.publishes("Sun.", Visibility::Public).await,
        );
        author.comments(&others, "How lovely.").await;
        author.reacts(&others, "love").await;
        for &version in &versions {
            let event = said(version, account(&author.principal, AccountState::Active));
            stage.app.consume(version, event).await;
        }
        let newest = *versions.iter().max().unwrap();
        let is_seen = !(3..=4).contains(&newest);
        let post = reader.get(&format!("/posts/{own}")).await;
        prop_assert_eq!(post.status, if is_seen { 200 } else { 404 }, "{:?}", versions);
        for (list, of) in [("comments", "author"), ("reactions", "user")] {
            let found = reader.get(&format!("/posts/{others}/{list}")).await.expect(200);
            let people = all(&found[list], "id").len();
            prop_assert_eq!(
                &found["total"],
                usize::from(is_seen),
                "{} by {}: {:?}",
                list,
                of,
                versions
            );
            prop_assert_eq!(people, usize::from(is_seen));
        }
        let public = reader
            .get(&format!("/posts?authorId={}", author.id()))
            .await
            .expect(200);
        prop_assert_eq!(all(&public["posts"], "id").len(), usize::from(is_seen));
        Ok(())
    });
    stage.app.at_rest().await;
}

/// Something that comes about two people.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Between {
    Follow,
    Connection,
    Block,
    BlockOfTheReader,
}

const CONNECTION: [ConnectionState; 4] = [
    ConnectionState::LowAsked,
    ConnectionState::Connected,
    ConnectionState::None,
    ConnectionState::Connected,
];

/// Whatever comes first, and however often: the newest word about each edge decides who sees what.
#[tokio::test(flavor = "multi_thread")]
async fn what_people_see_is_the_newest_word_about_each_edge_between_them() {
    let stage = Stage::new().await;
    let one = (
        prop_oneof![
            Just(Between::Follow),
            Just(Between::Connection),
            Just(Between::Block),
            Just(Between::BlockOfTheReader)
        ],
        1_i64..5,
    );
    property(24, prop::collection::vec(one, 1..14), async |told| {
        let (author, reader) = (stage.person("author"), stage.person("reader"));
        let mut posts = Vec::new();
        for visibility in [Visibility::Public, Visibility::Followers, Visibility::Connections] {
            posts.push(author.publishes("Rain.", visibility).await);
        }
        for &(between, version) in &told {
            match between {
                Between::Follow => stage.follows(&reader, &author, version).await,
                Between::Connection => {
                    let state = CONNECTION[usize::try_from(version - 1).unwrap()];
                    stage.connected(&author, &reader, version, state).await;
                }
                Between::Block => stage.blocks(&author, &reader, version).await,
                Between::BlockOfTheReader => stage.blocks(&reader, &author, version).await,
            }
        }
        let newest = |of: Between| {
            let about = told.iter().filter(|(between, _)| *between == of);
            about.map(|(_, version)| *version).max().unwrap_or(0)
        };
        // Odd versions make an edge, even ones end it; of a connection it is the other way round.
        let is_apart = newest(Between::Block) % 2 == 1 || newest(Between::BlockOfTheReader) % 2 == 1;
        let is_connected = [2, 4].contains(&newest(Between::Connection));
        let expected =
            [true, newest(Between::Follow) % 2 == 1, is_connected].map(|is_meant| is_meant && !is_apart);
        let mut seen = Vec::new();
        for post in &posts {
            seen.push(reader.get(&format!("/posts/{post}")).await.status == 200);
        }
        prop_assert_eq!(&seen[..], &expected[..], "{:?}", told);
        let list = reader
            .get(&format!("/posts?authorId={}", author.id()))
            .await
            .expect(200);
        let listed = all(&list["posts"], "id").len();
        prop_assert_eq!(listed, usize::from(!is_apart), "{:?}", told);
        Ok(())
    });
    stage.app.at_rest().await;
}
