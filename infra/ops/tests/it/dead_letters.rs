//! A consumer breaks while the rest of the network goes on; what it left aside is done once after it was mended, however
//! often it is replayed. Seen as an operator sees it: by `valine dead-letters` and `valine events explain`.

use crate::network::{Answered, RunningNetwork};
use crate::shapes::{shape_of, shape_of_a_letter, shape_of_an_envelope, text};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Longer than anything here takes.
const LIMIT: Duration = Duration::from_secs(60);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

const TYPE: &str = "content.post-changed.v1";

/// In the consumer's own schema, as if its disk were full for posts alone.
const BREAK: &str = "CREATE FUNCTION search_indexer.away() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'the list of words is away for %', NEW.id; END $$; \
     CREATE TRIGGER away BEFORE INSERT OR UPDATE ON search_indexer.post FOR EACH ROW EXECUTE FUNCTION search_indexer.away()";
const MEND: &str = "DROP TRIGGER away ON search_indexer.post";

/// What waits for another try is tried now; what is in hand stays in hand.
const HASTEN: &str =
    "UPDATE bus.search_indexer SET visible_at = now() WHERE lessee IS NULL AND visible_at > now()";

/// The network, somebody in it, and the administrator's session.
struct World {
    network: RunningNetwork,
    ada: Client,
    conn: AsyncPgConnection,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_broken_consumer_left_aside_is_done_once_however_often_it_is_replayed() {
    let mut world = World::start().await;
    world.post("first").await;
    world.until_found(1).await;

    world.sql(BREAK).await;
    for words in ["second", "third", "fourth"] {
        world.post(words).await;
    }
    let letters = world.until_dead(3).await;
    world.others_go_on().await;
    world.filters(&letters).await;
    world.letter_and_journey(&letters[0]).await;
    world.a_replay_before_it_is_mended_comes_back(&letters[0]).await;

    // The bus may say the same again, so the test does: these very letters, later.
    world
        .sql("CREATE TABLE public.copies AS SELECT * FROM bus.search_indexer_dead")
        .await;
    world.sql(MEND).await;
    let one_cause = text(&letters[0], "fingerprint");
    let replayed = world
        .valine(&[
            "replay",
            "--consumer",
            "search-indexer",
            "--error",
            one_cause,
            "--json",
        ])
        .await;
    assert_eq!(replayed.json(), json!({ "replayed": 3, "goneMeanwhile": 0 }));
    world.until_found(4).await;
    world.until_at_rest().await;
    world.its_journey_is_over(&letters[0]).await;

    let done = world.rows().await;
    let nothing = world.valine(&["replay", "--all", "--json"]).await;
    assert_eq!(nothing.json(), json!({ "replayed": 0, "goneMeanwhile": 0 }));
    world
        .sql("INSERT INTO bus.search_indexer_dead SELECT * FROM public.copies")
        .await;
    let again = world.valine(&["replay", "--type", TYPE]).await;
    assert_eq!(
        (again.code, again.talk.lines().next()),
        (Some(0), Some("3 replayed."))
    );
    world.until_at_rest().await;
    assert_eq!(
        world.rows().await,
        done,
        "the same letters again changed something"
    );

    world.discarding().await;
    world.every_action_is_kept().await;
    world.network.run(&["doctor"]).await;
    world.network.end().await;
}

impl World {
    async fn start() -> Self {
        let network = RunningNetwork::start().await;
        let ada = network.sign_up("ada").await;
        let conn = network.administrator().await;
        Self { network, ada, conn }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        self.network.ask((&self.ada, method, path), body).await
    }

    async fn post(&self, words: &str) {
        let ask = json!({ "content": format!("walrus {words}"), "visibility": "public" });
        self.ask(Method::POST, "/api/posts", Some(ask)).await;
    }

    async fn sql(&mut self, sql: &str) {
        self.conn.batch_execute(sql).await.unwrap();
    }

