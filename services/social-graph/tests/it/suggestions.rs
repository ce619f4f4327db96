//! People whom somebody may know.

use crate::support::{Person, account_of, person, start};
use events::Event;
use events::identity::{Account, AccountState};
use serde_json::{Value, json};
use testkit::TestService;

async fn connect(one: &Person, other: &Person) {
    for (asker, asked) in [(one, other), (other, one)] {
        let path = format!("/social/connections/{}", asked.id());
        asker.client.post(&path, json!({})).await.expect(200);
    }
}

async fn suggested(to: &Person) -> Vec<(String, i64, Vec<String>)> {
    let list = to.client.get("/social/suggestions").await.expect(200);
    read(&list)
}

fn read(list: &Value) -> Vec<(String, i64, Vec<String>)> {
    let name = |person: &Value| person["username"].as_str().unwrap().to_owned();
    let suggestions = list["suggestions"].as_array().unwrap().iter();
    suggestions
        .map(|it| {
            let shared = it["shared"].as_array().unwrap().iter().map(name).collect();
            (name(it), it["sharedCount"].as_i64().unwrap(), shared)
        })
        .collect()
}

async fn state(app: &TestService, person: &Person, version: i64, state: AccountState) {
    let account = Account {
        state,
        ..account_of(&person.principal)
    };
    app.consume(version, testkit::account_event(version, account))
        .await;
}

fn of(name: &str, shared: &[&str]) -> (String, i64, Vec<String>) {
    let shared: Vec<_> = shared.iter().map(|it| (*it).to_owned()).collect();
    (name.to_owned(), i64::try_from(shared.len()).unwrap(), shared)
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_share_connections_are_suggested_with_whom_they_share() {
    let app = start().await;
    let mut people = Vec::new();
    for name in ["me", "ann", "bea", "far", "near", "asked"] {
        people.push(person(&app, name).await);
    }
    let [me, ann, bea, far, near, asked] = &people[..] else {
        panic!("six people")
    };
    assert_eq!(suggested(me).await, []);
    for friend in [ann, bea] {
        connect(me, friend).await;
        connect(friend, near).await;
        connect(friend, asked).await;
    }
    connect(bea, far).await;
    // Asked already, by the other: nothing to suggest any more. Ann and Bea know nobody whom the asker does not.
    let path = format!("/social/connections/{}", me.id());
    asked.client.post(&path, json!({})).await.expect(200);
    assert_eq!(
        suggested(me).await,
        [of("near", &["ann", "bea"]), of("far", &["bea"])]
    );
    let (_, _, mut both) = suggested(near).await.into_iter().find(|it| it.0 == "me").unwrap();
    both.sort();
    assert_eq!(both, ["ann", "bea"]);

    let page = me.client.get("/social/suggestions?limit=1").await.expect(200);
    assert_eq!(read(&page), [of("near", &["ann", "bea"])]);
    let rest = format!(
        "/social/suggestions?cursor={}",
        page["nextCursor"].as_str().unwrap()
    );
    let rest = me.client.get(&rest).await.expect(200);
    assert_eq!(
        (read(&rest), rest["nextCursor"].is_null()),
        (vec![of("far", &["bea"])], true)
    );
    assert_eq!(
        app.anonymous().get("/social/suggestions").await.refused(401),
        "UNAUTHENTICATED"
    );
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_suggested_or_named_who_is_behind_a_block_or_suspended() {
    let app = start().await;
    let mut people = Vec::new();
    for name in ["me", "ann", "bea", "near", "far"] {
        people.push(person(&app, name).await);
    }
    let [me, ann, bea, near, far] = &people[..] else {
        panic!("five people")
    };
    for friend in [ann, bea] {
        connect(me, friend).await;
        connect(friend, near).await;
    }
    connect(ann, far).await;
    assert_eq!(
        suggested(me).await,
        [of("near", &["ann", "bea"]), of("far", &["ann"])]
    );
    // A suspended friend is not named, and nobody is suggested through them alone.
    state(&app, ann, 2, AccountState::Suspended).await;
    assert_eq!(suggested(me).await, [of("near", &["bea"])]);
    state(&app, near, 2, AccountState::Suspended).await;
    assert_eq!(suggested(me).await, []);
    state(&app, near, 3, AccountState::Active).await;
    state(&app, ann, 3, AccountState::Active).await;
    assert_eq!(
        suggested(me).await,
        [of("near", &["ann", "bea"]), of("far", &["ann"])]
    );
    // A block either way, whoever made it.
    for (blocker, blocked) in [(me, near), (near, me)] {
        let path = format!("/social/blocks/{}", blocked.id());
        blocker.client.post(&path, json!({})).await.expect(200);
        assert_eq!(suggested(me).await, [of("far", &["ann"])]);
        assert!(suggested(near).await.iter().all(|it| it.0 != "me"));
        blocker.client.delete(&path).await.expect(200);
    }
    // A block of a friend ends the connection, and with it what came through it.
    let path = format!("/social/blocks/{}", me.id());
    ann.client.post(&path, json!({})).await.expect(200);
    assert_eq!(suggested(me).await, [of("near", &["bea"])]);
    app.consume(
        9,
        Event::AccountSuspended(Account {
            state: AccountState::Suspended,
            ..account_of(&bea.principal)
        }),
    )
    .await;
    assert_eq!(suggested(me).await, []);
    app.at_rest().await;
}
