//! Right passwords are not counted as guesses, and yet not looked at without end.

use crate::harness::PASSWORD;
use crate::throttles::{hold, limited, wait, wait_as_told};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_the_password_is_not_slowed_like_a_guess() {
    let identity = limited().await;
    identity.sign_up("ada").await;
    for _ in 0..19 {
        identity.log_in_again("ada").await;
    }
    identity.execute("UPDATE account SET state = 'suspended'").await;
    for _ in 0..10 {
        let refused = identity.log_in("ada@mail.example", PASSWORD).await;
        assert_eq!(refused.refused(403), "ACCOUNT_SUSPENDED");
    }
}

/// A right password costs as much as a wrong one, and only so many are looked at at a time, of everybody together.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_their_own_password_looked_at_without_end() {
    let identity = limited().await;
    let (ada, _bob) = (identity.member("ada").await, identity.member("bob").await);
    for _ in 0..30 {
        identity.log_in_again("ada").await;
    }
    // Each changes nothing, for the name is taken.
    let rename = json!({ "newUsername": "bob", "password": PASSWORD });
    for _ in 0..30 {
        assert_eq!(
            ada.post("/auth/change-username", rename.clone()).await.status,
            409
        );
    }
    hold(&identity).await;
    let again = identity.log_in("ada@mail.example", PASSWORD).await;
    assert!(wait(&again) >= 1);
    assert_eq!(again.refused(429), "RATE_LIMITED");
    let again = ada.post("/auth/change-username", rename.clone()).await;
    assert_eq!(again.refused(429), "RATE_LIMITED");
    identity.log_in_again("bob").await;
    wait_as_told(&identity).await;
    identity.log_in_again("ada").await;
    assert_eq!(ada.post("/auth/change-username", rename).await.status, 409);
}
