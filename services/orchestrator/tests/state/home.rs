//! A home of state that is empty and nobody else's.

use super::BEHAVIOURS;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use chassis::config::Environment;
use chassis::{Database, Refusal, Seal, Secrets};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use orchestrator::Settings;
use orchestrator::state::{
    Asked, Begun, Code, Contents, Id, Interaction, Lease, Opening, Outcome, PARTITION_KEY, Progress,
    SORT_KEY, State, Taken, Until,
};
use serde_json::json;
use std::io::Write;
use std::sync::Once;
use store::statement;
use testkit::{SchemaPlan, TestDatabase, config_for};
use uuid::Uuid;

/// Nobody listens at port 1.
const NOWHERE: &str = "postgres://nobody@127.0.0.1:1/nowhere";

pub(super) struct Home {
    pub(super) state: State,
    /// The time at which a test begins; the rest it makes up.
    pub(super) now: DateTime<Utc>,
    place: Place,
}

enum Place {
    Tables(TestDatabase),
    Dynamo(Client, String),
}

/// In a database of its own.
pub(super) async fn tables() -> Home {
    let plan = SchemaPlan {
        service: "orchestrator",
        migrations: (orchestrator::MANIFEST.migrations)(),
        consumes: false,
        operates: true,
    };
    let database = TestDatabase::create(vec![plan]).await;
    Home {
        state: State::new(&Settings::default(), &pool(database.address_of("orchestrator"))),
        now: Utc::now(),
        place: Place::Tables(database),
    }
}

/// In a database that does not answer.
pub(super) fn in_tables_nowhere() -> State {
    State::new(&Settings::default(), &pool(NOWHERE.to_owned()))
}

fn pool(address: String) -> Database {
    let seal = Seal::new(Secrets::random().key("edge"));
    let config = config_for(address, &seal, Secrets::random());
    config.database("orchestrator").unwrap()
}

/// In a table of its own at the endpoint, if there is one; nothing, after saying so, if it is to be skipped.
pub(super) async fn dynamodb() -> Option<Home> {
    let client = endpoint().await?;
    let table = format!("test-{}", Uuid::now_v7().simple());
    make_table(&client, &table).await;
    Some(Home {
        state: configured(&table),
        now: Utc::now(),
        place: Place::Dynamo(client, table),
    })
}

