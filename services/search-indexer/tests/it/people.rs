use crate::world::{World, each};
use events::identity::AccountState;
use events::{Event, MediaId};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_exactly_this_name_comes_first_and_the_rest_by_rank() {
    let world = World::new().await;
    world
        .person("mariana", |card| card.bio = Some("maria, maria, maria".into()))
        .await;
    world
        .person("agent", |card| card.bio = Some("I work with Maria".into()))
        .await;
    world.person("maria", |_| {}).await;
    world.person("nobody_else", |_| {}).await;

    let found = world.nobody.get("/search/users?q=Maria").await.expect(200);
    assert_eq!(each(&found["users"], "username"), ["maria", "mariana", "agent"]);
    assert_eq!((&found["total"], &found["query"]), (&json!(3), &json!("Maria")));
    assert!(found["nextCursor"].is_null());
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_shown_with_what_the_contract_promises_and_no_more() {
    let world = World::new().await;
    let picture = MediaId::new();
    let ana = world
        .person("ana", |card| {
            card.display_name = "Ana Lúcia".into();
            card.title = Some("Voice actor".into());
            card.avatar_media_id = Some(picture);
        })
        .await;
    let found = world.nobody.get("/search/users?q=voice+actor").await.expect(200);
    assert_eq!(
        found["users"],
        json!([{
            "id": ana.id, "username": "ana", "displayName": "Ana Lúcia", "title": "Voice actor",
            "avatarUrl": format!("/api/media/{picture}/content?size=thumb"),
        }])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn accents_case_endings_beginnings_and_typing_errors_do_not_matter() {
    let world = World::new().await;
    world
        .person("jane_doe", |card| {
            card.display_name = "Zoë Alexander".into();
            card.title = Some("Narrator".into());
            card.skills = vec!["Audiobooks".into()];
        })
        .await;
    for q in [
        "zoe",
        "ZOË",
        "zo",
        "alex",
        "doe",
        "jane_d",
        "@jane_doe",
        "narrators",
        "audiobook",
        "alexnader",
        "alexandre",
        "jane_dpe",
        "narator",
        "audioboks",
        "jane+narrtaor",
    ] {
        let found = world
            .nobody
            .get(&format!("/search/users?q={q}"))
            .await
            .expect(200);
        assert_eq!(found["total"], 1, "{q}: {found}");
    }
    for q in ["xylophone", "_", "%25", "nartor"] {
        let found = world
            .nobody
            .get(&format!("/search/users?q={q}"))
            .await
            .expect(200);
        assert_eq!(found["total"], 0, "{q}: {found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_errors_are_forgiven_only_when_nobody_has_these_words() {
    let world = World::new().await;
    world.person("smith", |_| {}).await;
    world.person("smyth", |_| {}).await;
    let found = world.nobody.get("/search/users?q=smyth").await.expect(200);
    assert_eq!(each(&found["users"], "username"), ["smyth"]);
    let found = world.nobody.get("/search/users?q=smiht").await.expect(200);
    assert_eq!(each(&found["users"], "username"), ["smith", "smyth"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_do_not_want_to_be_found_are_found_by_themselves_alone() {
    let world = World::new().await;
    let shy = world.person("shy", |card| card.searchable = false).await;
    for path in ["/search/users?q=shy", "/search/users?q=shj", "/search?q=shy"] {
        let found = world.nobody.get(path).await.expect(200);
        assert_eq!(found["users"], json!([]), "{path}");
    }
    assert_eq!(
        world.nobody.get("/search/suggest?q=s").await.expect(200)["suggestions"],
        json!([])
    );
    let found = shy.client.get("/search/users?q=shy").await.expect(200);
    assert_eq!(each(&found["users"], "username"), ["shy"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blocked_the_suspended_and_the_deleted_are_not_found_nor_counted() {
    let world = World::new().await;
    let ana = world.person("ana", |_| {}).await;
    let ben = world.person("ben_ana", |_| {}).await;
    let total = async |client: &testkit::Client| {
        let found = client.get("/search/users?q=ana").await.expect(200);
        let suggested = client.get("/search/suggest?q=ana").await.expect(200);
        let (users, total) = (
            found["users"].as_array().unwrap().len(),
            found["total"].as_u64().unwrap(),
        );
        assert_eq!(users, usize::try_from(total).unwrap());
        assert_eq!(suggested["suggestions"].as_array().unwrap().len(), users);
        total
    };
    assert_eq!(
        (
            total(&ana.client).await,
            total(&ben.client).await,
            total(&world.nobody).await
        ),
        (2, 2, 2)
    );

    world.block(&ana, &ben).await;
    assert_eq!(
        (
            total(&ana.client).await,
            total(&ben.client).await,
            total(&world.nobody).await
        ),
        (1, 1, 2)
    );
    assert_eq!(total(&world.moderator()).await, 2);

    world.account(&ben, 2, AccountState::Suspended).await;
    assert_eq!(
        (total(&world.nobody).await, total(&world.moderator()).await),
        (1, 2)
    );
    world.account(&ben, 3, AccountState::Active).await;
    assert_eq!(total(&world.nobody).await, 2);
    world.account(&ben, 4, AccountState::Deleted).await;
    assert_eq!(
        (total(&world.nobody).await, total(&world.moderator()).await),
        (1, 1)
    );

    // A card that was late does not bring anybody back.
    world
        .app
        .consume(9, Event::ProfileChanged(crate::world::card(ben.id, "ben_ana")))
        .await;
    assert_eq!(total(&world.moderator()).await, 1);
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_show_everybody_once_while_others_join() {
    let world = World::new().await;
    for number in 0..7 {
        world
            .person(&format!("singer_{number}"), |card| {
                card.bio = Some("sings ".repeat(number))
            })
            .await;
    }
    let mut seen = Vec::new();
    let mut path = "/search/users?q=singer&limit=3".to_owned();
    loop {
        let found = world.nobody.get(&path).await.expect(200);
        seen.extend(each(&found["users"], "username"));
        world.person(&format!("singer_new_{}", seen.len()), |_| {}).await;
        let Some(cursor) = found["nextCursor"].as_str() else {
            break;
        };
        path = format!("/search/users?q=singer&limit=3&cursor={cursor}");
    }
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), seen.len(), "somebody twice: {seen:?}");
    for number in 0..7 {
        assert!(
            seen.contains(&format!("singer_{number}")),
            "{number} is missing: {seen:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn suggestions_come_from_the_first_letter_and_user_names_go_before_other_names() {
    let world = World::new().await;
    for (username, name) in [
        ("zed", "Anton Zed"),
        ("anna", "Anna"),
        ("Amos", "Amos"),
        ("bea", "Bea"),
    ] {
        world
            .person(username, |card| card.display_name = name.into())
            .await;
    }
    let suggested = async |path: &str| {
        let found = world.nobody.get(path).await.expect(200);
        each(&found["suggestions"], "username")
    };
    assert_eq!(suggested("/search/suggest?q=a").await, ["Amos", "anna", "zed"]);
    assert_eq!(suggested("/search/suggest?q=A&limit=1").await, ["Amos"]);
    assert_eq!(suggested("/search/suggest?q=an").await, ["anna", "zed"]);
    assert_eq!(suggested("/search/suggest?q=@be").await, ["bea"]);
    assert_eq!(suggested("/search/suggest?q=%25").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_changed_is_found_by_its_new_words_only() {
    let world = World::new().await;
    let ana = world
        .person("ana", |card| card.title = Some("Dancer".into()))
        .await;
    let mut card = crate::world::card(ana.id, "ana");
    card.title = Some("Director".into());
    world.app.consume(2, Event::ProfileChanged(card)).await;
    assert_eq!(
        world.nobody.get("/search/users?q=dancer").await.expect(200)["total"],
        0
    );
    assert_eq!(
        world.nobody.get("/search/users?q=director").await.expect(200)["total"],
        1
    );
}
