//! Processes on either carrier, and what a test does to what they carry.

use crate::by_aws::{is_skipped, needed, walked};
use chassis::config::Environment;
use chassis::transport::{Aws, AwsSettings, Depth};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use end_to_end::{Passage, Person, Said, TestNetwork};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Longer than anything here takes.
const LIMIT: Duration = Duration::from_secs(120);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// Whose queue these journeys are about.
pub(crate) const CONSUMER: &str = "search-indexer";

/// In the consumer's own schema, as if its disk were full for posts alone.
const BREAK: &str = "CREATE FUNCTION search_indexer.away() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'the list of words is away for %', NEW.id; END $$; \
     CREATE TRIGGER away BEFORE INSERT OR UPDATE ON search_indexer.post FOR EACH ROW EXECUTE FUNCTION search_indexer.away()";
const MEND: &str = "DROP TRIGGER away ON search_indexer.post";

/// What waits for another try is tried now; what is in hand stays in hand.
const HASTEN: &str =
    "UPDATE bus.search_indexer SET visible_at = now() WHERE lessee IS NULL AND visible_at > now()";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    row: String,
}

/// What carries the events.
pub(crate) enum Carrier {
    Tables,
    Queues(Queues),
}

/// A stack of `infra/aws/messaging.yaml`.
pub(crate) struct Queues {
    pub(crate) passage: Passage,
    pub(crate) stack: String,
    url: String,
    pub(crate) sqs: aws_sdk_sqs::Client,
}

/// The processes, somebody in them, and the administrator's session.
pub(crate) struct Stage {
    pub(crate) network: TestNetwork,
    pub(crate) carrier: Carrier,
    pub(crate) ada: Person,
    pub(crate) conn: AsyncPgConnection,
    journey: &'static str,
}

impl Stage {
    /// On tables.
    pub(crate) async fn on_tables(journey: &'static str) -> Self {
        let network = TestNetwork::in_processes(None).await;
        Self::with(network, Carrier::Tables, journey).await
    }

    /// On a stack at the endpoint; nothing, after saying so, if it is to be skipped.
    pub(crate) async fn on_queues(stack: &str, journey: &'static str) -> Option<Self> {
        if is_skipped(journey) {
            return None;
        }
        let passage = Passage::open(&needed("AWS_ENDPOINT_URL")).await;
        let bus = needed(stack);
        let url = needed("TEST_QUEUE_URL").replace("{stack}", &bus);
        let told: Environment = ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
            .into_iter()
            .map(|name| (name.to_owned(), needed(name)))
            .chain([
                ("AWS_ENDPOINT_URL".to_owned(), passage.address().to_owned()),
                ("EVENT_BUS_NAME".to_owned(), bus.clone()),
                ("QUEUE_URL".to_owned(), url.clone()),
            ])
            .collect();
        let settings = AwsSettings {
            bus: bus.clone(),
            queues: url.parse().unwrap(),
        };
        let queues = Queues {
            passage,
            stack: bus,
            url,
            sqs: aws_sdk_sqs::Client::new(&chassis::aws::means().await),
        };
        let aws = Aws::from_environment(settings).await;
        let network = TestNetwork::in_processes(Some((aws, told))).await;
        Some(Self::with(network, Carrier::Queues(queues), journey).await)
    }

    async fn with(network: TestNetwork, carrier: Carrier, journey: &'static str) -> Self {
        let ada = network.sign_up("ada").await;
        network.settle().await;
        let conn = network.database.session().await;
        Self {
            network,
            carrier,
            ada,
            conn,
            journey,
        }
    }

    /// Ends it, and says that it was walked.
    pub(crate) async fn end(self) {
        self.network.stop().await;
        if let Carrier::Queues(_) = self.carrier {
            walked(self.journey, "between processes");
        }
    }

    /// Where there are queues.
    pub(crate) fn queues(&self) -> &Queues {
        match &self.carrier {
            Carrier::Queues(queues) => queues,
            Carrier::Tables => panic!("it has tables"),
        }
    }

    pub(crate) fn is_on_tables(&self) -> bool {
        matches!(self.carrier, Carrier::Tables)
    }

    pub(crate) async fn post(&self, words: &str) -> Value {
        let ask = json!({ "content": format!("walrus {words}"), "visibility": "public" });
        self.ada.client.post("/api/posts", ask).await.expect(201)
    }

    /// How many posts are found.
    pub(crate) async fn found(&self) -> i64 {
        let found = self
            .ada
            .client
            .get("/api/search/posts?q=walrus")
            .await
            .expect(200);
        found["total"].as_i64().unwrap()
    }

    pub(crate) async fn until_found(&self, posts: i64) {
        until(&format!("{posts} posts are found"), async || {
            self.found().await == posts
        })
        .await;
    }

