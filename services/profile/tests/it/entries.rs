use crate::support::{Person, cards, person, start};
use events::EntryId;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

async fn credit(who: &Person, title: &str) -> String {
    let ask = json!({"title": title, "role": "Narrator"});
    let answer = who.client.post("/users/me/credits", ask).await.expect(201);
    answer["credit"]["id"].as_str().unwrap().to_owned()
}

fn titles(list: &Value) -> Vec<(&str, i64)> {
    let credits = list["credits"].as_array().unwrap();
    credits
        .iter()
        .map(|it| (it["title"].as_str().unwrap(), it["position"].as_i64().unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_added_changed_and_removed_and_all_of_it_is_told() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    let entries = [
        (
            "credits",
            ["credits_added", "credits_changed"],
            json!({"title": "The Long Way", "role": "Narrator", "company": "Radio", "year": 2024, "description": "Two\nlines"}),
            json!({"company": null, "year": 2025}),
        ),
        (
            "education",
            ["education_added", "education_changed"],
            json!({"institution": "Academy", "degree": "MA", "field": "Voice", "startYear": 2010, "endYear": 2012}),
            json!({"field": null, "endYear": 2010}),
        ),
        (
            "links",
            ["links_added", "links_changed"],
            json!({"platform": "Site", "url": "https://example.org"}),
            json!({"url": "http://example.org/a"}),
        ),
    ];
    for (kind, [as_added, as_changed], new, edit) in entries {
        let path = format!("/users/me/{kind}");
        let added = ada.client.post(&path, new).await.expect(201);
        let noun = kind.trim_end_matches('s');
        assert_json_snapshot!(as_added, added, { ".*.id" => "[id]" });
        let one = format!("{path}/{}", added[noun]["id"].as_str().unwrap());
        let changed = ada.client.patch(&one, edit).await.expect(200);
        assert_json_snapshot!(as_changed, changed, { ".*.id" => "[id]" });
        let list = ada.client.get(&path).await.expect(200);
        assert_eq!(list[kind], json!([changed[noun]]));
        assert_eq!(
            app.anonymous().get("/users/ada").await.expect(200)[kind],
            list[kind]
        );
        ada.client.delete(&one).await.expect(200);
        assert!(ada.client.delete(&one).await.refused(404).ends_with("_NOT_FOUND"));
        assert_eq!(ada.client.get(&path).await.expect(200), json!({kind: []}));
    }
    let cards = cards(&app).await;
    let versions: Vec<_> = cards.iter().map(|(version, _)| *version).collect();
    assert_eq!(versions, (1..=10).collect::<Vec<_>>());
    let told = &cards[2].1.credits[0];
    assert_eq!(
        (&*told.title, told.year, &told.company),
        ("Narrator, The Long Way", Some(2025), &None)
    );
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credits_keep_the_order_their_owner_gave_them() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    let mut ids = Vec::new();
    for title in ["a", "b", "c", "d"] {
        ids.push(credit(&ada, title).await);
    }
    let order = json!({"ids": [ids[2], ids[0]]});
    let ordered = ada
        .client
        .put("/users/me/credits/order", order.clone())
        .await
        .expect(200);
    assert_eq!(titles(&ordered), [("c", 0), ("a", 1), ("b", 2), ("d", 3)]);
    assert_eq!(
        ada.client.put("/users/me/credits/order", order).await.expect(200),
        ordered
    );
    let on_card: Vec<_> = cards(&app).await.pop().unwrap().1.credits;
    assert_eq!(on_card[0].title, "Narrator, c");

    ada.client
        .delete(&format!("/users/me/credits/{}", ids[0]))
        .await
        .expect(200);
    let rest = ada.client.get("/users/me/credits").await.expect(200);
    assert_eq!(titles(&rest), [("c", 0), ("b", 1), ("d", 2)]);
    for wrong in [json!([ids[0]]), json!([ids[1], ids[1]]), json!([EntryId::new()])] {
        let answer = ada
            .client
            .put("/users/me/credits/order", json!({"ids": wrong}))
            .await;
        assert_eq!(answer.refused(404), "CREDIT_NOT_FOUND");
    }
    assert_eq!(ada.client.get("/users/me/credits").await.expect(200), rest);
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_changes_nothing_that_is_not_theirs() {
    let app = start().await;
    let (ada, eve) = (person(&app, "ada").await, person(&app, "eve").await);
    let entries = [
        ("credits", json!({"title": "The Long Way", "role": "Narrator"})),
        ("education", json!({"institution": "Academy", "degree": "MA"})),
        ("links", json!({"platform": "Site", "url": "https://example.org"})),
    ];
    for (kind, new) in entries {
        let path = format!("/users/me/{kind}");
        let added = ada.client.post(&path, new.clone()).await.expect(201);
        let id = added[kind.trim_end_matches('s')]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let one = format!("{path}/{id}");
        let code = format!("{}_NOT_FOUND", kind.trim_end_matches('s').to_uppercase());
        assert_eq!(eve.client.patch(&one, new).await.refused(404), code);
        assert_eq!(eve.client.delete(&one).await.refused(404), code);
        assert_eq!(
            ada.client.get(&path).await.expect(200)[kind]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        assert_eq!(eve.client.get(&path).await.expect(200)[kind], json!([]));
        assert_eq!(app.anonymous().delete(&one).await.refused(401), "UNAUTHENTICATED");
        if kind == "credits" {
            let order = eve
                .client
                .put("/users/me/credits/order", json!({"ids": [id]}))
                .await;
            assert_eq!(order.refused(404), code);
        }
    }
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_entry_is_refused() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    let credit = |field: &str, value: Value| {
        let mut credit = json!({"title": "t", "role": "r"});
        credit[field] = value;
        ("credits", credit)
    };
    let school = |start: Value, end: Value| {
        (
            "education",
            json!({"institution": "i", "degree": "d", "startYear": start, "endYear": end}),
        )
    };
    let link = |url: &str| ("links", json!({"platform": "p", "url": url}));
    for (kind, wrong) in [
        credit("title", json!("")),
        credit("title", json!("t".repeat(141))),
        credit("role", Value::Null),
        credit("year", json!(1899)),
        credit("year", json!("2000")),
        credit("year", json!(9e18)),
        credit("description", json!("d".repeat(251))),
        school(json!(2012), json!(2011)),
        school(json!(0), Value::Null),
        link("javascript:alert(1)"),
        link("example.org"),
        link(""),
    ] {
        let answer = ada.client.post(&format!("/users/me/{kind}"), wrong.clone()).await;
        assert_eq!(answer.refused(400), "VALIDATION_ERROR", "{wrong}");
    }
    let (_, good) = school(json!(2010), json!(2012));
    let added = ada.client.post("/users/me/education", good).await.expect(201);
    let one = format!(
        "/users/me/education/{}",
        added["education"]["id"].as_str().unwrap()
    );
    // What was right before must be right with what it meets.
    let answer = ada.client.patch(&one, json!({"startYear": 2013})).await;
    assert_eq!(answer.refused(400), "VALIDATION_ERROR");
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_too_many_is_refused_and_a_repeated_request_adds_none() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    for n in 0..20 {
        let link = json!({"platform": "Site", "url": format!("https://example.org/{n}")});
        let keyed = ada.client.with("idempotency-key", &format!("key-{n}"));
        let first = keyed.post("/users/me/links", link.clone()).await.expect(201);
        assert_eq!(keyed.post("/users/me/links", link).await.expect(201), first);
    }
    let link = json!({"platform": "Site", "url": "https://example.org"});
    let answer = ada.client.post("/users/me/links", link).await;
    assert_eq!(answer.refused(409), "TOO_MANY_LINKS");
    assert_eq!(
        ada.client.get("/users/me/links").await.expect(200)["links"]
            .as_array()
            .unwrap()
            .len(),
        20
    );
    app.at_rest().await;
}
