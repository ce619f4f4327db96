use crate::store::holdings;
use ::store::outbox;
use chassis::erasure::{Erasure, Progress};
use chassis::{Database, Result};
use events::Event;

/// People from whom somebody is parted in one step.
const AT_A_TIME: i64 = 200;

/// Takes the next step of erasing a person: parts them from some of those they had to do with, whose numbers follow.
///
/// Nothing is published of the edges themselves: whoever keeps a copy of them erases the person, too.
pub(crate) async fn erase_person(database: &Database, erasure: Erasure) -> Result<Progress> {
    database
        .write(async move |conn| {
            let account = erasure.account;
            holdings::hide(conn, account).await?;
            let others = holdings::others(conn, account, AT_A_TIME).await?;
            if others.is_empty() {
                holdings::erase(conn, account).await?;
                return Ok(Progress::Done);
            }
            let mut people = others.clone();
            people.push(account);
            holdings::lock(conn, &people).await?;
            let counted = holdings::part(conn, account, &others).await?;
            let news = counted
                .into_iter()
                .map(|(version, counts)| (version, Event::RelationshipCountsChanged(counts)));
            outbox::append_all(conn, &erasure.cause, news).await?;
            Ok(Progress::More)
        })
        .await
}
