//! Which files can be attached, and what becomes of posts when a file goes.

use crate::stage::{Stage, all, id_of, image};
use events::content::Visibility;
use events::media::{Media, MediaRejected, MediaRemoved};
use events::{Event, MediaId};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_file_is_answered_like_an_unknown_one() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    let (bobs, removed) = (stage.file_of(&bob).await, stage.file_of(&bob).await);
    stage.file_removed(&bob, removed).await;
    let attach = |id: MediaId| json!({"content": "Look.", "visibility": "public", "mediaIds": [id]});

    let mut answers = Vec::new();
    for id in [MediaId::new(), bobs, removed] {
        let answer = alice.post("/posts", attach(id)).await;
        assert_eq!(answer.headers["retry-after"], "1");
        let mut body = answer.expect(409);
        assert_eq!(body["code"], "MEDIA_NOT_READY");
        body["requestId"].take();
        answers.push(body);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");

    let id = id_of(&bob.post("/posts", attach(bobs)).await.expect(201)["post"]);
    let path = format!("/posts/{id}");
    assert_eq!(
        bob.post("/posts", attach(removed)).await.expect(400)["details"][0]["field"],
        "mediaIds"
    );
    assert_eq!(
        bob.patch(&path, json!({"mediaIds": [removed]}))
            .await
            .refused(400),
        "VALIDATION_ERROR"
    );
    assert_eq!(
        bob.patch(&path, json!({"mediaIds": [MediaId::new()]}))
            .await
            .refused(409),
        "MEDIA_NOT_READY"
    );
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_is_being_cleaned_is_attached_and_shown_with_its_status() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    let (fine, bad) = (
        image(MediaId::new(), alice.id()),
        image(MediaId::new(), alice.id()),
    );
    let ask = json!({"content": "Look.", "visibility": "public", "mediaIds": [fine.media_id, bad.media_id]});
    assert_eq!(
        alice.post("/posts", ask.clone()).await.refused(409),
        "MEDIA_NOT_READY"
    );
    for file in [&fine, &bad] {
        stage.app.consume(2, Event::MediaConfirmed(file.clone())).await;
    }
    let id = id_of(&alice.post("/posts", ask).await.expect(201)["post"]);
    let path = format!("/posts/{id}");
    let post = bob.get(&path).await.expect(200);
    assert_eq!(all(&post["media"], "status"), ["processing", "processing"]);
    assert_eq!(
        (&post["media"][0]["url"], &post["mediaUrls"]),
        (&json!(null), &json!([]))
    );

    stage.app.consume(3, Event::MediaReady(fine.clone())).await;
    stage.app.consume(2, Event::MediaConfirmed(fine.clone())).await;
    let rejected = MediaRejected {
        media_id: bad.media_id,
        owner_id: alice.id(),
        reason: "MEDIA_UNREADABLE".to_owned(),
    };
    stage.app.consume(3, Event::MediaRejected(rejected)).await;
    let post = bob.get(&path).await.expect(200);
    assert_eq!(
        all(&post["media"], "id"),
        [fine.media_id.to_string()],
        "what came to nothing is taken off"
    );
    let address = format!("/api/media/{}/content", fine.media_id);
    assert_eq!(post["mediaUrls"], json!([address]));
    assert_eq!(
        (&post["media"][0]["status"], &post["media"][0]["thumbnailUrl"]),
        (&json!("ready"), &json!(format!("{address}?size=thumb")))
    );
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_is_taken_off_its_posts_and_the_posts_are_published_again() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let (one, two) = (stage.file_of(&alice).await, stage.file_of(&alice).await);
    let ask = json!({"content": "Look.", "visibility": "public", "mediaIds": [one, two]});
    let first = id_of(&alice.post("/posts", ask.clone()).await.expect(201)["post"]);
    let second = id_of(&alice.post("/posts", ask).await.expect(201)["post"]);
    alice.delete(&format!("/posts/{second}")).await.expect(200);

    stage.file_removed(&alice, one).await;
    let post = alice.get(&format!("/posts/{first}")).await.expect(200);
    assert_eq!(all(&post["media"], "id"), [two.to_string()]);
    let last = stage.app.published().await.pop().expect("an event");
    assert_eq!((last.version, last.subject.as_str()), (2, first.as_str()));
    let Event::PostChanged(published) = last.event else {
        panic!("{last:?}");
    };
    assert_eq!(published.media, [two]);
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_goes_while_it_is_attached_is_on_no_post_afterwards() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let post = alice.publishes("Look.", Visibility::Public).await;
    let path = format!("/posts/{post}");
    for _ in 0..12 {
        let file = stage.file_of(&alice).await;
        let ask = json!({"content": "Look.", "visibility": "public", "mediaIds": [file]});
        let (written, edited, ()) = tokio::join!(
            alice.post("/posts", ask),
            alice.patch(&path, json!({"mediaIds": [file]})),
            stage.file_removed(&alice, file),
        );
        assert!([201, 400].contains(&written.status.as_u16()), "{}", written.text);
        assert!([200, 400].contains(&edited.status.as_u16()), "{}", edited.text);
        let shown = "SELECT count(*) FROM post_media pm JOIN media m ON m.id = pm.media_id WHERE m.removed";
        assert_eq!(stage.number(shown).await, 0);
    }
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_file_shows_is_said_with_the_post_and_the_newest_words_count() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let said = |file: &Media, words: Option<&str>| {
        let alt_text = words.map(str::to_owned);
        Event::MediaReady(Media {
            alt_text,
            ..file.clone()
        })
    };
    let file = image(MediaId::new(), alice.id());
    stage.app.consume(3, said(&file, Some("A dog."))).await;
    let ask = json!({"content": "Look.", "visibility": "public", "mediaIds": [file.media_id]});
    let path = format!(
        "/posts/{}",
        id_of(&alice.post("/posts", ask).await.expect(201)["post"])
    );
    let words = async || alice.get(&path).await.expect(200)["media"][0]["altText"].clone();
    assert_eq!(words().await, "A dog.");
    stage.app.consume(5, said(&file, Some("Two dogs."))).await;
    stage.app.consume(4, said(&file, None)).await;
    assert_eq!(words().await, "Two dogs.");
    let feed = alice.get("/posts/feed").await.expect(200);
    assert_eq!(feed["posts"][0]["media"][0]["altText"], "Two dogs.");
    stage.app.consume(6, said(&file, None)).await;
    assert_eq!(words().await, json!(null));
    stage.app.consume(7, said(&file, Some("A cat."))).await;
    let gone = MediaRemoved {
        media_id: file.media_id,
        owner_id: alice.id(),
    };
    stage.app.consume(8, Event::MediaRemoved(gone)).await;
    assert_eq!(
        stage
            .number("SELECT count(*) FROM media WHERE alt_text IS NOT NULL")
            .await,
        0
    );
    stage.app.at_rest().await;
}
