use crate::world::{World, credit, each};
use events::Event;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn people_posts_and_credits_come_together_or_by_type() {
    let world = World::new().await;
    let ana = world
        .person("ana", |card| {
            card.title = Some("Rain maker".into());
            card.credits = vec![credit("Narrator, The Long Rain"), credit("Director, Snow")];
            card.credits[0].company = Some("Storm House".into());
            card.credits[1].role_length = Some(8);
            card.credits[0].year = Some(2024);
        })
        .await;
    world.post(&ana, "rain again", |_| {}).await;

    let all = world.nobody.get("/search?q=rain").await.expect(200);
    assert_eq!(each(&all["users"], "username"), ["ana"]);
    assert_eq!(each(&all["posts"], "content"), ["rain again"]);
    assert_eq!(each(&all["credits"], "title"), ["Narrator, The Long Rain"]);
    assert_eq!(all["totals"], json!({"users": 1, "posts": 1, "credits": 1}));
    assert_eq!(all["credits"][0]["user"]["username"], "ana");
    assert_eq!(all["credits"][0]["year"], 2024);
    // Told as one word before, and one by one now; found by either.
    assert_eq!(all["credits"][0]["role"], json!(null));
    for words in ["snow", "director"] {
        let found = world
            .nobody
            .get(&format!("/search?q={words}&type=credits"))
            .await
            .expect(200);
        let credit = &found["credits"][0];
        assert_eq!(
            (&credit["title"], &credit["role"], &credit["position"]),
            (&json!("Snow"), &json!("Director"), &json!(1))
        );
    }

    for kind in ["users", "people", "posts", "credits"] {
        let one = world
            .nobody
            .get(&format!("/search?q=rain&type={kind}"))
            .await
            .expect(200);
        let counts = ["users", "posts", "credits"].map(|name| one[name].as_array().unwrap().len());
        assert_eq!(counts.iter().sum::<usize>(), 1, "{kind}: {one}");
    }
    let by_company = world
        .nobody
        .get("/search?q=storm+house+2024&type=credits")
        .await
        .expect(200);
    assert_eq!(by_company["totals"]["credits"], 1);
    let mistyped = world.nobody.get("/search?q=storm+huose").await.expect(200);
    assert_eq!(mistyped["totals"], json!({"users": 0, "posts": 0, "credits": 1}));
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credits_go_with_their_card_and_hide_with_their_person() {
    let world = World::new().await;
    let old = credit("Old film");
    let ana = world
        .person("ana", |card| {
            card.credits = vec![old.clone(), credit("Other film")]
        })
        .await;
    let fan = world.person("fan", |_| {}).await;
    let films = async |client: &testkit::Client| {
        let found = client.get("/search?q=film&type=credits").await.expect(200);
        assert_eq!(
            found["totals"]["credits"],
            found["credits"].as_array().unwrap().len()
        );
        let mut titles = each(&found["credits"], "title");
        titles.sort();
        titles
    };
    assert_eq!(films(&fan.client).await, ["Old film", "Other film"]);

    let mut card = crate::world::card(ana.id, "ana");
    card.credits = vec![events::profile::Credit {
        title: "New film".into(),
        ..old
    }];
    world.app.consume(2, Event::ProfileChanged(card.clone())).await;
    assert_eq!(films(&fan.client).await, ["New film"]);

    world.block(&fan, &ana).await;
    assert_eq!(films(&fan.client).await, [""; 0]);
    card.searchable = false;
    world.app.consume(3, Event::ProfileChanged(card)).await;
    assert_eq!(films(&world.nobody).await, [""; 0]);
    assert_eq!(films(&ana.client).await, ["New film"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn credits_have_pages() {
    let world = World::new().await;
    world
        .person("ana", |card| {
            card.credits = (0..5).map(|it| credit(&format!("Film {it}"))).collect()
        })
        .await;
    let mut seen = Vec::new();
    let mut path = "/search?q=film&type=credits&limit=2".to_owned();
    loop {
        let found = world.nobody.get(&path).await.expect(200);
        assert_eq!(found["totals"]["credits"], 5);
        seen.extend(each(&found["credits"], "title"));
        let Some(cursor) = found["nextCursor"].as_str() else {
            break;
        };
        path = format!("/search?q=film&type=credits&limit=2&cursor={cursor}");
    }
    seen.sort();
    assert_eq!(seen, ["Film 0", "Film 1", "Film 2", "Film 3", "Film 4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_search_is_refused_in_the_contracts_shape() {
    let world = World::new().await;
    let long = "x".repeat(201);
    for path in ["/search", "/search/users", "/search/posts", "/search/suggest"] {
        for query in [
            "",
            "?q=",
            "?q=%20%09",
            "?q=%00",
            "?q=a%07",
            &format!("?q={long}"),
            "?q=%ff",
            "?q=a&q=b",
        ] {
            let answer = world.nobody.get(&format!("{path}{query}")).await;
            assert_eq!(answer.refused(400), "VALIDATION_ERROR", "{path}{query}");
        }
        // Where it is a filter; elsewhere nobody looks at it.
        for since in [
            "yesterday",
            "-262143-01-01",
            "-4713-01-01T00:00:00Z",
            "%2B262142-12-31",
        ] {
            let answer = world
                .nobody
                .get(&format!("/search/posts?q=a&since={since}"))
                .await;
            assert_eq!(answer.refused(400), "VALIDATION_ERROR", "{since}");
        }
        for query in [
            "?q=a&limit=NaN",
            "?q=a&limit=0",
            "?q=a&limit=101",
            "?q=a&cursor=x",
            "?q=a&cursor=WzFd",
        ] {
            let answer = world.nobody.get(&format!("{path}{query}")).await;
            assert_eq!(answer.refused(400), "VALIDATION_ERROR", "{path}{query}");
        }
        assert_eq!(
            world
                .nobody
                .post(&format!("{path}?q=a"), json!({}))
                .await
                .refused(405),
            "METHOD_NOT_ALLOWED"
        );
        assert_eq!(
            world
                .app
                .outsider()
                .get(&format!("{path}?q=a"))
                .await
                .refused(403),
            "NOT_THROUGH_THE_EDGE"
        );
    }
    assert_eq!(
        world.nobody.get("/search?q=a&type=films").await.refused(400),
        "VALIDATION_ERROR"
    );
    let first = world
        .nobody
        .get("/search?q=a&cursor=WzEsIjAxOTdhMmQwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMCJd")
        .await;
    assert_eq!(first.json["details"][0]["field"], "cursor", "{}", first.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_words_break_a_search() {
    let world = World::new().await;
    world.person("ana", |_| {}).await;
    for q in [
        "'",
        "\"",
        "\"a",
        "\\",
        "(",
        "a & | !",
        ":*",
        "a:*",
        "<->",
        "-",
        "- -",
        "or",
        "%",
        "a\\",
        "🎭",
        "*",
        "a'b''c",
        "--",
        "; DROP TABLE person",
        "the",
        "\u{202e}",
        "{}",
        "[]",
        "$1",
        "a\\%",
    ] {
        let q: String = q.bytes().map(|byte| format!("%{byte:02x}")).collect();
        for path in ["/search", "/search/users", "/search/posts", "/search/suggest"] {
            world.nobody.get(&format!("{path}?q={q}")).await.expect(200);
        }
    }
}
