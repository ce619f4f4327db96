use crate::world::{Person, World, announce, card, png};
use chrono::Utc;
use events::content::{PostRemoved, PostState, Visibility};
use events::identity::AccountState;
use events::social_graph::{Block, Connection, ConnectionState, Follow};
use events::{Event, MediaId};
use testkit::Client;

/// What somebody gets who asks to see a file, for its record, and to download it.
async fn sees(client: &Client, id: &str) -> [u16; 3] {
    let mut statuses = [0; 3];
    for (status, part) in statuses.iter_mut().zip(["/content", "", "/download"]) {
        *status = client.get(&format!("/media/{id}{part}")).await.status.as_u16();
    }
    statuses
}

const SEES: [u16; 3] = [302, 200, 200];
const NOT_THERE: [u16; 3] = [404; 3];
/// Without a session nobody gets records, but sees what everybody may.
const SEES_ANONYMOUSLY: [u16; 3] = [302, 401, 401];
const LOG_IN_FIRST: [u16; 3] = [401; 3];

async fn follow(world: &World, follower: &Person, following: &Person) {
    let follow = Follow {
        follower_id: follower.id,
        following_id: following.id,
        at: Utc::now(),
    };
    world.app.consume(1, Event::Followed(follow)).await;
}

async fn connect(world: &World, one: &Person, other: &Person) {
    let connection = Connection {
        low_id: one.id.min(other.id),
        high_id: one.id.max(other.id),
        state: ConnectionState::Connected,
        at: Utc::now(),
    };
    world.app.consume(1, Event::ConnectionChanged(connection)).await;
}

