//! Of and about whom things are: handing them out, and taking a person out of the table.

use super::interactions::of_correlation;
use super::items::{self, Item, THING, key, names, take_text, text};
use super::{Dynamo, of_person};
use crate::state::{Held, Id};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use chassis::Result;
use chassis::erasure::Progress;
use chrono::{DateTime, Utc};

/// So many things in one step.
const PAGE: u16 = 25;

impl Dynamo {
    pub(in crate::state) async fn held(&self, who: &Id, now: DateTime<Utc>) -> Result<Held> {
        let mut held = Held::default();
        for thing in self.all_pointed(&of_person(who)).await? {
            let there = self.get(&thing).await?.filter(|item| !items::is_over(item, now));
            let Some(item) = there.filter(|item| item.get("who") == Some(&text(who.as_str()))) else {
                continue;
            };
            if thing.starts_with(items::INTERACTION) {
                held.interactions.push(items::kept_interaction(item)?.read()?);
            } else if let Some(kept) = items::kept_conversation(item)? {
                held.conversations.push(kept.read()?);
            }
        }
        // Their ids were made in this order.
        held.interactions
            .sort_by_key(|interaction| interaction.correlation_id);
        held.conversations.sort_by_key(|conversation| conversation.id);
        Ok(held)
    }

    pub(in crate::state) async fn forget(&self, person: &Id) -> Result<Progress> {
        let own = of_person(person);
        let things = self.pointed(&own, PAGE).await?;
        for thing in &things {
            if let Some(item) = self.get(thing).await?
                && self.remove_of(thing, person).await?
            {
                for pointer in pointers(item) {
                    self.remove(&pointer, thing).await?;
                }
            }
            // The last, so that whoever begins anew after a crash finds the thing again.
            self.remove(&own, thing).await?;
        }
        if things.len() < usize::from(PAGE) {
            Ok(Progress::Done)
        } else {
            Ok(Progress::More)
        }
    }

    /// Removes a thing that is of somebody, or about them; answers whether nothing is there any more.
    async fn remove_of(&self, thing: &str, person: &Id) -> Result<bool> {
        let condition = "#who = :person OR #about = :person";
        let delete = self
            .client()
            .await
            .delete_item()
            .table_name(&*self.table)
            .set_key(Some(key(thing, THING)))
            .condition_expression(condition)
            .set_expression_attribute_names(Some(names(&[condition])))
            .expression_attribute_values(":person", text(person.as_str()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match delete.send().await {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                // It expired, and others may have taken one of the same id since. Or a first try has removed it.
                Some(DeleteItemError::ConditionalCheckFailedException(found)) => Ok(found.item.is_none()),
                _ => Err(self.failed(error)),
            },
        }
    }

    async fn remove(&self, from: &str, thing: &str) -> Result<()> {
        let delete = self
            .client()
            .await
            .delete_item()
            .table_name(&*self.table)
            .set_key(Some(key(from, thing)));
        delete.send().await.map_err(|error| self.failed(error))?;
        Ok(())
    }
}

/// From where pointers lead to it.
fn pointers(mut thing: Item) -> Vec<String> {
    let people = ["who", "about"].map(|name| take_text(&mut thing, name));
    let people = people.into_iter().flatten().map(of_person);
    let correlation = take_text(&mut thing, "correlationId").and_then(|id| id.parse().ok());
    people.chain(correlation.map(of_correlation)).collect()
}