/// Who asks the endpoint by themselves.
pub(super) async fn endpoint() -> Option<Client> {
    static SAID: Once = Once::new();
    if variable("SKIP_LOCALSTACK").is_some() {
        // Not by println!, which is shown only when a test fails.
        SAID.call_once(|| {
            writeln!(
                std::io::stderr(),
                "\nskipped: the {BEHAVIOURS} behaviours of the orchestrator's state in DynamoDB, because SKIP_LOCALSTACK is set"
            )
            .unwrap();
        });
        return None;
    }
    assert!(
        variable("AWS_ENDPOINT_URL_DYNAMODB")
            .or(variable("AWS_ENDPOINT_URL"))
            .is_some(),
        "neither AWS_ENDPOINT_URL_DYNAMODB nor AWS_ENDPOINT_URL is set: these tests need a DynamoDB. Run them by `make test`, \
         which starts one, or leave them out by SKIP_LOCALSTACK=1"
    );
    Some(Client::new(&chassis::aws::means().await))
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by make test where their endpoint is"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// As the service is told where its state is.
pub(super) fn settings(table: &str) -> Settings {
    let environment = Environment::default().with("INTERACTIONS_TABLE", table);
    let mut reader = environment.read();
    let settings = Settings::read(&mut reader);
    reader.finish().unwrap();
    settings
}

pub(super) fn configured(table: &str) -> State {
    State::new(&settings(table), &pool(NOWHERE.to_owned()))
}

/// A table with the keys that infra/aws/data.yaml gives it; a test of the wiring compares them.
async fn make_table(client: &Client, table: &str) {
    let mut make = client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in [(PARTITION_KEY, KeyType::Hash), (SORT_KEY, KeyType::Range)] {
        let attribute = AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S);
        let key = KeySchemaElement::builder().attribute_name(name).key_type(kind);
        make = make
            .attribute_definitions(attribute.build().unwrap())
            .key_schema(key.build().unwrap());
    }
    make.send().await.unwrap();
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Home {
    /// The table's name.
    pub(super) fn table(&self) -> &str {
        match &self.place {
            Place::Dynamo(_, table) => table,
            Place::Tables(_) => panic!("it is in no table of DynamoDB"),
        }
    }

    /// In how many rows or items these letters stand anywhere; with no letters, how many there are. Letters up to `f` alone may stand
    /// in any id.
    pub(super) async fn holding(&self, letters: &str) -> usize {
        match &self.place {
            Place::Tables(database) => {
                let mut conn = database.session_of("orchestrator").await;
                let found: Count = statement(
                    "SELECT (SELECT count(*) FROM interaction i WHERE i::text LIKE '%' || $1 || '%') \
                     + (SELECT count(*) FROM conversation c WHERE c::text LIKE '%' || $1 || '%') AS count",
                )
                .bind::<Text, _>(letters)
                .get_result(&mut conn)
                .await
                .unwrap();
                found.count.try_into().unwrap()
            }
            Place::Dynamo(client, table) => {
                let all = client.scan().table_name(table).into_paginator().items().send();
                let all: Vec<_> = all.collect::<Result<_, _>>().await.unwrap();
                let holds = |value: &AttributeValue| matches!(value, AttributeValue::S(text) if text.contains(letters));
                all.iter().filter(|item| item.values().any(holds)).count()
            }
        }
    }

    /// So long after the beginning.
    pub(super) fn after(&self, seconds: i64) -> DateTime<Utc> {
        self.now + TimeDelta::seconds(seconds)
    }

    pub(super) fn until(&self, seconds: i64) -> Until {
        Until::after(self.now, TimeDelta::seconds(seconds)).unwrap()
    }

    /// Somebody asks for somebody's suspension, for a minute.
    pub(super) fn asked(&self, number: &str) -> Asked {
        Asked {
            id: id(number),
            who: id("iris"),
            command: Code::parse("suspend").unwrap(),
            about: Some(id("grace")),
            until: self.until(60),
        }
    }

    /// Takes what nobody has taken.
    pub(super) async fn take(&self, asked: &Asked) -> Interaction {
        match self.state.take(asked, self.now).await.unwrap() {
            Taken::Now(taken) => taken,
            Taken::Before(taken) => panic!("it was taken before: {taken:?}"),
        }
    }

    /// Begins what nobody works on, for ten seconds.
    pub(super) async fn begin(&self, id: &Id, now: DateTime<Utc>) -> Lease {
        match self.state.begin(id, TimeDelta::seconds(10), now).await.unwrap() {
            Begun::Yours(begun) => lease_in(&begun),
            other => panic!("it is not ours: {other:?}"),
        }
    }

    /// Somebody is about to suspend somebody, for a minute.
    pub(super) fn opening(&self) -> Opening {
        Opening {
            who: id("iris"),
            about: Some(id("grace")),
            contents: contents("which"),
            until: self.until(60),
        }
    }
}

pub(super) fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

pub(super) fn done(code: &str) -> Outcome {
    Outcome::Done(Code::parse(code).unwrap())
}

pub(super) fn contents(step: &str) -> Contents {
    Contents::new(json!({ "step": step })).unwrap()
}

pub(super) fn lease_in(interaction: &Interaction) -> Lease {
    match interaction.progress {
        Progress::Working { lease, .. } => lease,
        ref other => panic!("nobody works on it: {other:?}"),
    }
}

/// The refusal, by name.
#[track_caller]
pub(super) fn refused<T: std::fmt::Debug>(result: chassis::Result<T>) -> &'static str {
    match result {
        Err(chassis::Error::Refused(Refusal { code, .. })) => code,
        other => panic!("it was not refused: {other:?}"),
    }
}