    pub(crate) async fn sql(&mut self, sql: &str) {
        self.conn.batch_execute(sql).await.unwrap();
    }

    pub(crate) async fn count(&mut self, from: &str) -> i64 {
        let query = format!("SELECT count(*) AS count FROM {from}");
        let found: Count = diesel::sql_query(query).get_result(&mut self.conn).await.unwrap();
        found.count
    }

    /// What the consumer has written, with the transactions that wrote it: done again would be another one.
    pub(crate) async fn rows(&mut self) -> Vec<String> {
        let query = "SELECT xmin::text || to_jsonb(post)::text AS row FROM search_indexer.post \
             UNION ALL SELECT xmin::text || to_jsonb(inbox)::text FROM search_indexer.inbox \
             UNION ALL SELECT to_jsonb(outbox)::text FROM search_indexer.outbox ORDER BY 1";
        let rows: Vec<Row> = diesel::sql_query(query).load(&mut self.conn).await.unwrap();
        rows.into_iter().map(|row| row.row).collect()
    }

    pub(crate) async fn depth(&self) -> Depth {
        let transport = self.network.transport_of(CONSUMER);
        transport.depth(CONSUMER).await.unwrap()
    }

    /// From now on the consumer fails for posts, and does not pause between its tries.
    pub(crate) async fn break_consumer(&mut self) {
        self.sql(BREAK).await;
        if let Carrier::Queues(queues) = &self.carrier {
            queues.passage.hasten();
        }
    }

    pub(crate) async fn mend_consumer(&mut self) {
        self.sql(MEND).await;
    }

    /// Waits until so many are dead, and nothing else is under way.
    pub(crate) async fn until_dead(&mut self, letters: i64) {
        let mut looks = Looks::begin();
        loop {
            let depth = self.depth().await;
            if depth.dead == letters && depth.is_quiet() {
                return;
            }
            looks
                .next(&format!("{letters} dead letters, and no more: {depth:?}"))
                .await;
            if self.is_on_tables() {
                self.sql(HASTEN).await;
            }
        }
    }

    /// Puts this among the consumer's dead letters, as if it had come again and died; the bus may say anything twice.
    pub(crate) async fn put_aside(&mut self, envelope: &Value) {
        let body = envelope.to_string();
        if let Carrier::Queues(queues) = &self.carrier {
            queues.send("-dead", &body).await;
            return;
        }
        let insert = "INSERT INTO bus.search_indexer_dead (id, event_id, type, body, receive_count, sent_at) \
             SELECT nextval(pg_get_serial_sequence('bus.search_indexer', 'id')), ($1::json ->> 'id')::uuid, $1::json ->> 'type', \
             $1, 5, now()";
        let insert = diesel::sql_query(insert).bind::<Text, _>(body);
        assert_eq!(insert.execute(&mut self.conn).await.unwrap(), 1);
    }

    pub(crate) async fn valine(&self, arguments: &[&str]) -> Said {
        self.network
            .valine(&[&["dead-letters"], arguments].concat())
            .await
    }

    /// How often a letter was received. SQS counts those who looked at it, too, so there it is no fewer.
    pub(crate) fn tries(&self, letter: &Value) -> i64 {
        let tries = letter["receives"].as_i64().unwrap();
        if self.is_on_tables() {
            return tries;
        }
        tries.min(i64::from(chassis::transport::MAX_RECEIVES))
    }

    /// Dead letters of the consumer.
    pub(crate) async fn listed(&self, arguments: &[&str]) -> Vec<Value> {
        let list = ["list", "--consumer", CONSUMER, "--json"];
        let listed = self.valine(&[&list, arguments].concat()).await.json();
        listed.as_array().unwrap().clone()
    }
}

impl Queues {
    /// The address of the consumer's queue, or of one beside it.
    pub(crate) fn url(&self, suffix: &str) -> String {
        self.url.replace("{service}", CONSUMER) + suffix
    }

    pub(crate) async fn send(&self, suffix: &str, body: &str) {
        let send = self.sqs.send_message().queue_url(self.url(suffix));
        send.message_body(body).send().await.unwrap();
    }
}

/// A text of a JSON object.
pub(crate) fn told<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// Looks for something that comes, however slow the machine is.
pub(crate) struct Looks {
    began: Instant,
    looks: tokio::time::Interval,
}

impl Looks {
    pub(crate) fn begin() -> Self {
        Self {
            began: Instant::now(),
            looks: tokio::time::interval(LOOK),
        }
    }

    /// Waits for the next look.
    pub(crate) async fn next(&mut self, what: &str) {
        assert!(self.began.elapsed() < LIMIT, "not so after {LIMIT:?}: {what}");
        self.looks.tick().await;
    }
}

pub(crate) async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let mut looks = Looks::begin();
    while !holds().await {
        looks.next(what).await;
    }
}
