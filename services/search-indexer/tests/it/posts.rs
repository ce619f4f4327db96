use crate::world::{World, credit, each, picture};
use chrono::{TimeZone, Utc};
use events::Event;
use events::content::{PostRemoved, PostState, Visibility};
use events::identity::AccountState;
use events::media::{Media, MediaRejected, MediaRemoved};
use serde_json::json;
use testkit::Client;

async fn contents(client: &Client, query: &str) -> Vec<String> {
    let found = client.get(&format!("/search/posts?q={query}")).await.expect(200);
    let contents = each(&found["posts"], "content");
    assert_eq!(
        found["total"],
        contents.len(),
        "the total tells of more than is shown: {found}"
    );
    contents
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_shown_whole_with_its_author_and_a_highlighted_excerpt() {
    let world = World::new().await;
    let ana = world.person("ana", |card| card.display_name = "Ana".into()).await;
    let file = picture(ana.id);
    let picture = file.media_id;
    world.app.consume(2, Event::MediaReady(file)).await;
    let time = Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap();
    let post = world
        .post(&ana, "It rained all day & <i>nobody</i> narrated.", |post| {
            post.tags = vec!["audiobook".into()];
            post.media = vec![picture];
            (post.created_at, post.edited_at) = (time, Some(time));
        })
        .await;
    let found = world
        .nobody
        .get("/search/posts?q=narrator+snow")
        .await
        .expect(200);
    assert_eq!(found["total"], 0, "all words must be there");
    let found = world
        .nobody
        .get("/search/posts?q=narrating+raining")
        .await
        .expect(200);
    assert_eq!(
        found,
        json!({
            "posts": [{
                "id": post.post_id, "authorId": ana.id,
                "author": {"id": ana.id, "username": "ana", "displayName": "Ana", "avatarUrl": null},
                "content": "It rained all day & <i>nobody</i> narrated.",
                "excerpt": "It <mark>rained</mark> all day &amp; &lt;i&gt;nobody&lt;/i&gt; <mark>narrated</mark>.",
                "mediaUrls": [format!("/api/media/{picture}/content")],
                "media": [{
                    "id": picture, "kind": "image", "contentType": "image/png", "width": 640, "height": 480,
                    "duration": null, "altText": null, "status": "ready",
                    "url": format!("/api/media/{picture}/content"),
                    "thumbnailUrl": format!("/api/media/{picture}/content?size=thumb"),
                }],
                "tags": ["audiobook"], "visibility": "public",
                "createdAt": "2026-03-01T12:00:00.000Z", "updatedAt": "2026-03-01T12:00:00.000Z",
                "editedAt": "2026-03-01T12:00:00.000Z",
                "likeCount": 0, "commentCount": 0, "isLikedByCurrentUser": false, "myReaction": null,
                "reactionCounts": {"like": 0, "love": 0, "applause": 0, "insight": 0},
            }],
            "total": 1, "query": "narrating raining",
        })
    );
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_files_of_a_found_post_show_is_said_with_it_as_in_a_feed() {
    let world = World::new().await;
    let ana = world.person("ana", |_| {}).await;
    let (dog, bad, gone) = (picture(ana.id), picture(ana.id), picture(ana.id));
    let said = |file: &Media, words: &str| Media {
        alt_text: Some(words.to_owned()),
        ..file.clone()
    };
    let shown = [&dog, &bad, &gone].map(|file| file.media_id);
    world.post(&ana, "rain", |post| post.media = shown.to_vec()).await;
    let media = async || {
        let found = world.nobody.get("/search?q=rain").await.expect(200);
        let post = &found["posts"][0];
        let files = post["media"].as_array().unwrap().iter();
        let files = files.map(|file| (file["altText"].clone(), file["status"].clone()));
        let files: Vec<_> = files.collect();
        (files, post["mediaUrls"].as_array().unwrap().len())
    };
    assert_eq!(media().await, (vec![], 0), "nothing is known of the files yet");
    let processing = Event::MediaConfirmed(said(&dog, "A dog."));
    world.app.consume(2, processing).await;
    assert_eq!(media().await, (vec![(json!("A dog."), json!("processing"))], 0));
    for file in [&bad, &gone] {
        world
            .app
            .consume(3, Event::MediaReady(said(file, "A cat.")))
            .await;
    }
    world
        .app
        .consume(5, Event::MediaReady(said(&dog, "Two dogs.")))
        .await;
    world.app.consume(4, Event::MediaReady(dog.clone())).await;
    let (files, ready) = media().await;
    assert_eq!(
        (files[0].0.clone(), files.len(), ready),
        (json!("Two dogs."), 3, 3)
    );
    let rejected = MediaRejected {
        media_id: bad.media_id,
        owner_id: ana.id,
        reason: "MEDIA_UNREADABLE".to_owned(),
    };
    let removed = MediaRemoved {
        media_id: gone.media_id,
        owner_id: ana.id,
    };
    world.app.consume(6, Event::MediaRejected(rejected)).await;
    world.app.consume(7, Event::MediaRemoved(removed)).await;
    world
        .app
        .consume(6, Event::MediaReady(said(&gone, "A cat.")))
        .await;
    assert_eq!(media().await, (vec![(json!("Two dogs."), json!("ready"))], 1));
    assert!(
        !world.rows().await.contains("A cat."),
        "of what is gone no word is kept"
    );
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_excerpt_can_stand_in_a_page_whatever_people_write() {
    let world = World::new().await;
    let eve = world.person("eve", |_| {}).await;
    for evil in [
        "<script>alert('rain')</script>",
        "<img src=x onerror=\"rain()\">",
        "\u{1}<b>rain\u{2}\u{3}script\u{4}",
        "rain</mark><script>",
        "&lt;rain&gt; &#60;script&#62;",
    ] {
        world.post(&eve, evil, |_| {}).await;
    }
    let found = world.nobody.get("/search/posts?q=rain").await.expect(200);
    let excerpts = each(&found["posts"], "excerpt");
    assert_eq!(excerpts.len(), 5);
    for excerpt in excerpts {
        assert!(excerpt.contains("<mark>rain</mark>"), "{excerpt}");
        let bare = excerpt.replace("<mark>", "").replace("</mark>", "");
        assert!(
            !bare.contains(['<', '>', '"', '\'', '\u{1}', '\u{2}', '\u{3}', '\u{4}']),
            "{excerpt}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_finds_what_they_may_not_see() {
    let world = World::new().await;
    let ana = world.person("ana", |_| {}).await;
    let fan = world.person("fan", |_| {}).await;
    let friend = world.person("friend", |_| {}).await;
    world.follow(&fan, &ana).await;
    world.connect(&friend, &ana).await;
    for visibility in [
        Visibility::Public,
        Visibility::Followers,
        Visibility::Connections,
        Visibility::Private,
    ] {
        world
            .post(&ana, &format!("rain {}", visibility.as_str()), |post| {
                post.visibility = visibility
            })
            .await;
    }
    world
        .post(&ana, "rain hidden", |post| post.state = PostState::Hidden)
        .await;

    let sorted = async |client: &Client| {
        let mut contents = contents(client, "rain").await;
        contents.sort();
        contents
            .iter()
            .map(|content| content.replace("rain ", ""))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(sorted(&world.nobody).await, "public");
    assert_eq!(sorted(&fan.client).await, "followers public");
    assert_eq!(sorted(&friend.client).await, "connections public");
    assert_eq!(
        sorted(&ana.client).await,
        "connections followers hidden private public"
    );
    assert_eq!(
        sorted(&world.moderator()).await,
        "connections followers hidden private public"
    );

    world.block(&ana, &fan).await;
    assert_eq!(sorted(&fan.client).await, "");
    world.account(&ana, 1, AccountState::Suspended).await;
    assert_eq!(sorted(&friend.client).await, "");
    assert_eq!(sorted(&world.nobody).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_found_before_its_authors_card_has_come() {
    let world = World::new().await;
    let ana = world.person("ana", |_| {}).await;
    let stranger = crate::world::post(events::AccountId::new(), "early rain");
    world.app.consume(1, Event::PostChanged(stranger.clone())).await;
    let found = world.nobody.get("/search/posts?q=rain").await.expect(200);
    assert_eq!(found["posts"][0]["author"]["id"], json!(stranger.author_id));
    assert!(found["posts"][0]["author"]["username"].is_null());
    assert_ne!(ana.id, stranger.author_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_a_search() {
    let world = World::new().await;
    let (ana, ben) = (
        world.person("ana", |_| {}).await,
        world.person("ben", |_| {}).await,
    );
    world
        .post(&ana, "rain one", |post| post.tags = vec!["weather".into()])
        .await;
    world
        .post(&ben, "rain two", |post| {
            post.created_at = Utc.with_ymd_and_hms(2020, 1, 1, 0, 0, 0).unwrap()
        })
        .await;
    let nobody = &world.nobody;
    assert_eq!(contents(nobody, "rain&tag=%23Weather").await, ["rain one"]);
    assert_eq!(
        contents(nobody, &format!("rain&authorId={}", ben.id)).await,
        ["rain two"]
    );
    assert_eq!(contents(nobody, "rain&since=2020-01-02").await, ["rain one"]);
    assert_eq!(contents(nobody, "rain&since=2020-01-01T00:00:00Z").await.len(), 2);
    assert_eq!(
        contents(nobody, "weather").await,
        ["rain one"],
        "tags are words, too"
    );
    assert_eq!(contents(nobody, "rain+-two").await, ["rain one"]);
    assert_eq!(contents(nobody, "%22two+rain%22").await, [""; 0]);
    assert_eq!(contents(nobody, "one+or+two").await.len(), 2);

    let wrong = nobody
        .get("/search/posts?q=rain&tag=%23&authorId=me&since=yesterday")
        .await;
    let details = wrong.json["details"].clone();
    assert_eq!(each(&details, "field"), ["tag", "authorId", "since"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_word_may_be_a_beginning_unless_it_is_quoted_or_excluded() {
    let world = World::new().await;
    let ana = world
        .person("ana", |card| card.credits = vec![credit("Audiobook of the year")])
        .await;
    world.post(&ana, "a new audiobook", |_| {}).await;
    let nobody = &world.nobody;
    for q in ["audiob", "new+audi", "a+new+audioboo"] {
        assert_eq!(contents(nobody, q).await, ["a new audiobook"], "{q}");
    }
    for q in ["au", "audi+new", "%22audiob%22", "new+-audiob+book"] {
        assert_eq!(contents(nobody, q).await, [""; 0], "{q}");
    }
    assert_eq!(contents(nobody, "new+-audiob").await, ["a new audiobook"]);
    let found = nobody.get("/search/posts?q=audiob").await.expect(200);
    assert_eq!(found["posts"][0]["excerpt"], "a new <mark>audiobook</mark>");
    let found = nobody.get("/search?q=audiob&type=credits").await.expect(200);
    assert_eq!(each(&found["credits"], "title"), ["Audiobook of the year"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typing_error_in_each_word_is_forgiven_when_no_post_has_the_words() {
    let world = World::new().await;
    let ana = world.person("ana", |_| {}).await;
    let ben = world.person("ben", |_| {}).await;
    world
        .post(&ana, "Narrator for an audiobook, 2025", |post| {
            post.tags = vec!["voices".into()]
        })
        .await;
    let secret = world
        .post(&ben, "Nobody narrates my diary", |post| {
            post.visibility = Visibility::Private
        })
        .await;
    let nobody = &world.nobody;
    let ours = ["Narrator for an audiobook, 2025"];
    for q in [
        "narator",
        "naratting",
        "aduiobook",
        "audiobok+narrater",
        "vioces",
        "NARATOR+2025",
        "narator&tag=voices",
    ] {
        assert_eq!(contents(nobody, q).await, ours, "{q}");
    }
    for q in [
        "nartor",
        "narator+2024",
        "narator+snow",
        "fro",
        "%22narator%22",
        "narator+-snow",
        "narator+or+snow",
        "narator&tag=snow",
        "diray",
    ] {
        assert_eq!(contents(nobody, q).await, [""; 0], "{q}");
    }
    let found = nobody.get("/search/posts?q=narator+audiobok").await.expect(200);
    assert_eq!(
        (&found["posts"][0]["excerpt"], &found["query"]),
        (
            &json!("<mark>Narrator</mark> for an <mark>audiobook</mark>, 2025"),
            &json!("narator audiobok")
        )
    );
    assert_eq!(contents(&ben.client, "diray").await, [secret.content]);

    world.post(&ben, "I am a narator", |_| {}).await;
    assert_eq!(contents(nobody, "narator").await, ["I am a narator"]);
    assert_eq!(
        contents(nobody, "narator+audiobok").await,
        ours,
        "whatever others wrote, each word may be an error"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_what_was_forgiven_show_nothing_twice_and_end() {
    let world = World::new().await;
    let ana = world.person("ana", |_| {}).await;
    for number in 0..5 {
        world.post(&ana, &format!("audiobook {number}"), |_| {}).await;
    }
    let mut seen = Vec::new();
    let mut path = "/search/posts?q=audiobok&limit=2".to_owned();
    let last = loop {
        let found = world.nobody.get(&path).await.expect(200);
        assert_eq!(found["total"], 5);
        seen.extend(each(&found["posts"], "content"));
        let Some(cursor) = found["nextCursor"].as_str() else {
            break path;
        };
        path = format!("/search/posts?q=audiobok&limit=2&cursor={cursor}");
    };
    assert_eq!(
        seen,
        [
            "audiobook 4",
            "audiobook 3",
            "audiobook 2",
            "audiobook 1",
            "audiobook 0"
        ]
    );
    world.post(&ana, "an audiobok", |_| {}).await;
    let found = world.nobody.get(&last).await.expect(200);
    assert_eq!(found["total"], 1, "now it is a word");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_post_has_only_its_new_words_and_a_removed_one_none() {
    let world = World::new().await;
    let ana = world.person("ana", |_| {}).await;
    let mut post = world.post(&ana, "first rain", |_| {}).await;
    post.content = "then snow".into();
    world.app.consume(2, Event::PostChanged(post.clone())).await;
    assert_eq!(contents(&world.nobody, "rain").await, [""; 0]);
    assert_eq!(contents(&world.nobody, "snow").await, ["then snow"]);
    let removed = PostRemoved {
        post_id: post.post_id,
        author_id: ana.id,
    };
    world.app.consume(3, Event::PostRemoved(removed)).await;
    world.app.consume(2, Event::PostChanged(post)).await;
    for client in [&world.nobody, &ana.client, &world.moderator()] {
        assert_eq!(contents(client, "snow").await, [""; 0]);
        assert_eq!(
            contents(client, "-rain").await,
            [""; 0],
            "a buried post has no words, so it lacks each of them"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_by_rank_then_by_recency_and_show_nothing_twice() {
    let world = World::new().await;
    let ana = world.person("ana", |_| {}).await;
    for number in 0..5 {
        world.post(&ana, &format!("rain {number}"), |_| {}).await;
    }
    world
        .post(&ana, "rain rain rain", |post| post.tags = vec!["rain".into()])
        .await;
    world.post(&ana, "rain last", |_| {}).await;

    let mut seen = Vec::new();
    let mut path = "/search/posts?q=rain&limit=2".to_owned();
    loop {
        let found = world.nobody.get(&path).await.expect(200);
        seen.extend(each(&found["posts"], "content"));
        let Some(cursor) = found["nextCursor"].as_str() else {
            break;
        };
        path = format!("/search/posts?q=rain&limit=2&cursor={cursor}");
    }
    assert_eq!(
        seen,
        [
            "rain rain rain",
            "rain last",
            "rain 4",
            "rain 3",
            "rain 2",
            "rain 1",
            "rain 0"
        ]
    );
}
