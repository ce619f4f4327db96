//! Passwords of every kind, through the door.

use crate::harness::{application, start};
use serde_json::json;

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
