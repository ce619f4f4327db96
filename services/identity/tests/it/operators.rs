//! What an operator may do.

use crate::harness::start;
use chassis::{Error, Role};
use identity::operators;
use url::Url;

#[tokio::test(flavor = "multi_thread")]
async fn a_role_counts_from_the_next_request_and_is_noted() {
    let identity = start().await;
    let ada = identity.sign_up("ada").await;
    let mut conn = identity.app.session().await;
    let account = operators::set_role(&mut conn, " Ada@mail.example", Role::Moderator)
        .await
        .unwrap();
    assert_eq!(account, ada.account);
    let answer = identity.recognise(ada.session).await.expect(200);
    assert_eq!(answer["principal"]["role"], "moderator");
    let me = identity.with_session(ada).await.get("/auth/me").await.expect(200);
    assert_eq!(me["user"]["role"], "moderator");
    let noted = format!(
        r#"security_event WHERE type = 'role-changed' AND account_id = '{}' AND actor_id IS NULL
           AND detail = '{{"from": "member", "to": "moderator"}}'"#,
        ada.account
    );
    assert_eq!(identity.count(&noted).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_given_no_role() {
    let identity = start().await;
    let mut conn = identity.app.session().await;
    for (email, code) in [
        ("nobody@mail.example", "ACCOUNT_NOT_FOUND"),
        ("nobody", "VALIDATION_ERROR"),
    ] {
        let refused = operators::set_role(&mut conn, email, Role::Admin)
            .await
            .unwrap_err();
        let Error::Refused(refusal) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(refusal.code, code);
    }
    assert_eq!(identity.count("security_event").await, 0);
}

/// Whoever is suspended cannot ask by themselves.
#[tokio::test(flavor = "multi_thread")]
async fn an_operator_deletes_the_account_of_whoever_is_suspended() {
    let identity = start().await;
    let (ada, secrets) = (identity.sign_up("ada").await, identity.secrets.clone());
    identity.execute("UPDATE account SET state = 'suspended'").await;
    let mut conn = identity.app.session().await;
    let site = Url::parse("https://joint.example").unwrap();
    let refused = operators::delete_account(&mut conn, &secrets, &site, "eve@mail.example").await;
    let Error::Refused(refusal) = refused.unwrap_err() else {
        panic!("nobody of that address is deleted");
    };
    assert_eq!(refusal.code, "ACCOUNT_NOT_FOUND");
    let receipt = operators::delete_account(&mut conn, &secrets, &site, " Ada@mail.example")
        .await
        .unwrap();
    let path = receipt.path().strip_prefix("/api").unwrap();
    assert_eq!(
        identity.visitor().get(path).await.expect(200)["status"],
        "erasing"
    );
    assert_eq!(identity.count("account").await, 0);
    assert_eq!(
        identity.published().await.last(),
        Some(&"identity.account-deleted.v1")
    );
    let noted = format!(
        "security_event WHERE type = 'account-deleted' AND account_id = '{}' AND actor_id IS NULL",
        ada.account
    );
    assert_eq!(identity.count(&noted).await, 1);
    assert_eq!(
        identity.recognise(ada.session).await.refused(404),
        "SESSION_NOT_FOUND"
    );
}
