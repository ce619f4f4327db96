//! One reaction of each person to each post.

use crate::stage::{Person, Stage, all};
use events::content::Visibility;
use futures::future::join_all;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_reaction_takes_the_place_of_the_one_before() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    let id = alice.publishes("Rain.", Visibility::Public).await;
    alice.reacts(&id, "like").await;
    let answer = bob.reacts(&id, "like").await;
    insta::assert_json_snapshot!(answer);
    let published = stage.app.published().await.len();
    assert_eq!(bob.reacts(&id, "like").await, answer, "asked twice, done once");
    assert_eq!(stage.app.published().await.len(), published);

    let answer = bob.reacts(&id, "applause").await;
    assert_eq!(
        answer["reactionCounts"],
        json!({"like": 1, "love": 0, "applause": 1, "insight": 0})
    );
    let seen = |person: Person| {
        let path = format!("/posts/{id}");
        async move {
            let post = person.get(&path).await.expect(200);
            (
                post["likeCount"].clone(),
                post["isLikedByCurrentUser"].clone(),
                post["myReaction"].clone(),
            )
        }
    };
    assert_eq!(seen(alice.clone()).await, (json!(1), json!(true), json!("like")));
    assert_eq!(
        seen(bob.clone()).await,
        (json!(1), json!(false), json!("applause"))
    );

    for _ in 0..2 {
        let answer = bob.delete(&format!("/posts/{id}/reaction")).await.expect(200);
        assert_eq!(
            answer["reactionCounts"],
            json!({"like": 1, "love": 0, "applause": 0, "insight": 0})
        );
        assert!(answer["myReaction"].is_null());
    }
    let path = format!("/posts/{id}/reaction");
    assert_eq!(
        bob.put(&path, json!({"type": "hate"})).await.refused(400),
        "VALIDATION_ERROR"
    );
    let anonymous = stage.app.anonymous();
    assert_eq!(
        anonymous.put(&path, json!({"type": "like"})).await.refused(401),
        "UNAUTHENTICATED"
    );
    assert_eq!(anonymous.delete(&path).await.refused(401), "UNAUTHENTICATED");
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_react_at_once_are_all_counted() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let id = alice.publishes("Rain.", Visibility::Public).await;
    let path = format!("/posts/{id}/reaction");
    let people: Vec<_> = (0..8).map(|n| stage.person(&format!("fan{n}"))).collect();
    for reactions in [["like", "love"], ["insight", "like"]] {
        // Each person also contradicts themselves at the same moment: one of the two stays.
        let asks = people
            .iter()
            .flat_map(|person| reactions.map(|reaction| person.put(&path, json!({"type": reaction}))));
        for answer in join_all(asks).await {
            answer.expect(200);
        }
        let counts = alice.get(&format!("/posts/{id}")).await.expect(200)["reactionCounts"].clone();
        let sum: i64 = reactions
            .iter()
            .map(|reaction| counts[reaction].as_i64().unwrap())
            .sum();
        assert_eq!(sum, 8, "{counts}");
    }
    let last = alice.get(&format!("/posts/{id}")).await.expect(200);
    for reaction in ["like", "insight", "love", "applause"] {
        let list = alice
            .get(&format!("/posts/{id}/reactions?type={reaction}"))
            .await
            .expect(200);
        assert_eq!(list["total"], last["reactionCounts"][reaction]);
    }
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reacted_is_listed_by_type_and_in_pages_without_blocked_people() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let id = alice.publishes("Rain.", Visibility::Public).await;
    let people: Vec<_> = (0..5).map(|n| stage.person(&format!("fan{n}"))).collect();
    for (person, reaction) in people.iter().zip(["like", "love", "like", "insight", "like"]) {
        person.reacts(&id, reaction).await;
    }
    let path = format!("/posts/{id}/reactions");
    let answer = alice.get(&format!("{path}?limit=2")).await.expect(200);
    insta::assert_json_snapshot!(answer, {
        ".reactions[].user.id" => "[id]", ".reactions[].createdAt" => "[time]", ".nextCursor" => "[cursor]",
    });
    let next = answer["nextCursor"].as_str().unwrap();
    let answer = alice
        .get(&format!("{path}?limit=3&cursor={next}"))
        .await
        .expect(200);
    assert_eq!(all(&answer["reactions"], "type"), ["like", "love", "like"]);
    assert!(answer["nextCursor"].is_null());

    stage.blocks(&alice, &people[2], 1).await;
    stage.blocks(&people[4], &alice, 1).await;
    let likes = alice.get(&format!("{path}?type=like")).await.expect(200);
    assert_eq!(
        (all(&likes["reactions"], "type"), &likes["total"]),
        (vec!["like"], &json!(1))
    );
    assert_eq!(
        alice.get(&format!("{path}?type=hate")).await.refused(400),
        "VALIDATION_ERROR"
    );
    stage.app.at_rest().await;
}
