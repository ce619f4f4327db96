//! The home of state in DynamoDB: one table, whose items expire.
//!
//! A thing is one item, `interaction#…` or `conversation#…`, and is changed by conditions on that item alone. Beside it lie
//! pointers, from the people it is of and about (`person#…`) and from its correlation id (`correlation#…`) to the thing. They
//! are written first and outlive it, so that whatever is there is found by them, and what they lead to is looked at before it is
//! believed. So nothing needs a transaction of several items, and nobody reads the whole table.
//!
//! The SDK asks again when an answer was lost, and then finds its own first try in the way. Each change therefore brings an id
//! that nobody else can have made, and who finds that in the way has succeeded.

mod conversations;
mod interactions;
mod items;
mod people;

use super::ids::Until;
use anyhow::anyhow;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Builder;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use chassis::{Error, Refusal, Result};
use chrono::{DateTime, Utc};
use futures::future::try_join_all;
use items::{Item, Values, key, names, number, text};
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

/// The attribute that says which thing an item belongs to.
pub const PARTITION_KEY: &str = "pk";
/// The attribute that tells the items of a thing apart.
pub const SORT_KEY: &str = "sk";
/// The attribute by which DynamoDB takes items away: seconds since 1970.
pub const TIME_TO_LIVE: &str = "expiresAt";
/// All that is asked of DynamoDB, as IAM calls it.
pub const ACTIONS: [&str; 5] = [
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
];

/// For one call, with repetitions. Who asked by a command is to be answered within three seconds.
const LIMIT: Duration = Duration::from_secs(2);

#[expect(
    clippy::disallowed_types,
    reason = "it is no global: the service's value holds it"
)]
type Connected = tokio::sync::OnceCell<Client>;

/// A table of DynamoDB.
#[derive(Clone)]
pub struct Dynamo {
    table: Arc<str>,
    client: Arc<Connected>,
}

/// What came of changing an item.
enum Changed {
    To(Item),
    /// The condition does not hold for what is there.
    Not(Option<Item>),
}

impl Dynamo {
    /// As the process's environment says: region, credentials, `AWS_ENDPOINT_URL` and all else that AWS's tools know.
    pub(super) fn of_environment(table: &str) -> Self {
        Self {
            table: table.into(),
            client: Arc::default(),
        }
    }

    /// A table that is reached by these means.
    #[must_use]
    pub fn at(table: &str, means: impl Into<Builder>) -> Self {
        Self {
            table: table.into(),
            client: Arc::new(Connected::new_with(Some(connected(means.into())))),
        }
    }

    async fn client(&self) -> &Client {
        let connect = async || connected(Builder::from(&chassis::aws::means().await));
        self.client.get_or_init(connect).await
    }

    async fn get(&self, thing: &str) -> Result<Option<Item>> {
        let asked = self
            .client()
            .await
            .get_item()
            .table_name(&*self.table)
            .set_key(Some(key(thing, items::THING)))
            .consistent_read(true);
        let found = asked.send().await.map_err(|error| self.failed(error))?;
        Ok(found.item)
    }

    /// Puts in what is not there, or has expired; answers what is in the way.
    async fn put_new(&self, item: Item, now: DateTime<Utc>) -> Result<Option<Item>> {
        let condition = "attribute_not_exists(#pk) OR #expiresAt <= :now";
        let put = self
            .client()
            .await
            .put_item()
            .table_name(&*self.table)
            .set_item(Some(item))
            .condition_expression(condition)
            .set_expression_attribute_names(Some(names(&[condition])))
            .expression_attribute_values(":now", number(now.timestamp()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match put.send().await {
            Ok(_) => Ok(None),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(found)) => {
                    // It is always said what is there; if it were not, the caller would have succeeded wrongly.
                    Ok(Some(found.item.clone().unwrap_or_default()))
                }
                _ => Err(self.failed(error)),
            },
        }
    }

