//! How files go: removed by their owner, given up, or with their account.

use crate::world::{World, announce, confirm, png};
use chassis::housekeep;
use chrono::{TimeDelta, Utc};
use diesel_async::SimpleAsyncConnection;
use events::account::AccountDeleted;
use events::content::Visibility;
use events::identity::AccountState;
use events::{ErasureId, Event};
use media::{Config, Storage};
use testkit::TestService;

#[tokio::test(flavor = "multi_thread")]
async fn only_its_owner_removes_a_file_and_then_nothing_of_it_is_left() {
    let world = World::new().await;
    let (ana, eve) = (world.person("ana"), world.person("eve"));
    let id = world.picture(&ana).await;
    let path = format!("/media/{id}");
    assert_eq!(eve.client.delete(&path).await.refused(404), "MEDIA_NOT_FOUND");
    world.post(&ana, &id, Visibility::Public).await;
    assert_eq!(eve.client.delete(&path).await.refused(403), "FORBIDDEN");
    assert_eq!(world.moderator().delete(&path).await.refused(403), "FORBIDDEN");
    assert_eq!(world.nobody.delete(&path).await.refused(401), "UNAUTHENTICATED");

    ana.client.delete(&path).await.expect(200);
    assert_eq!(world.objects(), [""; 0]);
    assert_eq!(ana.client.delete(&path).await.refused(404), "MEDIA_NOT_FOUND");
    assert_eq!(ana.client.get(&path).await.refused(404), "MEDIA_NOT_FOUND");
    assert_eq!(confirm(&ana.client, &id).await.refused(404), "MEDIA_NOT_FOUND");
    assert_eq!(
        eve.client.get(&format!("{path}/content")).await.refused(404),
        "MEDIA_NOT_FOUND"
    );
    let published = world.app.published().await;
    let [_, _, removed] = &published[..] else {
        panic!("published {} events", published.len())
    };
    assert_eq!(
        (removed.event.kind(), removed.version),
        ("media.media-removed.v1", 4)
    );
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_nobody_heard_of_goes_without_a_word() {
    let world = World::new().await;
    let ana = world.person("ana");
    let id = world.sent(&ana, "image/png", &png(1, 1)).await;
    ana.client.delete(&format!("/media/{id}")).await.expect(200);
    assert_eq!(world.objects(), [""; 0]);
    assert!(world.app.published().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn unconfirmed_uploads_are_given_up_after_an_hour() {
    let world = World::new().await;
    let ana = world.person("ana");
    let kept = world.picture(&ana).await;
    let sent = world.sent(&ana, "image/png", &png(1, 1)).await;
    let announced = announce(&ana.client, "image/png", &png(1, 1)).await;
    let (service, now) = (&world.app.service, Utc::now());

    housekeep(service, now + TimeDelta::minutes(59)).await.unwrap();
    assert_eq!(world.objects(), ["media", "uploads"]);
    confirm(&ana.client, announced["mediaId"].as_str().unwrap())
        .await
        .refused(400);

    housekeep(service, now + TimeDelta::minutes(61)).await.unwrap();
    assert_eq!(world.objects(), ["media"]);
    assert_eq!(confirm(&ana.client, &sent).await.refused(404), "MEDIA_NOT_FOUND");
    ana.client
        .get(&format!("/media/{kept}/content"))
        .await
        .expect(302);
    housekeep(service, now + TimeDelta::days(400)).await.unwrap();
    assert_eq!(world.objects(), ["media"]);
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_whose_maker_died_is_swept_and_a_removal_that_failed_is_made_good() {
    let world = World::new().await;
    let ana = world.person("ana");
    let id = world.picture(&ana).await;
    // As if the process had died after the commit and before the storage was asked.
    let mut conn = world.app.session().await;
    let undone = format!(
        "UPDATE media SET state = 'removed' WHERE id = '{id}'; \
         UPDATE object SET doomed_at = now() WHERE doomed_at IS NULL"
    );
    conn.batch_execute(&undone).await.unwrap();
    assert_eq!(world.objects(), ["media"]);
    let soon = Utc::now() + TimeDelta::seconds(1);
    housekeep(&world.app.service, soon).await.unwrap();
    assert_eq!(world.objects(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_with_their_account() {
    let world = World::new().await;
    let (ana, ben) = (world.person("ana"), world.person("ben"));
    let (first, second, other) = (
        world.picture(&ana).await,
        world.picture(&ana).await,
        world.picture(&ben).await,
    );
    announce(&ana.client, "image/png", &png(1, 1)).await;
    for state in [AccountState::Suspended, AccountState::Active] {
        world.account(&ana, 2, state).await;
        ana.client.get(&format!("/media/{first}")).await.expect(200);
    }
    let gone = AccountDeleted {
        account_id: ana.id,
        erasure_id: ErasureId::new(),
        deleted_at: Utc::now(),
    };
    world.app.consume(4, Event::AccountDeleted(gone)).await;
    for id in [&first, &second] {
        assert_eq!(
            ana.client.get(&format!("/media/{id}")).await.refused(404),
            "MEDIA_NOT_FOUND"
        );
    }
    ben.client.get(&format!("/media/{other}")).await.expect(200);
    let mut removed: Vec<_> = world
        .app
        .published()
        .await
        .into_iter()
        .filter_map(|envelope| match envelope.event {
            Event::MediaRemoved(media) => Some(media.media_id.to_string()),
            _ => None,
        })
        .collect();
    removed.sort();
    assert_eq!(removed, [first, second]);
    // Not by the sweep: with the erasure.
    assert_eq!(world.objects(), ["media"]);
    // Who still has an address that writes may use it once more; the sweep comes back to it.
    let later = Utc::now() + TimeDelta::hours(2);
    housekeep(&world.app.service, later).await.unwrap();
    assert_eq!(world.objects(), ["media"]);
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_after_its_owner_is_gone_is_swept() {
    let world = World::new().await;
    let ana = world.person("ana");
    let upload = announce(&ana.client, "image/png", &png(1, 1)).await;
    let gone = AccountDeleted {
        account_id: ana.id,
        erasure_id: ErasureId::new(),
        deleted_at: Utc::now(),
    };
    world.app.consume(2, Event::AccountDeleted(gone)).await;
    // The address was signed before, and the storage asks nobody.
    assert_eq!(world.send(&upload, &png(1, 1)).await, 200);
    assert_eq!(world.objects(), ["uploads"]);
    let later = Utc::now() + TimeDelta::hours(2);
    housekeep(&world.app.service, later).await.unwrap();
    assert_eq!(world.objects(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_once_more_after_its_file_was_removed_is_swept() {
    let world = World::new().await;
    let ana = world.person("ana");
    let bytes = png(2, 3);
    let upload = announce(&ana.client, "image/png", &bytes).await;
    let id = upload["mediaId"].as_str().unwrap();
    assert_eq!(world.send(&upload, &bytes).await, 200);
    // It waits for its cleaning, and is kept for that, when it is removed.
    confirm(&ana.client, id).await.expect(200);
    ana.client.delete(&format!("/media/{id}")).await.expect(200);
    assert_eq!(world.objects(), [""; 0]);
    let service = &world.app.service;
    housekeep(service, Utc::now() + TimeDelta::seconds(1))
        .await
        .unwrap();
    // The address was signed before, and there is nothing any more that it would write over.
    assert_eq!(world.send(&upload, &bytes).await, 200);
    assert_eq!(world.objects(), ["uploads"]);
    housekeep(service, Utc::now() + TimeDelta::minutes(61))
        .await
        .unwrap();
    assert_eq!(world.objects(), [""; 0]);
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_that_is_away_is_nobodys_fault_and_nothing_is_lost() {
    let nowhere = Storage::new(&Config {
        endpoint: Some("http://127.0.0.1:9".parse().unwrap()),
        public_endpoint: None,
        cdn: None,
        region: "us-east-1".to_owned(),
        bucket: "media".to_owned(),
        access_key: "name".to_owned(),
        secret_key: "hush".to_owned(),
        session_token: None,
    });
    let app = TestService::start(|config| media::service(config, nowhere.clone())).await;
    let ana = app.member("ana");
    let id = announce(&ana, "image/png", &png(1, 1)).await["mediaId"]
        .as_str()
        .unwrap()
        .to_owned();
    let answer = confirm(&ana, &id).await;
    assert!(answer.headers.contains_key("retry-after"));
    assert_eq!(answer.refused(503), "UNAVAILABLE");
    assert_eq!(
        ana.get(&format!("/media/{id}")).await.expect(200)["status"],
        "pending"
    );
    // The record goes at once, the objects when the storage is back.
    ana.delete(&format!("/media/{id}")).await.expect(200);
    let later = Utc::now() + TimeDelta::hours(2);
    assert!(housekeep(&app.service, later).await.is_err());
    app.at_rest().await;
}
