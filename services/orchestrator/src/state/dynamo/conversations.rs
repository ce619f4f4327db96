//! Conversations as items.

use super::items::{self, number, of_conversation, text, values};
use super::{Changed, Dynamo, of_person};
use crate::state::conversation::{self, Contents, Conversation, Opening};
use crate::state::{Id, Until, Version};
use chassis::Result;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// It is there, and still as it was seen.
const UNCHANGED: &str = "#expiresAt > :now AND #version = :seen";

impl Dynamo {
    pub(in crate::state) async fn open(&self, opening: &Opening, now: DateTime<Utc>) -> Result<Conversation> {
        let made = Conversation::new(opening);
        self.point_to(&made, now).await?;
        self.put(items::conversation(&made)).await?;
        Ok(made)
    }

    async fn point_to(&self, conversation: &Conversation, now: DateTime<Utc>) -> Result<()> {
        let people = [Some(&conversation.now.who), conversation.now.about.as_ref()];
        let from = people.into_iter().flatten().map(of_person).collect();
        self.point(&of_conversation(conversation.id), from, now).await
    }

    pub(in crate::state) async fn conversation(
        &self,
        id: Uuid,
        who: &Id,
        now: DateTime<Utc>,
    ) -> Result<Option<Conversation>> {
        let there = self.get(&of_conversation(id)).await?;
        let there = there.filter(|item| !items::is_over(item, now));
        let kept = there.map(items::kept_conversation).transpose()?.flatten();
        kept.filter(|kept| kept.who == who.as_str())
            .map(conversation::Kept::read)
            .transpose()
    }

    pub(in crate::state) async fn advance(
        &self,
        seen: &Conversation,
        contents: Contents,
        until: Until,
        now: DateTime<Utc>,
    ) -> Result<Conversation> {
        let next = seen.with(contents, until);
        // They must not end before what they lead to.
        self.point_to(&next, now).await?;
        let changed = self
            .update(
                &of_conversation(seen.id),
                "SET #contents = :contents, #version = :version, #expiresAt = :until",
                UNCHANGED,
                values([
                    (":contents", text(next.now.contents.to_text())),
                    (":version", text(next.version.0)),
                    (":until", number(until.seconds())),
                    (":seen", text(seen.version.0)),
                    (":now", number(now.timestamp())),
                ]),
            )
            .await?;
        succeeded(changed, next.version, now)?;
        Ok(next)
    }

    /// What remains until it expires says who closed it, for whoever asks a second time because they heard no answer.
    pub(in crate::state) async fn close(&self, seen: &Conversation, now: DateTime<Utc>) -> Result<()> {
        let closed = Version(Uuid::now_v7());
        let changed = self
            .update(
                &of_conversation(seen.id),
                "SET #isClosed = :yes, #version = :version REMOVE #contents",
                UNCHANGED,
                values([
                    (":yes", aws_sdk_dynamodb::types::AttributeValue::Bool(true)),
                    (":version", text(closed.0)),
                    (":seen", text(seen.version.0)),
                    (":now", number(now.timestamp())),
                ]),
            )
            .await?;
        succeeded(changed, closed, now)
    }
}

/// Whether a step was made, be it by a try whose answer was lost.
fn succeeded(changed: Changed, to: Version, now: DateTime<Utc>) -> Result<()> {
    let there = match changed {
        Changed::To(_) => return Ok(()),
        Changed::Not(there) => there.filter(|item| !items::is_over(item, now)),
    };
    let there = there.ok_or_else(conversation::gone)?;
    if there.get("version") == Some(&text(to.0)) {
        Ok(())
    } else if items::is_closed(&there) {
        Err(conversation::gone().into())
    } else {
        Err(conversation::moved_on().into())
    }
}