    async fn count(&mut self, from: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            count: i64,
        }
        let query = format!("SELECT count(*) AS count FROM {from}");
        let found: Count = diesel::sql_query(query).get_result(&mut self.conn).await.unwrap();
        found.count
    }

    async fn valine(&self, arguments: &[&str]) -> Answered {
        self.network
            .valine(&[&["dead-letters"], arguments].concat())
            .await
    }

    async fn listed(&self, arguments: &[&str]) -> Vec<Value> {
        let listed = self
            .valine(&[&["list", "--json"], arguments].concat())
            .await
            .json();
        listed.as_array().unwrap().clone()
    }

    async fn until_found(&self, posts: i64) {
        let found =
            async || self.ask(Method::GET, "/api/search/posts?q=walrus", None).await["total"] == posts;
        until(&format!("{posts} posts are found"), found).await;
    }

    /// Waits until so many are dead; tries go on without their pauses.
    async fn until_dead(&mut self, letters: usize) -> Vec<Value> {
        let began = Instant::now();
        let mut looks = tokio::time::interval(LOOK);
        while usize::try_from(self.count("bus.search_indexer_dead").await).unwrap() < letters {
            assert!(
                began.elapsed() < LIMIT,
                "there are not {letters} dead letters after {LIMIT:?}"
            );
            looks.tick().await;
            self.sql(HASTEN).await;
        }
        let listed = self.listed(&[]).await;
        assert_eq!(listed.len(), letters);
        listed
    }

    async fn until_at_rest(&mut self) {
        let began = Instant::now();
        let mut looks = tokio::time::interval(LOOK);
        while self.count("bus.search_indexer").await + self.count("bus.search_indexer_dead").await > 0 {
            assert!(began.elapsed() < LIMIT, "the queue is not empty after {LIMIT:?}");
            looks.tick().await;
        }
    }

    /// Other consumers, and other events of the same one.
    async fn others_go_on(&self) {
        let counted = async || self.ask(Method::GET, "/api/users/me", None).await["postCount"] == 4;
        until("profile has counted all posts", counted).await;
        self.ask(
            Method::PATCH,
            "/api/users/me",
            Some(json!({ "title": "Narrator" })),
        )
        .await;
        let found = async || {
            let found = self.ask(Method::GET, "/api/search/users?q=narrator", None).await;
            found["users"][0]["username"] == "ada"
        };
        until("search finds the profile as it is now", found).await;
        assert_eq!(
            self.ask(Method::GET, "/api/search/posts?q=walrus", None).await["total"],
            1
        );
    }

    async fn filters(&self, letters: &[Value]) {
        let shape = json!([shape_of_a_letter()]);
        assert_eq!(shape_of(&json!([letters[0]])), shape);
        let (id, cause) = (text(&letters[0], "id"), text(&letters[0], "fingerprint"));
        assert!(
            letters.iter().all(|letter| letter["fingerprint"] == cause),
            "one cause, one fingerprint: {letters:?}"
        );
        for (arguments, expected) in [
            (&["--consumer", "search-indexer"][..], 3),
            (&["--consumer", "search_indexer"], 3),
            (&["--consumer", "profile"], 0),
            (&["--type", TYPE], 3),
            (&["--type", "content.post-removed.v1"], 0),
            (&["--error", "LIST of words"], 3),
            (&["--error", cause], 3),
            (&["--error", "another cause"], 0),
            (
                &["--consumer", "search-indexer", "--type", TYPE, "--error", "away"],
                3,
            ),
        ] {
            assert_eq!(self.listed(arguments).await.len(), expected, "{arguments:?}");
        }
        let nobody = self.valine(&["list", "--consumer", "nobody"]).await;
        assert_eq!(nobody.code, Some(1));
        assert!(
            nobody.talk.contains("there is no consumer nobody; there are "),
            "{nobody:?}"
        );
        let none = self.valine(&["list", "--error", "another cause"]).await;
        assert_eq!(
            (none.code, none.talk.as_str()),
            (Some(0), "No dead letters match.\n")
        );
        let by_cause = self.valine(&["list"]).await;
        let lines: Vec<_> = by_cause
            .data
            .lines()
            .filter(|line| line.contains("search-indexer"))
            .collect();
        let [line] = lines[..] else {
            panic!("one line a cause: {by_cause:?}")
        };
        assert!(line.contains("│ 3 ") && line.contains(cause), "{line}");
        let each = self.valine(&["list", "--each"]).await;
        assert!(
            each.data.contains(id) && each.data.matches("search-indexer/").count() == 3,
            "{each:?}"
        );
    }

