use crate::support::{cards, person, start};
use futures::future::join_all;
use serde_json::json;

/// Everything as long as it may be, of the letters that take most bytes, and still no event that the bus refuses.
#[tokio::test(flavor = "multi_thread")]
async fn the_largest_profile_there_can_be_fits_into_one_event() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    let long = |letters: usize| "𝔸".repeat(letters);
    let list = |entries: usize| {
        let entry = |n: usize| format!("{n:02}{}", long(38));
        (0..entries).map(entry).collect::<Vec<_>>()
    };
    let edit = json!({
        "displayName": long(100), "bio": long(500), "title": long(100), "location": long(100), "pronouns": long(40),
        "roles": list(20), "skills": list(50), "vanityUrl": "a".repeat(40)
    });
    ada.client.patch("/users/me", edit).await.expect(200);
    let credit = json!({
        "title": long(140), "role": long(80), "company": long(100), "year": 2000, "description": long(250)
    });
    for _ in 0..25 {
        let four = (0..4).map(|_| ada.client.post("/users/me/credits", credit.clone()));
        for answer in join_all(four).await {
            answer.expect(201);
        }
    }
    let answer = ada.client.post("/users/me/credits", credit).await;
    assert_eq!(answer.refused(409), "TOO_MANY_CREDITS");
    assert_eq!(cards(&app).await.pop().unwrap().1.credits.len(), 100);
    app.at_rest().await;
}
