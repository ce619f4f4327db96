//! Things as items, and items as things.

use super::{PARTITION_KEY, SORT_KEY, TIME_TO_LIVE};
use crate::state::conversation::{self, Conversation};
use crate::state::ids::{Id, Until};
use crate::state::interaction::{self, Interaction};
use anyhow::anyhow;
use aws_sdk_dynamodb::types::AttributeValue;
use chassis::{Error, Result};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use uuid::Uuid;

pub(super) type Item = HashMap<String, AttributeValue>;

/// What `:name` stands for in expressions.
pub(super) type Values = HashMap<String, AttributeValue>;

/// The sort key of the item that is the thing itself.
pub(super) const THING: &str = "thing";

pub(super) fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(super) fn number(number: i64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(super) fn key(partition: &str, sort: &str) -> Item {
    [(PARTITION_KEY, partition), (SORT_KEY, sort)]
        .map(|(name, value)| (name.to_owned(), text(value)))
        .into()
}

pub(super) fn values<const N: usize>(values: [(&str, AttributeValue); N]) -> Values {
    values.map(|(name, value)| (name.to_owned(), value)).into()
}

/// What `#name` stands for in these expressions: the attribute `name`, so that no attribute's name is a reserved word.
pub(super) fn names(expressions: &[&str]) -> HashMap<String, String> {
    let mentions = expressions
        .iter()
        .flat_map(|expression| expression.split('#').skip(1));
    let names = mentions.filter_map(|rest| rest.split(|letter: char| !letter.is_ascii_alphanumeric()).next());
    names.map(|name| (format!("#{name}"), name.to_owned())).collect()
}

/// Takes a text out of an item.
pub(super) fn take_text(item: &mut Item, name: &str) -> Option<String> {
    match item.remove(name) {
        Some(AttributeValue::S(text)) => Some(text),
        _ => None,
    }
}

/// Whether an item has expired, and DynamoDB has not come round to it yet.
pub(super) fn is_over(item: &Item, now: DateTime<Utc>) -> bool {
    number_in(item, TIME_TO_LIVE)
        .and_then(Until::from_seconds)
        .is_none_or(|until| until.is_over(now))
}

fn number_in(item: &Item, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

fn id_in(item: &mut Item, name: &str) -> Option<Uuid> {
    take_text(item, name)?.parse().ok()
}

fn millis_in(item: &Item, name: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(number_in(item, name)?)
}

/// How the places of interactions begin.
pub(super) const INTERACTION: &str = "interaction#";

/// Where an interaction is.
pub(super) fn of_interaction(id: &Id) -> String {
    format!("{INTERACTION}{id}")
}

/// Where a conversation is.
pub(super) fn of_conversation(id: Uuid) -> String {
    format!("conversation#{id}")
}

/// An interaction that nobody works on yet.
pub(super) fn interaction(made: &Interaction) -> Item {
    let asked = &made.asked;
    let mut item = key(&of_interaction(&asked.id), THING);
    item.extend(values([
        ("id", text(asked.id.as_str())),
        ("who", text(asked.who.as_str())),
        ("command", text(asked.command.as_str())),
        ("correlationId", text(made.correlation_id)),
        ("askedAt", number(made.asked_at.timestamp_millis())),
        ("progress", text("asked")),
        (TIME_TO_LIVE, number(asked.until.seconds())),
    ]));
    item.extend(asked.about.as_ref().map(about));
    item
}

fn about(about: &Id) -> (String, AttributeValue) {
    ("about".to_owned(), text(about.as_str()))
}

pub(super) fn conversation(made: &Conversation) -> Item {
    let mut item = key(&of_conversation(made.id), THING);
    item.extend(values([
        ("id", text(made.id)),
        ("who", text(made.now.who.as_str())),
        ("contents", text(made.now.contents.to_text())),
        ("version", text(made.version.0)),
        (TIME_TO_LIVE, number(made.now.until.seconds())),
    ]));
    item.extend(made.now.about.as_ref().map(about));
    item
}

/// What is kept of an interaction.
pub(super) fn kept_interaction(mut item: Item) -> Result<interaction::Kept> {
    let kept = |item: &mut Item| {
        Some(interaction::Kept {
            asked_at: millis_in(item, "askedAt")?,
            expires_at: Until::from_seconds(number_in(item, TIME_TO_LIVE)?)?.at(),
            leased_until: millis_in(item, "leasedUntil"),
            id: take_text(item, "id")?,
            who: take_text(item, "who")?,
            about: take_text(item, "about"),
            command: take_text(item, "command")?,
            correlation_id: id_in(item, "correlationId")?,
            progress: take_text(item, "progress")?,
            lease: id_in(item, "lease"),
            outcome: take_text(item, "outcome"),
        })
    };
    kept(&mut item).ok_or_else(|| strange(&item))
}

/// What is kept of a conversation; nothing of one that is closed.
pub(super) fn kept_conversation(mut item: Item) -> Result<Option<conversation::Kept>> {
    if is_closed(&item) {
        return Ok(None);
    }
    let kept = |item: &mut Item| {
        Some(conversation::Kept {
            expires_at: Until::from_seconds(number_in(item, TIME_TO_LIVE)?)?.at(),
            id: id_in(item, "id")?,
            who: take_text(item, "who")?,
            about: take_text(item, "about"),
            contents: take_text(item, "contents")?,
            version: id_in(item, "version")?,
        })
    };
    kept(&mut item).map(Some).ok_or_else(|| strange(&item))
}

/// Whether a conversation was closed. What remains of it until it expires says by whom.
pub(super) fn is_closed(item: &Item) -> bool {
    item.contains_key("isClosed")
}

fn strange(item: &Item) -> Error {
    let thing = item.get(PARTITION_KEY).and_then(|key| key.as_s().ok());
    let thing = thing.map_or("nothing", String::as_str);
    Error::Failed(
        anyhow!("an attribute is missing").context(format!("what is kept in {thing} cannot be read")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_an_expression_is_given_once_and_none_besides() {
        let found = names(&["SET #a=:b, #c1 = :c REMOVE #d", "#a > :now AND (#d=:d)"]);
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort();
        let expected = [("#a", "a"), ("#c1", "c1"), ("#d", "d")];
        assert_eq!(found, expected.map(|(from, to)| (from.to_owned(), to.to_owned())));
    }
}