    async fn letter_and_journey(&self, letter: &Value) {
        let shown = self.valine(&["show", text(letter, "id"), "--json"]).await.json();
        let mut shape = shape_of_a_letter();
        shape["envelope"] = shape_of_an_envelope();
        assert_eq!(shape_of(&shown), shape);
        assert_eq!(shown["envelope"]["id"], letter["eventId"]);
        let people = self.valine(&["show", text(letter, "id")]).await;
        assert!(
            people.data.contains("the list of words is away for") && people.data.contains("walrus"),
            "{people:?}"
        );
        for wrong in ["search-indexer/4711", "search-indexer", "nobody/1"] {
            assert_eq!(self.valine(&["show", wrong]).await.code, Some(1), "{wrong}");
        }

        let journey = self.explained(letter).await;
        let consumer = |service: &str| {
            let consumers = journey["consumers"].as_array().unwrap();
            consumers
                .iter()
                .find(|one| one["service"] == service)
                .cloned()
                .unwrap()
        };
        assert_eq!(
            consumer("search-indexer"),
            json!({ "service": "search-indexer", "handler": "documents", "state": "dead letter", "failure": letter["causes"] })
        );
        assert_eq!(
            consumer("media"),
            json!({ "service": "media", "handler": "sightings", "state": "done", "failure": null })
        );
        let actions: Vec<_> = journey["operators"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| text(one, "action"))
            .collect();
        assert_eq!(actions, ["show", "show"], "who looked is kept, and told");
        let nobody = self
            .network
            .valine(&["events", "explain", "0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77"])
            .await;
        assert_eq!(nobody.code, Some(1));
    }

    async fn explained(&self, letter: &Value) -> Value {
        let event = text(letter, "eventId");
        let journey = self
            .network
            .valine(&["events", "explain", event, "--json"])
            .await
            .json();
        let mut shape = shape_of(&journey);
        for consumer in shape["consumers"].as_array_mut().unwrap() {
            let failure = consumer["failure"].take();
            assert!(
                failure == json!("null") || failure == json!(["text"]),
                "{journey}"
            );
        }
        let consumption = json!({ "service": "text", "handler": "text", "state": "text", "failure": null });
        let consumers = journey["consumers"].as_array().unwrap().len();
        let expected = json!({
            "envelope": shape_of_an_envelope(),
            "outbox": { "service": "text", "attempts": "number", "publishedAt": "text" },
            "consumers": vec![consumption; consumers],
            "caused": [],
            "operators": [],
        });
        shape["operators"] = json!([]);
        assert_eq!(shape, expected);
        journey
    }

    async fn its_journey_is_over(&self, letter: &Value) {
        let journey = self.explained(letter).await;
        for consumer in journey["consumers"].as_array().unwrap() {
            assert_eq!(
                (&consumer["state"], &consumer["failure"]),
                (&json!("done"), &Value::Null),
                "{consumer}"
            );
        }
    }

