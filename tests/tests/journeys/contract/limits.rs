//! How long, how many and which: each bound of the contract from both of its sides.

use end_to_end::{TestNetwork, text};
use http::Method;
use serde_json::{Value, json};
use testkit::Client;

/// A field with values that are just right, and values that are just wrong.
struct Bound {
    method: Method,
    path: String,
    /// What else must be in the body.
    with: Value,
    field: &'static str,
    right: Vec<Value>,
    wrong: Vec<Value>,
}

/// Texts of these lengths.
fn letters(lengths: &[usize]) -> Vec<Value> {
    lengths.iter().map(|length| json!("a".repeat(*length))).collect()
}

/// So many letters that nobody guesses.
fn strange(length: usize) -> Value {
    json!(
        "w4lrus-of-Lisbon "
            .chars()
            .cycle()
            .take(length)
            .collect::<String>()
    )
}

async fn check(client: &Client, bounds: Vec<Bound>) {
    let mut found = Vec::new();
    for bound in bounds {
        let ask = async |value: &Value| {
            let mut body = bound.with.clone();
            body[bound.field] = value.clone();
            client.send(bound.method.clone(), &bound.path, Some(body)).await
        };
        let short = |value: &Value| value.to_string().chars().take(40).collect::<String>();
        let at = format!("{} {} {}", bound.method, bound.path, bound.field);
        for value in &bound.right {
            let answer = ask(value).await;
            if !answer.status.is_success() {
                found.push(format!("{at} {}: {}", short(value), answer.text));
            }
        }
        for value in &bound.wrong {
            let answer = ask(value).await;
            let names = |detail: &Value| {
                let field = detail["field"].as_str().unwrap_or_default();
                field == bound.field || field.starts_with(&format!("{}.", bound.field))
            };
            let details = answer.json["details"].as_array().cloned().unwrap_or_default();
            if answer.status != 400 || !details.iter().any(names) {
                found.push(format!(
                    "{at} {} is taken: {} {}",
                    short(value),
                    answer.status,
                    answer.text
                ));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_has_the_bounds_that_the_contract_says() {
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await.client;
    network.settle().await;
    let me = |field, right, wrong| Bound {
        method: Method::PATCH,
        path: "/api/users/me".to_owned(),
        with: json!({}),
        field,
        right,
        wrong,
    };
    let entry = |what: &str, with: Value, field, right, wrong| Bound {
        method: Method::POST,
        path: format!("/api/users/me/{what}"),
        with,
        field,
        right,
        wrong,
    };
    let school = |years: Value| {
        let mut school = json!({ "institution": "RADA", "degree": "BA" });
        if let (Some(school), Some(years)) = (school.as_object_mut(), years.as_object()) {
            school.extend(years.clone());
        }
        school
    };
    let bounds = vec![
        me("displayName", letters(&[1, 100]), letters(&[0, 101])),
        me("bio", letters(&[500]), letters(&[501])),
        me("title", letters(&[100]), letters(&[101])),
        me("location", letters(&[100]), letters(&[101])),
        me(
            "theme",
            vec![json!("light"), json!("dark")],
            vec![json!("blue"), json!(null)],
        ),
        me(
            "vanityUrl",
            [letters(&[3, 40]), vec![json!("a-0")]].concat(),
            [
                letters(&[2, 41]),
                vec![json!("Ada"), json!("a_b"), json!("a b"), json!("\u{e4}da")],
            ]
            .concat(),
        ),
        me("isOnboarded", vec![json!(true), json!(false)], vec![json!("yes")]),
        me(
            "privacy",
            vec![json!({ "searchable": true, "showConnections": false, "showLocation": true })],
            vec![json!({ "searchable": "yes" }), json!([])],
        ),
        entry(
            "links",
            json!({ "platform": "Home" }),
            "url",
            vec![json!("http://ada.example/"), json!("https://ada.example/")],
            vec![
                json!("ftp://ada.example/"),
                json!("javascript:alert(1)"),
                json!("ada.example"),
            ],
        ),
        entry(
            "education",
            school(json!({ "startYear": 2001 })),
            "endYear",
            vec![json!(2001), json!(2002), json!(null)],
            vec![json!(2000)],
        ),
    ];
    check(&ada, bounds).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_has_twenty_links_at_most() {
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await.client;
    let link = async || {
        let ask = json!({ "platform": "Home", "url": "https://ada.example/" });
        ada.post("/api/users/me/links", ask).await
    };
    for _ in 0..20 {
        link().await.expect(201);
    }
    assert_eq!(link().await.refused(409), "TOO_MANY_LINKS");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_and_what_stands_below_it_have_the_bounds_that_the_contract_says() {
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await.client;
    network.settle().await;
    let hello = json!({ "content": "hello", "visibility": "public" });
    let post = text(
        &ada.post("/api/posts", hello.clone()).await.expect(201),
        "/post/id",
    );
    let comments = format!("/api/posts/{post}/comments");
    let said = ada
        .post(&comments, json!({ "content": "hello" }))
        .await
        .expect(201);
    let comment = format!("{comments}/{}", text(&said, "/comment/id"));
    let id = |number: u32| json!(format!("0197a2d0-5a10-7c3e-9a55-{number:012}"));
    let eleven: Vec<_> = (0..11).map(id).collect();
    let tags: Vec<_> = (0..11).map(|number| json!(format!("tag{number}"))).collect();
    let bound = |method: Method, path: &str, with: &Value, field, right, wrong| Bound {
        method,
        path: path.to_owned(),
        with: with.clone(),
        field,
        right,
        wrong,
    };
    let (posts, one, nothing) = ("/api/posts", format!("/api/posts/{post}"), json!({}));
    let visible = ["public", "followers", "connections", "private"]
        .map(|one| json!(one))
        .to_vec();
    let wrong = vec![json!("friends"), json!("Public"), json!(7)];
    let bounds = vec![
        bound(
            Method::POST,
            posts,
            &hello,
            "content",
            letters(&[1, 5_000]),
            letters(&[0, 5_001]),
        ),
        bound(
            Method::PATCH,
            &one,
            &nothing,
            "content",
            letters(&[1, 5_000]),
            letters(&[0, 5_001]),
        ),
        bound(
            Method::POST,
            posts,
            &hello,
            "visibility",
            visible.clone(),
            wrong.clone(),
        ),
        bound(Method::PATCH, &one, &nothing, "visibility", visible, wrong),
        bound(
            Method::POST,
            posts,
            &hello,
            "tags",
            vec![json!(tags[..10])],
            vec![json!(tags)],
        ),
        bound(
            Method::POST,
            posts,
            &hello,
            "mediaIds",
            vec![json!([])],
            vec![json!(eleven)],
        ),
        bound(
            Method::POST,
            &comments,
            &nothing,
            "content",
            letters(&[1, 2_000]),
            letters(&[0, 2_001]),
        ),
        bound(
            Method::PATCH,
            &comment,
            &nothing,
            "content",
            letters(&[1, 2_000]),
            letters(&[0, 2_001]),
        ),
    ];
    check(&ada, bounds).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_up_keeps_the_bounds_that_the_contract_says() {
    let network = TestNetwork::start().await;
    let key = network.settings.operator_key.clone().expect("a key");
    let operator = network.nobody().with("x-valine-operator", &key);
    let mut number = 0;
    let mut ask = async |field: &str, value: Value| {
        number += 1;
        let mut ask = json!({ "email": format!("somebody{number}@mail.example"), "password": "a walk in the rain",
            "username": format!("somebody{number}"), "displayName": "Somebody" });
        ask[field] = value;
        operator.post("/api/auth/signup", ask).await
    };
    let right = [
        ("password", [8, 256].map(strange).to_vec()),
        ("password", vec![json!("        "), json!("\u{1f40b}".repeat(8))]),
        (
            "username",
            vec![json!("Abc"), json!("a_9"), json!("x".repeat(30))],
        ),
        ("displayName", letters(&[1, 100])),
    ];
    for (field, values) in right {
        for value in values {
            let answer = ask(field, value.clone()).await;
            assert_eq!(answer.status, 201, "{field} {value}: {}", answer.text);
        }
    }
    let wrong = [
        (
            "email",
            vec![json!("nobody"), json!("a b@mail.example"), json!("")],
        ),
        ("password", [7, 257].map(strange).to_vec()),
        (
            "username",
            [
                letters(&[2, 31]),
                vec![json!("a-b"), json!("\u{e4}da"), json!("a b")],
            ]
            .concat(),
        ),
        ("displayName", letters(&[0, 101])),
    ];
    for (field, values) in wrong {
        for value in values {
            let answer = ask(field, value.clone()).await;
            assert_eq!(
                answer.json["details"][0]["field"], field,
                "{value}: {}",
                answer.text
            );
            assert_eq!(answer.refused(400), "VALIDATION_ERROR");
        }
    }
    for (field, password) in [
        ("email", "ada.byron@mail.example"),
        ("username", "ada_byron"),
        ("displayName", "Ada Byron of Joint"),
    ] {
        let mut ask = json!({ "email": "ada@mail.example", "password": password, "username": "ada", "displayName": "Ada" });
        ask[field] = json!(password);
        let answer = operator.post("/api/auth/signup", ask).await;
        assert_eq!(
            answer.json["details"][0]["field"], "password",
            "equal to the {field}: {}",
            answer.text
        );
        assert_eq!(answer.refused(400), "VALIDATION_ERROR");
    }
    let common = ask("password", json!("password123")).await;
    assert_eq!(common.refused(400), "VALIDATION_ERROR");
}
