//! Passwords of every kind, through the door.

use crate::harness::{PASSWORD, application, start};
use serde_json::json;

/// To bcrypt a NUL is the end. None comes so far: it is no character that JSON may bring here.
#[tokio::test(flavor = "multi_thread")]
async fn a_nul_ends_no_password_because_none_has_one() {
    let identity = start().await;
    let mut wanted = application("ada");
    wanted["password"] = json!("a walk\0 in the rain");
    let refused = identity.visitor().post("/auth/signup", wanted).await;
    assert_eq!(refused.refused(400), "VALIDATION_ERROR");
    identity.sign_up("ada").await;
    for longer in [format!("{PASSWORD}\0"), format!("{PASSWORD}\0more")] {
        let answer = identity.log_in("ada@mail.example", &longer).await;
        assert_eq!(answer.refused(400), "VALIDATION_ERROR");
    }
    assert_eq!(identity.count("account").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_character_counts_however_many_there_are() {
    let identity = start().await;
    let passwords = [
        "x".repeat(72) + "a",
        "x".repeat(73),
        "é".repeat(128),
        "密码".repeat(128),
        " leading and trailing ".to_owned(),
        "quote\"back\\slash\ttab".to_owned(),
    ];
    for (number, password) in passwords.iter().enumerate() {
        let mut application = application(&format!("ada{number}"));
        application["password"] = json!(password);
        identity
            .visitor()
            .post("/auth/signup", application)
            .await
            .expect(201);
        let email = format!("ada{number}@mail.example");
        identity.log_in(&email, password).await.expect(200);
        let mut shorter = password.clone();
        shorter.pop();
        for wrong in [
            shorter,
            format!("{password}x"),
            password.trim().to_owned() + "\u{a0}",
        ] {
            assert_eq!(
                identity.log_in(&email, &wrong).await.refused(401),
                "INVALID_CREDENTIALS"
            );
        }
    }
}