    /// Named twice, it is one.
    async fn a_replay_before_it_is_mended_comes_back(&mut self, letter: &Value) {
        let id = text(letter, "id");
        let replayed = self.valine(&["replay", id, id, "--json"]).await;
        assert_eq!(replayed.json(), json!({ "replayed": 1, "goneMeanwhile": 0 }));
        let letters = self.until_dead(3).await;
        let again = letters
            .iter()
            .find(|other| other["eventId"] == letter["eventId"])
            .unwrap();
        assert_eq!(
            (&again["receives"], &again["fingerprint"]),
            (&json!(5), &letter["fingerprint"])
        );
        let nothing_named = self.valine(&["replay"]).await;
        assert_eq!(
            nothing_named.code,
            Some(1),
            "what is meant must be said: {nothing_named:?}"
        );
    }

    async fn discarding(&mut self) {
        self.sql("INSERT INTO bus.search_indexer_dead SELECT * FROM public.copies")
            .await;
        self.sql("INSERT INTO bus.search_indexer_dead (id, body, receive_count, sent_at) VALUES (4711, 'no envelope', 5, now())")
            .await;
        let unsaid = self.valine(&["discard", "--all"]).await;
        assert_eq!(unsaid.code, Some(2), "{unsaid:?}");
        let unreadable = self.valine(&["show", "search-indexer/4711"]).await;
        assert!(
            unreadable.data.contains("unreadable") && unreadable.data.contains("no envelope"),
            "{unreadable:?}"
        );
        let one = self
            .valine(&["discard", "search-indexer/4711", "--yes-discard"])
            .await;
        assert_eq!((one.code, one.talk.as_str()), (Some(0), "1 discarded.\n"));
        assert_eq!(self.listed(&[]).await.len(), 3, "the others are still there");
        let rest = self
            .valine(&["discard", "--type", TYPE, "--yes-discard", "--json"])
            .await;
        assert_eq!(rest.json(), json!({ "discarded": 3, "goneMeanwhile": 0 }));
        self.until_at_rest().await;
        assert!(self.listed(&[]).await.is_empty());
        let none = self.valine(&["list"]).await;
        assert_eq!((none.code, none.talk.as_str()), (Some(0), "No dead letters.\n"));
    }

    /// A row an action: by whom, what, of which queue, which event.
    async fn every_action_is_kept(&mut self) {
        let of = |action: &str| {
            format!(
                "bus.operator_action WHERE action = '{action}' AND queue = 'search-indexer' AND operator <> ''"
            )
        };
        for (action, expected) in [("show", 3), ("replay", 1 + 3 + 3), ("discard", 1 + 3)] {
            assert_eq!(self.count(&of(action)).await, expected, "{action}");
        }
        // Looking at an event shows what people said in it, too.
        assert_eq!(
            self.count("bus.operator_action WHERE action = 'explain' AND queue IS NULL")
                .await,
            2
        );
        let without =
            "bus.operator_action WHERE event_id IS NULL AND detail ->> 'id' <> 'search-indexer/4711'";
        assert_eq!(self.count(without).await, 0, "each names its event");
    }

    /// What the consumer has written, with the transactions that wrote it: done again would be another one.
    async fn rows(&mut self) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            row: String,
        }
        let query = "SELECT xmin::text || to_jsonb(post)::text AS row FROM search_indexer.post \
             UNION ALL SELECT xmin::text || to_jsonb(inbox)::text FROM search_indexer.inbox \
             UNION ALL SELECT to_jsonb(outbox)::text FROM search_indexer.outbox ORDER BY 1";
        let rows: Vec<Row> = diesel::sql_query(query).load(&mut self.conn).await.unwrap();
        assert!(
            rows.len() >= 8,
            "four posts, and the claims of their events: {}",
            rows.len()
        );
        rows.into_iter().map(|row| row.row).collect()
    }
}

async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let began = Instant::now();
    let mut looks = tokio::time::interval(LOOK);
    while !holds().await {
        assert!(began.elapsed() < LIMIT, "not so after {LIMIT:?}: {what}");
        looks.tick().await;
    }
}
