//! Guessing becomes slow, and keeps nobody out.

use crate::harness::{Identity, PASSWORD, application, device_cookies, start_with};
use chassis::config::Environment;
use http::header::RETRY_AFTER;
use identity::Settings;
use serde_json::json;
use testkit::{Answer, Client};

const CLIENT: &str = "x-valine-client";

/// With the limits that a site has.
pub(crate) async fn limited() -> Identity {
    start_with(Settings::default()).await
}

fn set(variables: &[(&str, &str)]) -> Settings {
    let pairs = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let environment: Environment = pairs.collect();
    let mut reader = environment.read();
    let settings = Settings::read(&mut reader);
    reader.finish().unwrap();
    settings
}

async fn log_in(client: &Client, email: &str, password: &str) -> Answer {
    client
        .post("/auth/login", json!({ "email": email, "password": password }))
        .await
}

pub(crate) fn wait(answer: &Answer) -> u64 {
    let header = answer
        .headers
        .get(RETRY_AFTER)
        .expect("it says when to come again");
    header.to_str().unwrap().parse().unwrap()
}

/// Lets those who have to wait do so for an hour more, so that no test depends on how quick it is.
pub(crate) async fn hold(identity: &Identity) {
    let more = "UPDATE throttle SET blocked_until = now() + interval '1 hour' WHERE blocked_until > last_at";
    identity.execute(more).await;
}

