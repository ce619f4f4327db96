//! What is posted, and events in numbers: made by the database itself from one envelope that the catalogue wrote.

use anyhow::Result;
use chrono::Utc;
use events::content::{AuthorPostCount, Post, PostState, Visibility};
use events::{AccountId, Cause, Envelope, Event, EventId, PostId};
use hyper::body::Bytes;
use serde_json::json;
use uuid::{Uuid, uuid};

/// A post of usual length.
pub(crate) const TEXT: &str = "Narrated a short walk in the rain this morning: two takes, one microphone, no plan. \
    The second take has the better ending and a tram in the background, which I have decided to call intended. \
    Looking for somebody who writes for one voice and would like to hear it before it is finished.";

/// Its tags.
pub(crate) const TAGS: [&str; 3] = ["voice", "narration", "rain"];

/// Stands in an envelope where the event's id will.
pub(crate) const EVENT: Uuid = uuid!("00000000-0000-7000-8000-0000000000e0");
/// Stands where the account's id will.
pub(crate) const ACCOUNT: Uuid = uuid!("00000000-0000-7000-8000-0000000000a0");
/// Stands where the post's id will.
pub(crate) const POST: Uuid = uuid!("00000000-0000-7000-8000-0000000000b0");
/// Stands where the version will.
pub(crate) const VERSION: i64 = 987_654_321_987_654;

/// The body of a request that publishes a post.
pub(crate) fn new_post() -> Result<Bytes> {
    post_saying(TEXT)
}

/// The same, with other words.
pub(crate) fn post_saying(words: &str) -> Result<Bytes> {
    let ask = json!({ "content": words, "visibility": "public", "tags": TAGS });
    Ok(serde_json::to_vec(&ask)?.into())
}

/// The event of a post.
pub(crate) fn post_changed(author: AccountId, id: Uuid) -> Event {
    Event::PostChanged(Post {
        post_id: PostId(id),
        author_id: author,
        content: TEXT.to_owned(),
        visibility: Visibility::Public,
        tags: TAGS.map(str::to_owned).to_vec(),
        media: Vec::new(),
        state: PostState::Published,
        created_at: Utc::now(),
        edited_at: None,
    })
}

/// The event that a post was counted.
pub(crate) fn counted(author: AccountId) -> Event {
    Event::AuthorPostCountChanged(AuthorPostCount {
        account_id: author,
        total: 1,
        public: 1,
    })
}

/// An envelope as a request's would be, with the marks above in it.
fn template(event: Event) -> Result<String> {
    let request = Uuid::now_v7();
    let (_, span) = request.as_u64_pair();
    let cause = Cause {
        correlation_id: request,
        causation_id: None,
        actor: Some(AccountId(ACCOUNT)),
        traceparent: Some(format!("00-{}-{span:016x}-01", request.simple())),
    };
    let envelope = Envelope {
        id: EventId(EVENT),
        ..Envelope::new(VERSION, event, &cause)
    };
    Ok(serde_json::to_string(&envelope)?)
}

/// The envelope of a post's event, with the marks in it.
pub(crate) fn post_template() -> Result<String> {
    template(post_changed(AccountId(ACCOUNT), POST))
}

/// The envelope of a count's event, with the marks in it.
pub(crate) fn count_template() -> Result<String> {
    template(counted(AccountId(ACCOUNT)))
}

/// An SQL expression: a template with its marks replaced by these expressions.
pub(crate) fn filled(template: &str, event: &str, account: &str, post: &str, version: &str) -> String {
    format!(
        "replace(replace(replace(replace({template}, '{EVENT}', ({event})::text), '{ACCOUNT}', ({account})::text), \
         '{POST}', ({post})::text), '{VERSION}', ({version})::text)"
    )
}