async fn block(world: &World, blocker: &Person, blocked: &Person) {
    let block = Block {
        blocker_id: blocker.id,
        blocked_id: blocked.id,
        at: Utc::now(),
    };
    world.app.consume(1, Event::Blocked(block)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_seen_by_those_who_see_its_post() {
    let world = World::new().await;
    let (ana, fan, friend) = (world.person("ana"), world.person("fan"), world.person("friend"));
    let id = world.picture(&ana).await;
    for client in [&fan.client, &friend.client] {
        assert_eq!(sees(client, &id).await, NOT_THERE, "on no post yet");
    }
    assert_eq!(sees(&world.nobody, &id).await, LOG_IN_FIRST);
    assert_eq!(sees(&ana.client, &id).await, SEES);
    assert_eq!(sees(&world.moderator(), &id).await, SEES);

    follow(&world, &fan, &ana).await;
    connect(&world, &friend, &ana).await;
    let mut post = world.post(&ana, &id, Visibility::Private).await;
    let mut version = 1;
    for (visibility, state, for_fan, for_friend, for_nobody) in [
        (
            Visibility::Private,
            PostState::Published,
            NOT_THERE,
            NOT_THERE,
            LOG_IN_FIRST,
        ),
        (
            Visibility::Followers,
            PostState::Published,
            SEES,
            NOT_THERE,
            LOG_IN_FIRST,
        ),
        (
            Visibility::Connections,
            PostState::Published,
            NOT_THERE,
            SEES,
            LOG_IN_FIRST,
        ),
        (
            Visibility::Public,
            PostState::Published,
            SEES,
            SEES,
            SEES_ANONYMOUSLY,
        ),
        (
            Visibility::Public,
            PostState::Hidden,
            NOT_THERE,
            NOT_THERE,
            LOG_IN_FIRST,
        ),
        (
            Visibility::Public,
            PostState::Published,
            SEES,
            SEES,
            SEES_ANONYMOUSLY,
        ),
    ] {
        version += 1;
        (post.visibility, post.state) = (visibility, state);
        world.app.consume(version, Event::PostChanged(post.clone())).await;
        let seen = (
            sees(&fan.client, &id).await,
            sees(&friend.client, &id).await,
            sees(&world.nobody, &id).await,
        );
        assert_eq!(
            seen,
            (for_fan, for_friend, for_nobody),
            "{visibility:?} {state:?}"
        );
        assert_eq!(sees(&ana.client, &id).await, SEES);
    }
    block(&world, &ana, &fan).await;
    assert_eq!(
        (sees(&fan.client, &id).await, sees(&friend.client, &id).await),
        (NOT_THERE, SEES)
    );
    world.account(&ana, 2, AccountState::Suspended).await;
    assert_eq!(
        (
            sees(&friend.client, &id).await,
            sees(&world.moderator(), &id).await
        ),
        (NOT_THERE, SEES)
    );
    world.account(&ana, 3, AccountState::Active).await;
    let removed = PostRemoved {
        post_id: post.post_id,
        author_id: ana.id,
    };
    world.app.consume(version + 1, Event::PostRemoved(removed)).await;
    assert_eq!(
        (sees(&friend.client, &id).await, sees(&world.nobody, &id).await),
        (NOT_THERE, LOG_IN_FIRST)
    );
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_or_picture_of_somebody_else_opens_nothing() {
    let world = World::new().await;
    let (ana, eve) = (world.person("ana"), world.person("eve"));
    let id = world.picture(&ana).await;
    world.post(&eve, &id, Visibility::Public).await;
    let stolen: MediaId = id.parse().unwrap();
    world
        .app
        .consume(1, Event::ProfileChanged(card(eve.id, Some(stolen), Some(stolen))))
        .await;
    assert_eq!(sees(&eve.client, &id).await, NOT_THERE);
    assert_eq!(sees(&world.nobody, &id).await, LOG_IN_FIRST);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_a_profile_are_for_everybody_but_the_blocked() {
    let world = World::new().await;
    let (ana, ben) = (world.person("ana"), world.person("ben"));
    let (avatar, banner, old) = (
        world.picture(&ana).await,
        world.picture(&ana).await,
        world.picture(&ana).await,
    );
    let id = |id: &str| Some(id.parse::<MediaId>().unwrap());
    world
        .app
        .consume(1, Event::ProfileChanged(card(ana.id, id(&old), None)))
        .await;
    world
        .app
        .consume(2, Event::ProfileChanged(card(ana.id, id(&avatar), id(&banner))))
        .await;
    for id in [&avatar, &banner] {
        assert_eq!(
            (sees(&ben.client, id).await, sees(&world.nobody, id).await),
            (SEES, SEES_ANONYMOUSLY)
        );
    }
    assert_eq!(sees(&ben.client, &old).await, NOT_THERE);
    block(&world, &ben, &ana).await;
    assert_eq!(
        (
            sees(&ben.client, &avatar).await,
            sees(&world.nobody, &avatar).await
        ),
        (NOT_THERE, SEES_ANONYMOUSLY)
    );
    world.account(&ana, 2, AccountState::Suspended).await;
    assert_eq!(sees(&world.nobody, &avatar).await, LOG_IN_FIRST);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ready_is_shown_to_nobody_and_known_to_its_owner() {
    let world = World::new().await;
    let (ana, ben) = (world.person("ana"), world.person("ben"));
    let id = announce(&ana.client, "image/png", &png(1, 1)).await["mediaId"]
        .as_str()
        .unwrap()
        .to_owned();
    world.post(&ana, &id, Visibility::Public).await;
    assert_eq!(sees(&ben.client, &id).await, NOT_THERE);
    assert_eq!(sees(&world.moderator(), &id).await, NOT_THERE);
    assert_eq!(sees(&ana.client, &id).await, [409, 200, 409]);
    let answer = ana.client.get(&format!("/media/{id}/content")).await;
    assert!(answer.headers.contains_key("retry-after"));
    assert_eq!(answer.refused(409), "MEDIA_NOT_READY");
}

#[tokio::test(flavor = "multi_thread")]
async fn others_learn_nothing_of_a_file_but_what_it_shows() {
    let world = World::new().await;
    let (ana, ben) = (world.person("ana"), world.person("ben"));
    let id = world.picture(&ana).await;
    world.post(&ana, &id, Visibility::Public).await;
    let record = ben.client.get(&format!("/media/{id}")).await.expect(200);
    assert!(record.get("fileName").is_none(), "{record}");
    for size in ["0", "-1", "big", "70000", "1.5", "Thumb", ""] {
        let answer = ben.client.get(&format!("/media/{id}/content?size={size}")).await;
        assert_eq!(answer.refused(400), "VALIDATION_ERROR", "{size}");
    }
    for path in ["/media/me", "/media/me/content", "/media/%00/download"] {
        assert_eq!(
            ben.client.get(path).await.refused(400),
            "VALIDATION_ERROR",
            "{path}"
        );
    }
}
