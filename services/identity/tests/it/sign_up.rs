//! `POST /auth/signup`.

use crate::harness::{PASSWORD, application, start};
use events::Event;
use http::header::SET_COOKIE;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_up_is_logged_in_and_everybody_else_hears_of_it() {
    let identity = start().await;
    let answer = identity.visitor().post("/auth/signup", application("Ada")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    insta::assert_json_snapshot!(answer.json, {".user.id" => "[id]", ".user.createdAt" => "[time]"}, @r#"
    {
      "message": "Welcome! We sent you a mail to confirm your address",
      "user": {
        "createdAt": "[time]",
        "displayName": "Ada of Joint",
        "email": "Ada@mail.example",
        "emailVerified": false,
        "id": "[id]",
        "normalizedEmail": "ada@mail.example",
        "username": "Ada"
      }
    }
    "#);
    let created_at = answer.json["user"]["createdAt"].as_str().unwrap();
    assert_eq!(
        (created_at.len(), created_at.chars().last()),
        (24, Some('Z')),
        "{created_at}"
    );

    let cookie = answer.headers[SET_COOKIE].to_str().unwrap();
    let (_, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "HttpOnly; SameSite=Strict; Path=/; Max-Age=604800");
    let token = identity.token(&answer).unwrap();
    assert_eq!(token.account.to_string(), answer.json["user"]["id"]);
    assert_eq!(token.expires_at - token.issued_at, 604_800);

    let me = identity
        .with_session(token)
        .await
        .get("/auth/me")
        .await
        .expect(200);
    assert_eq!(me["user"]["id"], answer.json["user"]["id"]);

    let published = identity.app.published().await;
    let Event::AccountRegistered(account) = &published[0].event else {
        panic!("{published:?}")
    };
    assert_eq!((account.account_id, published[0].version), (token.account, 1));
    assert_eq!(account.username, "Ada");
    assert_eq!(published[0].cause.actor, Some(token.account));
    let wire = serde_json::to_string(&published).unwrap();
    assert!(!wire.contains("mail.example"), "an address went out: {wire}");
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_is_said_at_once() {
    let identity = start().await;
    let answer = identity.visitor().post("/auth/signup", json!({})).await;
    insta::assert_json_snapshot!(answer.json, {".requestId" => "[id]"}, @r#"
    {
      "code": "VALIDATION_ERROR",
      "details": [
        {
          "field": "email",
          "message": "Email is required"
        },
        {
          "field": "username",
          "message": "Username is required"
        },
        {
          "field": "displayName",
          "message": "Display name is required"
        },
        {
          "field": "password",
          "message": "Password is required"
        }
      ],
      "error": "Bad Request",
      "message": "Email is required",
      "requestId": "[id]"
    }
    "#);
    assert_eq!(answer.status, 400);

    let wrong =
        json!({"email": "ada", "password": "short", "username": "a b", "displayName": "x".repeat(101)});
    let answer = identity.visitor().post("/auth/signup", wrong).await.expect(400);
    let fields: Vec<_> = answer["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["field"])
        .collect();
    assert_eq!(fields, ["email", "username", "displayName", "password"]);
    assert!(
        !answer.to_string().contains("short"),
        "what was typed is not repeated: {answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_is_judged_by_its_own_rule() {
    let identity = start().await;
    for (field, value) in [
        ("email", json!("ada@localhost")),
        ("email", json!("ada lovelace@mail.example")),
        ("email", json!(format!("{}@mail.example", "a".repeat(250)))),
        ("email", json!("ada@mail.example\r\nBcc: all@mail.example")),
        ("password", json!("1234567")),
        ("password", json!("x".repeat(257))),
        ("password", json!("Password1")),
        ("password", json!("ADA@mail.example")),
        ("password", json!("ada of joint")),
        ("username", json!("ab")),
        ("username", json!("a".repeat(31))),
        ("username", json!("ädä")),
        ("username", json!("Admin")),
        ("username", json!("me")),
        ("displayName", json!("  ")),
        ("displayName", json!("two\nlines")),
        ("email", json!(7)),
        ("password", json!(null)),
        ("username", json!(["ada"])),
        ("displayName", json!({})),
    ] {
        let mut application = application("ada");
        application[field] = value.clone();
        let answer = identity.visitor().post("/auth/signup", application).await;
        assert_eq!(
            answer.json["code"], "VALIDATION_ERROR",
            "{field}: {value}: {}",
            answer.text
        );
        assert_eq!(
            answer.json["details"][0]["field"], field,
            "{value}: {}",
            answer.text
        );
        assert!(answer.headers.get(SET_COOKIE).is_none());
    }
    assert_eq!(identity.count("account").await, 0);
    identity.sign_up("ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_and_a_name_are_one_persons_in_any_case() {
    let identity = start().await;
    identity.sign_up("ada").await;
    let mut same_email = application("grace");
    same_email["email"] = json!("ADA@Mail.Example");
    let answer = identity.visitor().post("/auth/signup", same_email).await;
    assert_eq!(answer.refused(409), "EMAIL_TAKEN");
    let mut same_name = application("grace");
    same_name["username"] = json!("Ada");
    let answer = identity.visitor().post("/auth/signup", same_name).await;
    assert_eq!(answer.refused(409), "USERNAME_TAKEN");
    assert_eq!(identity.count("account").await, 1);
    assert_eq!(identity.count("session").await, 1);
    identity.sign_up("grace").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_want_a_name_at_once_one_gets_it() {
    let identity = start().await;
    let visitor = identity.visitor();
    let asks = (0..8).map(|number| {
        let mut application = application(&format!("ada{number}"));
        application["username"] = json!("ada");
        visitor.post("/auth/signup", application)
    });
    let answers = futures::future::join_all(asks).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1);
    for answer in refused {
        assert_eq!(answer.refused(409), "USERNAME_TAKEN");
    }
    assert_eq!(identity.count("account").await, 1);
    assert_eq!(
        identity.published().await,
        [
            "identity.account-registered.v1",
            "identity.verification-requested.v1"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_sign_up_is_the_same_account_with_a_session_of_its_own() {
    let identity = start().await;
    let visitor = identity.visitor().with("idempotency-key", "one");
    let first = visitor.post("/auth/signup", application("ada")).await;
    let second = visitor.post("/auth/signup", application("ada")).await;
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (201, 201));
    assert_eq!(first.json, second.json);
    assert_eq!(second.headers["idempotent-replay"], "true");

    let (one, two) = (identity.token(&first).unwrap(), identity.token(&second).unwrap());
    assert_eq!(one.account, two.account);
    assert_ne!(one.session, two.session);
    identity.with_session(one).await.get("/auth/me").await.expect(200);
    identity.with_session(two).await.get("/auth/me").await.expect(200);
    assert_eq!(identity.count("account").await, 1);
    assert_eq!(identity.published().await.len(), 2, "told once");

    let kept = identity
        .count("reply WHERE body::text LIKE '%jwt%' OR body::text LIKE '%eyJ%'")
        .await;
    assert_eq!(kept, 0, "no token is kept");

    let other = visitor.post("/auth/signup", application("grace")).await;
    assert_eq!(other.refused(422), "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_at_once_it_is_one_account() {
    let identity = start().await;
    let visitor = identity.visitor().with("idempotency-key", "one");
    let asks = (0..6).map(|_| visitor.post("/auth/signup", application("ada")));
    let answers = futures::future::join_all(asks).await;
    for answer in &answers {
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert_eq!(answer.json, answers[0].json);
        assert!(identity.token(answer).is_some());
    }
    assert_eq!(identity.count("account").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_with_a_password_that_was_changed_since_opens_nothing() {
    let identity = start().await;
    let visitor = identity.visitor().with("idempotency-key", "one");
    let first = visitor.post("/auth/signup", application("ada")).await.expect(201);
    let mut grace = application("grace");
    grace["password"] = json!("another horse battery");
    identity.visitor().post("/auth/signup", grace).await.expect(201);
    let other =
        "SELECT password_hash FROM credential JOIN account ON id = account_id WHERE username = 'grace'";
    identity
        .execute(&format!("UPDATE credential SET password_hash = ({other})"))
        .await;
    let answer = visitor.post("/auth/signup", application("ada")).await;
    assert!(answer.headers.get(SET_COOKIE).is_none());
    assert_eq!(answer.expect(201), first);
    assert_eq!(
        identity.count("session").await,
        2,
        "one each, from their sign-ups"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_a_password_is_a_hash_and_it_is_in_no_answer() {
    let identity = start().await;
    let answer = identity.visitor().post("/auth/signup", application("ada")).await;
    assert!(!answer.text.contains(PASSWORD) && !answer.text.contains("$2b$"));
    assert_eq!(
        identity
            .count("credential WHERE password_hash LIKE '$2b$04$%'")
            .await,
        1
    );
    let logged_in = identity.log_in("ada@mail.example", PASSWORD).await;
    for secret in ["password", "hash", "$2b$", PASSWORD] {
        assert!(!logged_in.text.contains(secret), "{}", logged_in.text);
    }
    let Value::Object(user) = &logged_in.json["user"] else {
        panic!("{}", logged_in.text)
    };
    assert!(user.contains_key("email"), "to themselves alone");
}