/// As if everybody had waited as long as they were told to.
pub(crate) async fn wait_as_told(identity: &Identity) {
    identity
        .execute("UPDATE throttle SET blocked_until = now()")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_at_full_rate_neither_gets_in_nor_keeps_the_owner_out() {
    let identity = limited().await;
    let home = identity.visitor().with(CLIENT, "198.51.100.1");
    let signed_up = home.post("/auth/signup", application("ada")).await;
    let known = home.with("cookie", &device_cookies(&signed_up));
    signed_up.expect(201);

    let mut tried = 0;
    for number in 0..300_u32 {
        // From as many addresses as they like.
        let attacker = identity
            .visitor()
            .with(CLIENT, &format!("2001:db8:{number:x}::1"));
        let answer = log_in(&attacker, "ada@mail.example", "a guess").await;
        match answer.status.as_u16() {
            401 => tried += 1,
            429 => {
                assert!(wait(&answer) >= 1);
                let said = ["limit", "remaining", "reset"]
                    .map(|what| &answer.headers[&format!("x-ratelimit-{what}")]);
                assert_eq!(
                    (said[0], said[1], said[2]),
                    (
                        &"5".parse().unwrap(),
                        &"0".parse().unwrap(),
                        &answer.headers["retry-after"]
                    )
                );
            }
            other => panic!("{other}: {}", answer.text),
        }
        if number % 50 == 0 {
            log_in(&known, "ada@mail.example", PASSWORD).await.expect(200);
        }
    }
    // What is tried is 5, and one more each time that 1, 2, 4, … seconds have passed.
    assert!((5..=12).contains(&tried), "{tried} guesses were tried");
    hold(&identity).await;
    let lucky = identity.visitor().with(CLIENT, "203.0.113.9");
    assert_eq!(
        log_in(&lucky, "ada@mail.example", PASSWORD).await.refused(429),
        "RATE_LIMITED"
    );
    log_in(&known, "ada@mail.example", PASSWORD).await.expect(200);

    // From a device that nobody knows, the owner waits as the attacker does, but for whoever reads the owner's mail.
    let away = identity.visitor().with(CLIENT, "198.51.100.77");
    assert_eq!(
        log_in(&away, "ada@mail.example", PASSWORD).await.refused(429),
        "RATE_LIMITED"
    );
    away.post("/auth/forgot-password", json!({ "email": "ada@mail.example" }))
        .await
        .expect(200);
    let token = identity.mailed_token("ada@mail.example").await;
    let reset = away
        .post(
            "/auth/reset-password",
            json!({ "token": token, "newPassword": "a new horse" }),
        )
        .await;
    let away = away.with("cookie", &device_cookies(&reset));
    reset.expect(200);
    log_in(&away, "ada@mail.example", "a new horse").await.expect(200);
    // A new password makes strangers of the devices that knew the old one.
    assert_eq!(
        log_in(&known, "ada@mail.example", "a new horse")
            .await
            .refused(429),
        "RATE_LIMITED"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_at_the_same_moment_do_not_slip_through_together() {
    let identity = limited().await;
    identity.sign_up("ada").await;
    let visitor = identity.visitor();
    let guesses = (0..40).map(|_| log_in(&visitor, "ada@mail.example", "a guess"));
    let answers = futures::future::join_all(guesses).await;
    let tried = answers.iter().filter(|answer| answer.status == 401).count();
    assert!((5..=8).contains(&tried), "{tried} of 40 were tried");
    let failed = identity
        .count("security_event WHERE type = 'log-in-failed'")
        .await;
    assert_eq!(failed, i64::try_from(tried).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_guess_waits_twice_as_long_and_an_address_without_an_account_waits_the_same() {
    let identity = limited().await;
    identity.sign_up("ada").await;
    for (email, from) in [
        ("ada@mail.example", "192.0.2.1"),
        ("nobody@mail.example", "192.0.2.2"),
    ] {
        identity.execute("DELETE FROM throttle").await;
        let client = identity.visitor().with(CLIENT, from);
        for number in 1..=17_u32 {
            wait_as_told(&identity).await;
            assert_eq!(log_in(&client, email, "a guess").await.status, 401);
            let waiting = identity.count("throttle WHERE blocked_until > last_at").await;
            assert_eq!(waiting, i64::from(number >= 5), "{email}: after {number} guesses");
            if number >= 5 {
                let seconds = 2_u32.pow(number - 5).min(900);
                let waits = format!("throttle WHERE blocked_until - last_at = interval '{seconds} seconds'");
                assert_eq!(
                    identity.count(&waits).await,
                    1,
                    "{email}: after {number} guesses {seconds} s"
                );
            }
        }
    }
    hold(&identity).await;
    let mut told = Vec::new();
    for email in ["ada@mail.example", "nobody@mail.example"] {
        for _ in 0..6 {
            log_in(&identity.visitor(), email, "a guess").await;
            hold(&identity).await;
        }
        let mut answer = log_in(&identity.visitor(), email, "a guess").await;
        assert!((3_500..=3_600).contains(&wait(&answer)));
        answer.json["requestId"].take();
        told.push(answer.json);
    }
    assert_eq!(told[0], told[1], "whether there is an account is not told");
    identity
        .execute("UPDATE throttle SET last_at = now() - interval '2 days', blocked_until = now()")
        .await;
    for _ in 0..5 {
        let client = identity.visitor().with(CLIENT, "192.0.2.3");
        assert_eq!(
            log_in(&client, "ada@mail.example", "a guess").await.status,
            401,
            "it is forgiven"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_guesses_at_many_accounts_waits_and_its_neighbours_with_it() {
    let identity = limited().await;
    let at = |address: &str| identity.visitor().with(CLIENT, address);
    for number in 0..20 {
        let attacker = at(&format!("2001:db8:1:2::{number:x}"));
        assert_eq!(
            log_in(&attacker, &format!("n{number}@mail.example"), "a guess")
                .await
                .status,
            401
        );
    }
    hold(&identity).await;
    let neighbour = at("2001:db8:1:2:ffff::1");
    assert_eq!(
        log_in(&neighbour, "n99@mail.example", "a guess")
            .await
            .refused(429),
        "RATE_LIMITED"
    );
    for stranger in [at("2001:db8:1:3::1"), at("192.0.2.9")] {
        assert_eq!(log_in(&stranger, "n99@mail.example", "a guess").await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_that_are_spread_over_everybody_are_slowed_and_known_devices_are_not() {
    let identity = start_with(set(&[("LOG_IN_TRIES_OVERALL", "1")])).await;
    let signed_up = identity.visitor().post("/auth/signup", application("ada")).await;
    let known = identity.visitor().with("cookie", &device_cookies(&signed_up));
    let attacker = |number: u8| identity.visitor().with(CLIENT, &format!("192.0.2.{number}"));
    assert_eq!(
        log_in(&attacker(0), "n0@mail.example", "a guess").await.status,
        401
    );
    hold(&identity).await;
    for number in 1..10 {
        let answer = log_in(&attacker(number), &format!("n{number}@mail.example"), "a guess").await;
        assert_eq!(answer.refused(429), "RATE_LIMITED");
    }
    log_in(&known, "ada@mail.example", PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_known_guesses_no_faster() {
    let identity = limited().await;
    let signed_up = identity.visitor().post("/auth/signup", application("ada")).await;
    let known = identity.visitor().with("cookie", &device_cookies(&signed_up));
    let mut tried = 0;
    for _ in 0..40 {
        tried += usize::from(log_in(&known, "ada@mail.example", "a guess").await.status == 401);
    }
    assert!((10..=16).contains(&tried), "{tried} of 40 were tried");
    // It is only that device that waits.
    hold(&identity).await;
    assert_eq!(
        log_in(&known, "ada@mail.example", PASSWORD).await.refused(429),
        "RATE_LIMITED"
    );
    identity.log_in_again("ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_of_a_second_factor_are_guessed_as_slowly() {
    let identity = limited().await;
    let (_ada, _phone, _) = identity.with_phone("ada").await;
    let visitor = identity.visitor();
    let mut tried = 0;
    for number in 0..30 {
        let ask = json!({ "email": "ada@mail.example", "password": PASSWORD, "twoFactorCode": format!("{number:06}") });
        tried += usize::from(visitor.post("/auth/login", ask).await.status == 401);
    }
    assert!((5..=11).contains(&tried), "{tried} of 30 were tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_session_guesses_no_password() {
    let identity = limited().await;
    let ada = identity.member("ada").await;
    let mut tried = 0;
    for _ in 0..30 {
        let ask = json!({ "newUsername": "countess", "password": "a guess" });
        tried += usize::from(ada.post("/auth/change-username", ask).await.status == 400);
    }
    assert!((5..=11).contains(&tried), "{tried} of 30 were tried");
    identity.log_in_again("ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_key_lifts_limits_and_is_noted_once_for_each_address_and_hour() {
    let identity = limited().await;
    identity.sign_up("ada").await;
    let operator = identity.operator();
    for _ in 0..30 {
        assert_eq!(log_in(&operator, "ada@mail.example", "a guess").await.status, 401);
    }
    log_in(&operator, "ada@mail.example", PASSWORD).await.expect(200);
    for number in 0..12 {
        let answer = operator
            .post("/auth/signup", application(&format!("member_{number}")))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    let noted = "security_event WHERE type = 'operator-key-used'";
    assert_eq!(identity.count(noted).await, 1);
    log_in(&operator.with(CLIENT, "192.0.2.7"), "ada@mail.example", PASSWORD)
        .await
        .expect(200);
    assert_eq!(identity.count(noted).await, 2);
    identity
        .execute("UPDATE throttle SET last_at = last_at - interval '1 hour', blocked_until = now()")
        .await;
    log_in(&operator, "ada@mail.example", PASSWORD).await.expect(200);
    assert_eq!(identity.count(noted).await, 3);
    identity.log_in_again("ada").await;

    // What it is used for at other services, the edge tells; from an address that is noted it is nothing new.
    let edge = identity.app.as_caller(&chassis::Caller::Edge);
    for from in ["192.0.2.7", "192.0.2.8", "192.0.2.8"] {
        edge.with(CLIENT, from)
            .post("/internal/operator-uses", json!({}))
            .await
            .expect(200);
    }
    assert_eq!(identity.count(noted).await, 5);
    for stranger in [identity.visitor(), operator] {
        stranger
            .post("/internal/operator-uses", json!({}))
            .await
            .expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_makes_five_accounts_an_hour() {
    let identity = limited().await;
    let here = identity
        .visitor()
        .with(CLIENT, "2001:db8:1:2::1")
        .with("idempotency-key", "first");
    let first = here.post("/auth/signup", application("member_0")).await;
    assert_eq!(first.headers["x-ratelimit-limit"], "5");
    assert_eq!(first.headers["x-ratelimit-remaining"], "4");
    first.expect(201);
    let neighbour = identity.visitor().with(CLIENT, "2001:db8:1:2::77");
    // What is repeated, and what comes to nothing, makes no account.
    here.post("/auth/signup", application("member_0"))
        .await
        .expect(201);
    neighbour
        .post("/auth/signup", application("member_0"))
        .await
        .expect(409);
    for number in 1..5 {
        neighbour
            .post("/auth/signup", application(&format!("member_{number}")))
            .await
            .expect(201);
    }
    let sixth = neighbour.post("/auth/signup", application("member_5")).await;
    assert!(wait(&sixth) > 3_000);
    assert_eq!(sixth.refused(429), "RATE_LIMITED");
    let elsewhere = identity.visitor().with(CLIENT, "2001:db8:1:3::1");
    elsewhere
        .post("/auth/signup", application("member_5"))
        .await
        .expect(201);
    assert_eq!(identity.count("account").await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_tries_out_by_sign_up_which_addresses_have_accounts_is_slowed() {
    let identity = limited().await;
    identity.sign_up("ada").await;
    let visitor = identity.visitor().with(CLIENT, "192.0.2.8");
    let mut told = 0;
    for _ in 0..30 {
        told += usize::from(visitor.post("/auth/signup", application("ada")).await.status == 409);
    }
    assert!((10..=14).contains(&told), "{told} of 30 were told");
}

/// Whoever has a session and knows their own password is believed every time, so that this counts nothing of it.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_tries_out_by_another_address_of_their_own_which_addresses_have_accounts_is_slowed() {
    let identity = limited().await;
    identity.sign_up("ada").await;
    let eve = identity.member("eve").await.with(CLIENT, "192.0.2.9");
    let taken = json!({ "newEmail": "ada@mail.example", "password": PASSWORD });
    let mut told = 0;
    for _ in 0..30 {
        let answer = eve.post("/auth/change-email", taken.clone()).await;
        told += usize::from(answer.status == 409);
    }
    assert!((10..=14).contains(&told), "{told} of 30 were told");
    let last = eve.post("/auth/change-email", taken).await;
    assert!(wait(&last) > 0);
    assert_eq!(last.refused(429), "RATE_LIMITED");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_asked_for_slowly_whether_there_is_an_account_or_not() {
    let identity = limited().await;
    identity.sign_up("ada").await;
    for path in ["/auth/forgot-password", "/auth/resend-verification"] {
        identity.execute("DELETE FROM throttle").await;
        let mut told = Vec::new();
        for (email, from) in [
            ("ada@mail.example", "192.0.2.1"),
            ("nobody@mail.example", "192.0.2.2"),
        ] {
            let client = identity.visitor().with(CLIENT, from);
            let mut statuses = Vec::new();
            for _ in 0..12 {
                statuses.push(client.post(path, json!({ "email": email })).await.status.as_u16());
            }
            told.push(statuses);
        }
        assert_eq!(told[0], told[1], "{path}");
        assert_eq!(told[0], [vec![200; 10], vec![429; 2]].concat(), "{path}");
    }
}

/// Every process counts with all others: a row is a row.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_tried_at_one_process_counts_at_the_other() {
    let identity = limited().await;
    identity.sign_up("ada").await;
    let other = identity.another_process(Settings::default());
    for _ in 0..5 {
        assert_eq!(identity.log_in("ada@mail.example", "a guess").await.status, 401);
    }
    hold(&identity).await;
    assert_eq!(
        log_in(&other, "ada@mail.example", PASSWORD).await.refused(429),
        "RATE_LIMITED"
    );
}