    /// Puts in what nobody else can have.
    async fn put(&self, item: Item) -> Result<()> {
        let put = self
            .client()
            .await
            .put_item()
            .table_name(&*self.table)
            .set_item(Some(item));
        put.send().await.map_err(|error| self.failed(error))?;
        Ok(())
    }

    async fn update(&self, thing: &str, change: &str, condition: &str, values: Values) -> Result<Changed> {
        let update = self
            .client()
            .await
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(key(thing, items::THING)))
            .update_expression(change)
            .condition_expression(condition)
            .set_expression_attribute_names(Some(names(&[change, condition])))
            .set_expression_attribute_values(Some(values))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match update.send().await {
            Ok(changed) => Ok(Changed::To(changed.attributes.unwrap_or_default())),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(found)) => {
                    Ok(Changed::Not(found.item.clone()))
                }
                _ => Err(self.failed(error)),
            },
        }
    }

    /// Has pointers lead to a thing.
    async fn point(&self, thing: &str, from: Vec<String>, now: DateTime<Utc>) -> Result<()> {
        let until = number(Until::last(now).seconds());
        let pointer = |from: &String| {
            let mut item = key(from, thing);
            item.insert(TIME_TO_LIVE.to_owned(), until.clone());
            self.put(item)
        };
        try_join_all(from.iter().map(pointer)).await?;
        Ok(())
    }

    /// What asks for the pointers that lead away from here.
    async fn pointers(&self, from: &str) -> QueryFluentBuilder {
        let condition = "#pk = :from";
        self.client()
            .await
            .query()
            .table_name(&*self.table)
            .key_condition_expression(condition)
            .set_expression_attribute_names(Some(names(&[condition])))
            .expression_attribute_values(":from", text(from))
            .consistent_read(true)
    }

    /// The things that pointers lead to from here, so many at most.
    async fn pointed(&self, from: &str, limit: u16) -> Result<Vec<String>> {
        let asked = self.pointers(from).await.limit(limit.into());
        let found = asked.send().await.map_err(|error| self.failed(error))?;
        Ok(things(found.items.unwrap_or_default()))
    }

    /// All of them.
    async fn all_pointed(&self, from: &str) -> Result<Vec<String>> {
        let pages = self.pointers(from).await.into_paginator().items().send();
        let found: Result<Vec<_>, _> = pages.collect().await;
        Ok(things(found.map_err(|error| self.failed(error))?))
    }

    /// Why nothing came of it, in words that name neither items nor people.
    fn failed<E>(&self, error: SdkError<E, HttpResponse>) -> Error
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let is_away = match &error {
            SdkError::ConstructionFailure(_) => false,
            SdkError::ServiceError(said) => said.raw().status().is_server_error(),
            _ => true,
        };
        let code = error.code().unwrap_or_default().to_owned();
        let is_busy = code.contains("Throttling") || code.contains("Exceeded");
        if is_away || is_busy {
            let error = DisplayErrorContext(error);
            tracing::warn!(table = &*self.table, %error, "DynamoDB does not answer");
            return Refusal::unavailable("DynamoDB does not answer; try again in a moment").into();
        }
        Error::Failed(match code.as_str() {
            "ResourceNotFoundException" => {
                anyhow!(
                    "DynamoDB has no table {}, which INTERACTIONS_TABLE names",
                    self.table
                )
            }
            "" => anyhow!("DynamoDB cannot be asked: {}", DisplayErrorContext(error)),
            code => anyhow!("DynamoDB refused it: {code}"),
        })
    }
}

/// What pointers lead to.
fn things(pointers: Vec<Item>) -> Vec<String> {
    let things = pointers.into_iter();
    things
        .filter_map(|mut item| items::take_text(&mut item, SORT_KEY))
        .collect()
}

fn connected(means: Builder) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_timeout(LIMIT)
        .build();
    Client::from_conf(means.timeout_config(timeouts).build())
}

/// Where pointers from a person begin.
fn of_person(person: impl Display) -> String {
    format!("person#{person}")
}
