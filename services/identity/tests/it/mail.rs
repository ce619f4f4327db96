//! Mails, as the development mailbox keeps them.

use crate::harness::start;
use events::Event;
use identity::mailbox;

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_sends_one_mail_with_a_link_into_the_site() {
    let identity = start().await;
    identity.sign_up("Ada").await;
    let mails = identity.mails("ADA@mail.example").await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(
        (mail.to.as_str(), mail.subject.as_str()),
        ("ada@mail.example", "Confirm your e-mail address")
    );
    assert_eq!(mail.links.len(), 1);
    assert!(
        mail.links[0].starts_with("http://127.0.0.1:8080/verify-email?token="),
        "{}",
        mail.links[0]
    );
    assert!(mail.text.contains(&mail.links[0]));
    assert!(
        !mail.text.contains("Ada"),
        "nobody's words are carried to an address that may not be theirs"
    );
    let wire = serde_json::to_value(mail).unwrap();
    let fields: Vec<_> = wire.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["links", "sentAt", "subject", "text", "to"]);
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_again_mails_nobody_again() {
    let identity = start().await;
    identity.sign_up("ada").await;
    identity.app.settle().await;
    let published = identity.app.published().await;
    for envelope in &published {
        identity.app.redeliver(envelope).await;
    }
    assert_eq!(identity.mails("ada@mail.example").await.len(), 1);
    // Even if nobody remembered having handled the event.
    identity.execute("DELETE FROM inbox").await;
    for envelope in &published {
        identity.app.redeliver(envelope).await;
    }
    assert_eq!(identity.mails("ada@mail.example").await.len(), 1);
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_went_away_meanwhile_is_not_mailed() {
    let identity = start().await;
    identity.sign_up("ada").await;
    identity.execute("UPDATE account SET state = 'deleted'").await;
    assert!(identity.mails("ada@mail.example").await.is_empty());
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_the_database_nor_an_event_holds_a_token() {
    let identity = start().await;
    identity.sign_up("ada").await;
    let token = identity.mailed_token("ada@mail.example").await;
    let published = identity.app.published().await;
    assert!(!serde_json::to_string(&published).unwrap().contains(&token));
    let asked = published.iter().find_map(|envelope| match &envelope.event {
        Event::VerificationRequested(asked) => Some(asked.verification_id),
        _ => None,
    });
    let kept = format!(
        "verification v WHERE v.id = '{}' AND v::text LIKE '%{token}%'",
        asked.unwrap()
    );
    assert_eq!(identity.count(&kept).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mailbox_shows_the_newest_first_to_one_or_to_all() {
    let identity = start().await;
    identity.sign_up("ada").await;
    identity.sign_up("grace").await;
    assert_eq!(identity.mails("grace@mail.example").await.len(), 1);
    assert!(identity.mails("nobody@mail.example").await.is_empty());
    let all = mailbox::list(&identity.app.session().await, None).await.unwrap();
    let to: Vec<_> = all.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["grace@mail.example", "ada@mail.example"]);
}
