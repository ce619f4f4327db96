//! `/admin/accounts`, `/admin/allow-list`, `/admin/audit`, and `GET /auth/security-log`.

use crate::harness::{Identity, PASSWORD, application, start, start_with};
use chassis::Role;
use events::Event;
use identity::{Settings, operators};
use serde_json::{Value, json};
use testkit::{Answer, Client};

/// Somebody who was made an admin by the command line.
pub(crate) async fn admin(identity: &Identity, name: &str) -> (Client, String) {
    let token = identity.sign_up(name).await;
    let mut conn = identity.app.session().await;
    operators::set_role(&mut conn, &format!("{name}@mail.example"), Role::Admin)
        .await
        .unwrap();
    (identity.with_session(token).await, token.account.to_string())
}

pub(crate) async fn suspend(admin: &Client, id: &str, ask: Value) -> Answer {
    admin.post(&format!("/admin/accounts/{id}/suspend"), ask).await
}

async fn restore(admin: &Client, id: &str) -> Answer {
    admin
        .post(&format!("/admin/accounts/{id}/restore"), json!({}))
        .await
}

async fn give_role(admin: &Client, id: &str, role: &str) -> Answer {
    admin
        .post(&format!("/admin/accounts/{id}/role"), json!({ "role": role }))
        .await
}

