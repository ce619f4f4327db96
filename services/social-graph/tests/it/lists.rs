use crate::support::{Person, account_of, person, start};
use chassis::Role;
use events::identity::{Account, AccountState};
use events::{Event, MediaId};
use insta::assert_json_snapshot;
use serde_json::{Value, json};
use std::collections::HashSet;
use testkit::TestService;

async fn follow(who: &Person, whom: &Person) {
    let path = format!("/social/follow/{}", whom.id());
    who.client.post(&path, json!({})).await.expect(200);
}

fn names(list: &Value) -> Vec<&str> {
    let people = list["followers"].as_array().expect("a list");
    people.iter().map(|it| it["username"].as_str().unwrap()).collect()
}

async fn suspend(app: &TestService, person: &Person) {
    let account = Account {
        state: AccountState::Suspended,
        ..account_of(&person.principal)
    };
    app.consume(2, testkit::account_event(2, account)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_cards_and_its_shape_is_the_contracts() {
    let app = start().await;
    let (ada, ben) = (person(&app, "ada").await, person(&app, "ben").await);
    follow(&ben, &ada).await;
    let mut card = crate::projections::card(&ben.principal);
    card.display_name = "Ben Beryl".to_owned();
    card.avatar_media_id = Some(MediaId::new());
    app.consume(4, Event::ProfileChanged(card)).await;
    let list = ada.client.get("/social/followers").await.expect(200);
    assert_json_snapshot!(list, {
        ".followers[].id" => "[id]",
        ".followers[].followedAt" => "[time]",
        ".followers[].avatarUrl" => insta::dynamic_redaction(|url, _| {
            let url = url.as_str().unwrap_or_default();
            assert!(url.starts_with("/api/media/") && url.ends_with("/content?size=thumb"), "{url}");
            "[address]"
        }),
    });
    app.at_rest().await;
}

/// Every page is full, nothing comes twice, nothing is missed.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_read_page_by_page_while_others_write() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    let mut expected = Vec::new();
    for n in 0..7 {
        let fan = person(&app, &format!("fan{n}")).await;
        follow(&fan, &ada).await;
        expected.insert(0, fan.id());
    }
    let mut seen = Vec::new();
    let mut path = "/social/followers?limit=3".to_owned();
    loop {
        let page = ada.client.get(&path).await.expect(200);
        let people = page["followers"].as_array().unwrap();
        seen.extend(people.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
        let late = person(&app, &format!("late{}", seen.len())).await;
        follow(&late, &ada).await;
        let Some(next) = page["nextCursor"].as_str() else {
            break;
        };
        path = format!("/social/followers?limit=3&cursor={next}");
    }
    // Those who followed in the same millisecond are ordered by id; all are there once.
    assert_eq!(seen.len(), 7);
    assert_eq!(seen.iter().collect::<HashSet<_>>(), expected.iter().collect());
    assert_eq!(ada.client.get("/social/followers").await.expect(200)["total"], 10);
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn blocked_and_suspended_people_are_left_out_of_lists_and_totals() {
    let app = start().await;
    let star = person(&app, "star").await;
    let (ada, ben, cleo) = (
        person(&app, "ada").await,
        person(&app, "ben").await,
        person(&app, "cleo").await,
    );
    for fan in [&ada, &ben, &cleo] {
        follow(fan, &star).await;
    }
    let block = format!("/social/blocks/{}", ben.id());
    ada.client.post(&block, json!({})).await.expect(200);
    suspend(&app, &cleo).await;

    let path = format!("/social/followers?userId={}", star.id());
    let to_ada = ada.client.get(&path).await.expect(200);
    assert_eq!((names(&to_ada), &to_ada["total"]), (vec!["ada"], &json!(1)));
    let to_ben = ben.client.get(&path).await.expect(200);
    assert_eq!((names(&to_ben), &to_ben["total"]), (vec!["ben"], &json!(1)));
    let to_star = star.client.get("/social/followers").await.expect(200);
    assert_eq!(
        (names(&to_star), &to_star["total"]),
        (vec!["ben", "ada"], &json!(2))
    );

    let mut moderator = testkit::principal("mod");
    moderator.role = Role::Moderator;
    let to_moderator = app.logged_in(moderator).get(&path).await.expect(200);
    assert_eq!(
        (names(&to_moderator).len(), &to_moderator["total"]),
        (3, &json!(3))
    );

    let theirs = format!("/social/followers?userId={}", cleo.id());
    assert_eq!(ada.client.get(&theirs).await.refused(404), "USER_NOT_FOUND");
    let follow = format!("/social/follow/{}", cleo.id());
    assert_eq!(
        ada.client.post(&follow, json!({})).await.refused(404),
        "USER_NOT_FOUND"
    );
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    for query in ["limit=0", "limit=NaN", "cursor=x", "userId=x", "cursor=WzEsMl0"] {
        let answer = ada.client.get(&format!("/social/followers?{query}")).await;
        assert_eq!(answer.refused(400), "VALIDATION_ERROR", "{query}");
    }
    let answer = ada.client.get("/social/requests?direction=up").await;
    assert_eq!(answer.refused(400), "VALIDATION_ERROR");
}
