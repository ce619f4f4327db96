//! Interactions as items.

use super::items::{self, number, of_interaction, text, values};
use super::{Changed, Dynamo, of_person};
use crate::state::interaction::{self, Asked, Begun, Interaction, Outcome, Taken};
use crate::state::{Id, Lease};
use chassis::Result;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Where the pointer from a correlation id begins.
pub(super) fn of_correlation(id: Uuid) -> String {
    format!("correlation#{id}")
}

impl Dynamo {
    pub(in crate::state) async fn take(&self, asked: &Asked, now: DateTime<Utc>) -> Result<Taken> {
        // What comes again, comes mostly when it was taken long ago. Then nothing is written.
        if let Some(there) = self.interaction(&asked.id, now).await? {
            return Ok(Taken::Before(there));
        }
        let made = Interaction::new(asked, now);
        let from = [Some(&asked.who), asked.about.as_ref()];
        let mut from: Vec<_> = from.into_iter().flatten().map(of_person).collect();
        from.push(of_correlation(made.correlation_id));
        self.point(&of_interaction(&asked.id), from, now).await?;
        let Some(there) = self.put_new(items::interaction(&made), now).await? else {
            return Ok(Taken::Now(made));
        };
        let there = items::kept_interaction(there)?.read()?;
        // It is our own first try whose answer was lost; maybe somebody works on it already.
        if there.correlation_id == made.correlation_id {
            Ok(Taken::Now(made))
        } else {
            Ok(Taken::Before(there))
        }
    }

    pub(in crate::state) async fn begin(
        &self,
        id: &Id,
        lease: Lease,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Begun> {
        let changed = self
            .update(
                &of_interaction(id),
                "SET #progress = :working, #lease = :lease, #leasedUntil = :until",
                "#expiresAt > :now AND (#progress = :asked OR (#progress = :working AND #leasedUntil <= :moment))",
                values([
                    (":asked", text("asked")),
                    (":working", text("working")),
                    (":lease", text(lease.0)),
                    (":until", number(until.timestamp_millis())),
                    (":moment", number(now.timestamp_millis())),
                    (":now", number(now.timestamp())),
                ]),
            )
            .await?;
        let there = match changed {
            Changed::To(item) => return Ok(Begun::Yours(items::kept_interaction(item)?.read()?)),
            Changed::Not(there) => there.filter(|item| !items::is_over(item, now)),
        };
        let Some(there) = there else {
            return Ok(Begun::Gone);
        };
        let there = items::kept_interaction(there)?;
        let is_ours = there.progress == "working" && there.lease == Some(lease.0);
        let there = there.read()?;
        Ok(if is_ours {
            Begun::Yours(there)
        } else {
            there.not_begun()
        })
    }

    pub(in crate::state) async fn end(
        &self,
        id: &Id,
        lease: Lease,
        outcome: &Outcome,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let (progress, code) = outcome.parts();
        let changed = self
            .update(
                &of_interaction(id),
                "SET #progress = :ended, #outcome = :outcome REMOVE #leasedUntil",
                "#expiresAt > :now AND #lease = :lease AND #progress = :working",
                values([
                    (":working", text("working")),
                    (":ended", text(progress)),
                    (":outcome", text(code)),
                    (":lease", text(lease.0)),
                    (":now", number(now.timestamp())),
                ]),
            )
            .await?;
        let there = match changed {
            Changed::To(_) => return Ok(()),
            Changed::Not(there) => there.filter(|item| !items::is_over(item, now)),
        };
        let there = there.ok_or_else(interaction::gone)?;
        if items::kept_interaction(there)?.was_ended(lease, outcome) {
            Ok(())
        } else {
            Err(interaction::lease_lost().into())
        }
    }

    pub(in crate::state) async fn interaction(
        &self,
        id: &Id,
        now: DateTime<Utc>,
    ) -> Result<Option<Interaction>> {
        self.interaction_at(&of_interaction(id), now).await
    }

    async fn interaction_at(&self, thing: &str, now: DateTime<Utc>) -> Result<Option<Interaction>> {
        let there = self.get(thing).await?.filter(|item| !items::is_over(item, now));
        there
            .map(|item| items::kept_interaction(item)?.read())
            .transpose()
    }

    pub(in crate::state) async fn answered_by(
        &self,
        correlation_id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Option<Interaction>> {
        let things = self.pointed(&of_correlation(correlation_id), 1).await?;
        let Some(thing) = things.first() else {
            return Ok(None);
        };
        let there = self.interaction_at(thing, now).await?;
        // Somebody may have made the pointer and not been the first to take what it leads to.
        Ok(there.filter(|there| there.correlation_id == correlation_id))
    }
}