/// The versions with which an event of this kind was told about an account.
pub(crate) async fn told(identity: &Identity, kind: &str, id: &str) -> Vec<i64> {
    let published = identity.app.published().await;
    let told = published
        .iter()
        .filter(|envelope| envelope.event.kind() == kind && envelope.subject == id);
    told.map(|envelope| envelope.version).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_is_out_at_once_and_in_again_when_restored() {
    let identity = start().await;
    let (chief, chief_id) = admin(&identity, "chief").await;
    let session = identity.sign_up("ada").await;
    let ada = session.account.to_string();
    let answer = suspend(&chief, &ada, json!({ "reason": "spam" }))
        .await
        .expect(200);
    let account = &answer["account"];
    assert_eq!(
        (
            &account["state"],
            &account["suspension"]["reason"],
            &account["suspension"]["until"]
        ),
        (&json!("suspended"), &json!("spam"), &Value::Null)
    );
    assert!(
        account["suspension"]["suspendedAt"].is_string() && !answer.to_string().contains("@mail.example")
    );
    assert_eq!(
        identity.recognise(session.session).await.refused(404),
        "SESSION_NOT_FOUND"
    );
    let out = identity.log_in("ada@mail.example", PASSWORD).await;
    assert_eq!(out.refused(403), "ACCOUNT_SUSPENDED");
    let guess = identity.log_in("ada@mail.example", "wrong horse battery").await;
    assert_eq!(
        guess.refused(401),
        "INVALID_CREDENTIALS",
        "only after the right password"
    );
    // Again: the reason changes, and nothing is told anew.
    suspend(&chief, &ada, json!({ "reason": "much spam" }))
        .await
        .expect(200);
    assert_eq!(told(&identity, "identity.account-suspended.v1", &ada).await, [2]);
    assert_eq!(
        identity.mails("ada@mail.example").await[0].subject,
        "Your account is suspended"
    );

    for _ in 0..2 {
        let answer = restore(&chief, &ada).await.expect(200);
        assert_eq!(
            (&answer["account"]["state"], &answer["account"]["suspension"]),
            (&json!("active"), &Value::Null)
        );
    }
    assert_eq!(told(&identity, "identity.account-restored.v1", &ada).await, [3]);
    assert_eq!(
        identity.recognise(session.session).await.refused(404),
        "SESSION_NOT_FOUND"
    );
    identity.log_in_again("ada").await;

    let audit = chief.get("/admin/audit").await.expect(200);
    let kinds: Vec<_> = audit["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "account-restored",
            "account-suspended",
            "account-suspended",
            "role-changed"
        ]
    );
    let entry = &audit["entries"][1];
    assert_eq!(
        (
            &entry["actor"]["id"],
            &entry["account"]["username"],
            &entry["detail"]["reason"]
        ),
        (&json!(chief_id), &json!("ada"), &json!("much spam"))
    );
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_admins_are_heard_and_only_as_long_as_they_are() {
    let identity = start().await;
    let (chief, _) = admin(&identity, "chief").await;
    let (other, other_id) = admin(&identity, "other").await;
    let session = identity.sign_up("ada").await;
    let (ada, id) = (identity.with_session(session).await, session.account.to_string());
    let asks = async |client: &Client| {
        let mut statuses = Vec::new();
        for path in ["/admin/accounts", "/admin/allow-list", "/admin/audit"] {
            statuses.push(client.get(path).await.status.as_u16());
        }
        statuses.push(
            suspend(client, &id, json!({ "reason": "spam" }))
                .await
                .status
                .as_u16(),
        );
        statuses.push(restore(client, &id).await.status.as_u16());
        statuses.push(give_role(client, &id, "admin").await.status.as_u16());
        let ask = json!({ "email": "friend@mail.example" });
        statuses.push(client.post("/admin/allow-list", ask).await.status.as_u16());
        statuses
    };
    assert_eq!(asks(&ada).await, [403; 7]);
    assert_eq!(asks(&identity.visitor()).await, [401; 7]);
    identity
        .execute("UPDATE account SET role = 'moderator' WHERE username = 'ada'")
        .await;
    let moderator = identity.with_session(identity.log_in_again("ada").await).await;
    assert_eq!(asks(&moderator).await, [403; 7]);

    // The edge may say for two seconds what is no longer so; nothing is changed by its word alone.
    give_role(&chief, &other_id, "member").await.expect(200);
    assert_eq!(asks(&other).await[3..], [403; 4]);
    assert_eq!(identity.count("account WHERE state = 'suspended'").await, 0);
    assert_eq!(identity.count("allow_list").await, 0);
    assert_eq!(identity.count("account WHERE role = 'admin'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_admin_stays() {
    let identity = start().await;
    let (chief, chief_id) = admin(&identity, "chief").await;
    let suspended = suspend(&chief, &chief_id, json!({ "reason": "tired" })).await;
    assert_eq!(suspended.refused(409), "LAST_ADMIN");
    assert_eq!(
        give_role(&chief, &chief_id, "member").await.refused(409),
        "LAST_ADMIN"
    );
    give_role(&chief, &chief_id, "admin").await.expect(200);

    let (other, other_id) = admin(&identity, "other").await;
    // Each takes the other's role at the same moment: one is left.
    let (one, two) = tokio::join!(
        give_role(&chief, &other_id, "member"),
        give_role(&other, &chief_id, "member")
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
    assert_eq!(identity.count("account WHERE role = 'admin'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_makes_no_sense_is_refused() {
    let identity = start().await;
    let (chief, _) = admin(&identity, "chief").await;
    let session = identity.sign_up("ada").await;
    let id = session.account.to_string();
    let nobody = events::AccountId::new().to_string();
    assert_eq!(
        suspend(&chief, &nobody, json!({ "reason": "spam" }))
            .await
            .refused(404),
        "ACCOUNT_NOT_FOUND"
    );
    assert_eq!(restore(&chief, &nobody).await.refused(404), "ACCOUNT_NOT_FOUND");
    assert_eq!(
        give_role(&chief, &nobody, "moderator").await.refused(404),
        "ACCOUNT_NOT_FOUND"
    );
    for ask in [
        json!({}),
        json!({ "reason": " " }),
        json!({ "reason": "x".repeat(501) }),
        json!({ "reason": "spam", "until": "soon" }),
    ] {
        assert_eq!(
            suspend(&chief, &id, ask.clone()).await.refused(400),
            "VALIDATION_ERROR",
            "{ask}"
        );
    }
    assert_eq!(
        give_role(&chief, &id, "owner").await.refused(400),
        "VALIDATION_ERROR"
    );
    identity
        .execute("UPDATE account SET state = 'deleted' WHERE username = 'ada'")
        .await;
    assert_eq!(
        suspend(&chief, &id, json!({ "reason": "spam" }))
            .await
            .refused(404),
        "ACCOUNT_NOT_FOUND"
    );
    assert_eq!(restore(&chief, &id).await.refused(404), "ACCOUNT_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_found_by_beginning_address_or_id_and_page_by_page() {
    let identity = start().await;
    let (chief, chief_id) = admin(&identity, "chief").await;
    for name in ["ada_1", "ada_2", "adax3"] {
        identity.sign_up(name).await;
    }
    let found = async |query: &str| {
        let answer = chief.get(&format!("/admin/accounts{query}")).await.expect(200);
        let accounts = answer["accounts"].as_array().unwrap().clone();
        let names: Vec<_> = accounts
            .iter()
            .map(|account| account["username"].as_str().unwrap().to_owned())
            .collect();
        (names, answer["nextCursor"].as_str().map(str::to_owned))
    };
    assert_eq!(found("?q=ADA").await.0, ["adax3", "ada_2", "ada_1"]);
    assert_eq!(
        found("?q=ada_").await.0,
        ["ada_2", "ada_1"],
        "an underscore is one"
    );
    assert_eq!(found("?q=ada_2@mail.example").await.0, ["ada_2"]);
    assert_eq!(found(&format!("?q={chief_id}")).await.0, ["chief"]);
    for none in ["?q=%25", "?q=ada_2@mail", "?q=nobody", "?q=%5C"] {
        assert!(found(none).await.0.is_empty(), "{none}");
    }
    let (first, cursor) = found("?limit=3").await;
    let (rest, end) = found(&format!("?limit=3&cursor={}", cursor.unwrap())).await;
    assert_eq!([first, rest].concat(), ["adax3", "ada_2", "ada_1", "chief"]);
    assert_eq!(end, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_put_on_the_list_may_sign_up_until_taken_off_it() {
    let settings = Settings::default()
        .unlimited()
        .owned_by(&["chief@mail.example"])
        .unwrap();
    let identity = start_with(settings).await;
    identity
        .visitor()
        .post("/auth/signup", application("chief"))
        .await
        .expect(201);
    let token = identity.mailed_token("chief@mail.example").await;
    identity.verify(&token).await.expect(200);
    let mut conn = identity.app.session().await;
    operators::set_role(&mut conn, "chief@mail.example", Role::Admin)
        .await
        .unwrap();
    let chief = identity.with_session(identity.log_in_again("chief").await).await;

    let sign_up = async |name: &str| identity.visitor().post("/auth/signup", application(name)).await;
    assert_eq!(sign_up("ada").await.refused(403), "NOT_ON_ALLOWLIST");
    for _ in 0..2 {
        let made = chief
            .post("/admin/allow-list", json!({ "email": "Ada@mail.example" }))
            .await
            .expect(201);
        assert_eq!(made["entry"]["email"], "ada@mail.example");
    }
    chief
        .post("/admin/allow-list", json!({ "email": "bob@mail.example" }))
        .await
        .expect(201);
    let list = chief.get("/admin/allow-list?limit=1").await.expect(200);
    assert_eq!(list["allowList"][0]["email"], "ada@mail.example");
    let next = list["nextCursor"].as_str().unwrap();
    let list = chief
        .get(&format!("/admin/allow-list?limit=1&cursor={next}"))
        .await
        .expect(200);
    assert_eq!(
        (&list["allowList"][0]["email"], &list["nextCursor"]),
        (&json!("bob@mail.example"), &Value::Null)
    );
    sign_up("ada").await.expect(201);

    let off = |email: &str| {
        chief.send(
            http::Method::DELETE,
            "/admin/allow-list",
            Some(json!({ "email": email })),
        )
    };
    off("BOB@mail.example").await.expect(200);
    assert_eq!(off("bob@mail.example").await.refused(404), "ADDRESS_NOT_FOUND");
    assert_eq!(off("nonsense").await.refused(400), "VALIDATION_ERROR");
    assert_eq!(sign_up("bob").await.refused(403), "NOT_ON_ALLOWLIST");
    let noted = |kind: &str| format!("security_event WHERE type = '{kind}' AND actor_id IS NOT NULL");
    assert_eq!(identity.count(&noted("allow-list-added")).await, 2);
    assert_eq!(identity.count(&noted("allow-list-removed")).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_see_what_happened_to_them_and_not_from_where_staff_did_it() {
    let identity = start().await;
    let (chief, _) = admin(&identity, "chief").await;
    let chief = chief.with("x-valine-client", "192.0.2.200");
    let session = identity.sign_up("ada").await;
    let guess = identity
        .visitor()
        .with("x-valine-client", "192.0.2.66")
        .with("user-agent", "Guesser");
    let ask = json!({ "email": "ada@mail.example", "password": "a guess" });
    guess.post("/auth/login", ask).await.expect(401);
    let id = session.account.to_string();
    suspend(&chief, &id, json!({ "reason": "a secret reason" }))
        .await
        .expect(200);
    restore(&chief, &id).await.expect(200);
    let ada = identity.with_session(identity.log_in_again("ada").await).await;

    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = ada
            .get(&format!("/auth/security-log?limit=2{cursor}"))
            .await
            .expect(200);
        assert!(!page.to_string().contains("192.0.2.200") && !page.to_string().contains("secret reason"));
        seen.extend(page["events"].as_array().unwrap().clone());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let kinds: Vec<_> = seen.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "logged-in",
            "account-restored",
            "account-suspended",
            "log-in-failed",
            "signed-up"
        ]
    );
    assert_eq!(
        (&seen[3]["ipAddress"], &seen[3]["userAgent"]),
        (&json!("192.0.2.66"), &json!("Guesser"))
    );
    let bob = identity.member("bob").await;
    let his = bob.get("/auth/security-log").await.expect(200);
    assert_eq!(
        his["events"].as_array().unwrap().len(),
        1,
        "nobody sees another's"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_is_told_with_the_whole_account() {
    let identity = start().await;
    let (chief, _) = admin(&identity, "chief").await;
    let id = identity.sign_up("ada").await.account;
    suspend(&chief, &id.to_string(), json!({ "reason": "spam" }))
        .await
        .expect(200);
    let published = identity.app.published().await;
    let found = published.iter().find_map(|envelope| match &envelope.event {
        Event::AccountSuspended(account) => Some(account),
        _ => None,
    });
    let account = found.expect("it is told");
    assert_eq!((account.account_id, account.username.as_str()), (id, "ada"));
    assert_eq!(account.state, events::identity::AccountState::Suspended);
}
