//! Many people ask everything at once, and half of their connections break off: nothing is done twice, and every number is
//! right afterwards.
//!
//! What they ask is read from the API's document, so that a route which is added is asked, too. A request whose connection broke
//! off is repeated with the same `Idempotency-Key`, as a client does that does not know whether it was heard.
//!
//! `STORM=10000` for all requests (`make storm`); the suite makes fewer. `STORM_SEED` repeats a run, as far as what happens at
//! once can be repeated.

mod asks;
mod known;
mod people;
mod wire;

use crate::contract::assert_nothing;
use crate::described::Described;
use crate::document::{Operation, operations};
use crate::fill::Ask;
use chassis::config::Environment;
use chassis::{Role, schema_of};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use end_to_end::{PIXEL, TestNetwork};
use events::account::SERVICES;
use futures::future::join_all;
use http::{StatusCode, header};
use known::Known;
use people::Member;
use rand::RngExt;
use rand::seq::{IndexedRandom, SliceRandom};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;
use testkit::{Exchange, hasten, witness};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use wire::{Break, Came};

/// People who ask at once: two admins, two moderators, and the rest.
const PEOPLE: usize = 50;

/// Requests in the suite.
const FEW: usize = 750;

/// What everybody shares.
struct Storm<'a> {
    network: &'a TestNetwork,
    address: SocketAddr,
    operations: Vec<Operation>,
    known: Known,
    described: Mutex<Described>,
    found: Mutex<Vec<String>>,
    statuses: Mutex<BTreeMap<String, usize>>,
    asked: Mutex<BTreeMap<String, usize>>,
    busy: Mutex<usize>,
    deck: Mutex<Vec<Operation>>,
    for_staff: Mutex<VecDeque<Operation>>,
}

impl Storm<'_> {
    /// Somebody asks so many things, one after the other.
    async fn ask_much(&self, seed: u64, role: Role, requests: usize) {
        let mut member = Member::new(self.network, &self.known, seed, role).await;
        for place in 0..requests {
            if place % 10 == 0 {
                self.read_mail().await;
            }
            let operation = self.choose(&mut member);
            self.ask(&mut member, &operation).await;
        }
    }

    /// Everybody reads everybody's mail: what stands in a link is typed by somebody, mostly by another than was meant.
    async fn read_mail(&self) {
        let conn = self.network.database.session_of("identity").await;
        let mails = identity::mailbox::list(&conn, None).await.unwrap();
        let links = mails.iter().flat_map(|mail| &mail.links);
        for (_, token) in links.filter_map(|link| link.split_once("token=")) {
            self.known.add("token", token);
        }
    }

    /// Half of the time what comes next in a shuffled deck of all there is, so that nothing is left out; else any, but what
    /// makes something more often, and less often what ends everything for somebody, or is refused to them whatever they say.
    fn choose(&self, member: &mut Member) -> Operation {
        if member.dice.random::<bool>() {
            return self.deal(member);
        }
        let makes = member.once_in(2);
        loop {
            let operation = self.operations.choose(&mut member.dice).unwrap();
            let ends_account = operation.path.ends_with("/auth/account");
            let is_refused = operation.is_for_staff() && member.role == Role::Member;
            let is_fitting = operation.creates || operation.path.contains("/media/");
            if (is_fitting || !makes) && !ends_account && !is_refused {
                return operation.clone();
            }
        }
    }

    /// What comes next. Of what is for staff, members try a part and leave the rest to them.
    fn deal(&self, member: &mut Member) -> Operation {
        let (mut deck, mut for_staff) = (self.deck.lock().unwrap(), self.for_staff.lock().unwrap());
        if member.role != Role::Member
            && let Some(operation) = for_staff.pop_front()
        {
            return operation;
        }
        loop {
            if deck.is_empty() {
                deck.clone_from(&self.operations);
                deck.shuffle(&mut member.dice);
            }
            let operation = deck.pop().unwrap();
            if !operation.is_for_staff() || member.role != Role::Member || member.once_in(4) {
                return operation;
            }
            for_staff.push_back(operation);
        }
    }

    async fn ask(&self, member: &mut Member, operation: &Operation) {
        let ask = asks::ask(member, &self.known, operation);
        let key = format!("storm-{}", people::number());
        let headers = wire::headers(&member.cookie, &key, &ask);
        if member.dice.random::<bool>() {
            let at = if member.once_in(4) {
                Break::Saying(member.dice.random_range(1..100))
            } else {
                // As long as an answer takes, give or take.
                Break::Hearing(Duration::from_micros(member.dice.random_range(0..40_000)))
            };
            wire::begin(self.address, &ask, &headers, at).await;
        }
        let mut came = wire::ask(self.address, &ask, &headers).await;
        // Fifty at once are many for a small machine; who is told to come again does, with the same key.
        for _ in 0..people::PATIENCE {
            if came.status != StatusCode::SERVICE_UNAVAILABLE {
                break;
            }
            *self.busy.lock().unwrap() += 1;
            came = wire::ask(self.address, &ask, &headers).await;
        }
        witness().answered(&Exchange {
            method: &ask.method,
            uri: &ask.address.parse().unwrap(),
            asked_with: &headers,
            typed: &wire::body_of(&ask),
            status: came.status,
            headers: &came.headers,
            text: &came.text,
        });
        let json: Value = serde_json::from_str(&came.text).unwrap_or_default();
        self.judge(operation, &ask.to_string(), &came, &json);
        if came.status.is_success() {
            let mut segments = operation.path.split('/').rev();
            let what = segments.find(|segment| !segment.starts_with('{'));
            self.known.read(what.unwrap_or_default(), &json);
            self.send_file(member, operation, &ask, &json).await;
        }
        let cookies = came.headers.get_all(header::SET_COOKIE).iter();
        let cookies: Vec<_> = cookies
            .map(|cookie| cookie.to_str().unwrap().to_owned())
            .collect();
        member.keep(&cookies, &json);
        let status = came.status.as_u16();
        member.go_on(self.network, &self.known, operation, status).await;
    }

    /// An answer is one that the document describes, and never a failure of ours.
    fn judge(&self, operation: &Operation, ask: &str, came: &Came, json: &Value) {
        let status = came.status.as_u16();
        let fault = self.described.lock().unwrap().fault(
            &operation.method,
            &operation.path,
            came.status,
            &came.text,
            json,
        );
        let failure = came.status.is_server_error().then(|| "a failure".to_owned());
        let text: String = came.text.chars().take(300).collect();
        let faults = fault.into_iter().chain(failure);
        let faults = faults.map(|fault| format!("{ask}: {fault}: {status} {text}"));
        self.found.lock().unwrap().extend(faults);
        *self
            .statuses
            .lock()
            .unwrap()
            .entry(status.to_string())
            .or_default() += 1;
        *self.asked.lock().unwrap().entry(operation.name()).or_default() += 1;
    }

    /// Of the files that are announced as they are, half are sent.
    async fn send_file(&self, member: &mut Member, operation: &Operation, ask: &Ask, answer: &Value) {
        let size = ask.body.as_ref().and_then(|body| body["fileSize"].as_u64());
        let is_announced =
            operation.path.ends_with("/media/upload") && size == u64::try_from(PIXEL.len()).ok();
        if is_announced && member.once_in(2) {
            self.network.send(answer, PIXEL.to_vec()).await;
        }
    }
}

/// Carries everything to its end, also what was to wait: erasures that somebody else held up, messages that failed once.
async fn settle(network: &TestNetwork) {
    let mut conn = network.database.session().await;
    for _ in 0..100 {
        for member in &network.network.members {
            if !member.service.consumers.is_empty() {
                hasten(&network.database, member.service.name).await;
            }
        }
        network.settle().await;
        let mut pending = 0;
        for schema in SERVICES.into_iter().map(schema_of) {
            let left =
                format!("SELECT count(*) AS count FROM {schema}.erased_account WHERE erased_at IS NULL");
            let left: Count = diesel::sql_query(left).get_result(&mut conn).await.unwrap();
            pending += left.count;
            let due = format!("UPDATE {schema}.erased_account SET due_at = now() WHERE erased_at IS NULL");
            conn.batch_execute(&due).await.unwrap();
        }
        if pending == 0 {
            return;
        }
    }
    panic!("erasures do not come to an end");
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Twice {
    #[diesel(sql_type = Text)]
    mark: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Where a text that one request brought stands in more than one row.
async fn done_twice(network: &TestNetwork) -> Vec<String> {
    let mut conn = network.database.session().await;
    let (mut found, mut filled) = (Vec::new(), 0);
    for (table, column) in [
        ("content.post", "content"),
        ("content.comment", "content"),
        ("content.report", "reason"),
        ("media.media", "file_name"),
        ("profile.credit", "title"),
        ("profile.education", "institution"),
        ("profile.link", "url"),
    ] {
        let query = format!(
            "SELECT mark, count(*) AS count FROM (SELECT substring({column} FROM '{mark}[0-9]+z') AS mark FROM {table}) AS it \
             WHERE mark IS NOT NULL GROUP BY mark HAVING count(*) > 1",
            mark = asks::MARK
        );
        let twice: Vec<Twice> = diesel::sql_query(query).load(&mut conn).await.unwrap();
        found.extend(
            twice
                .into_iter()
                .map(|Twice { mark, count }| format!("{mark} stands in {count} rows of {table}")),
        );
        let any = format!(
            "SELECT count(*) AS count FROM {table} WHERE {column} ~ '{}[0-9]+z'",
            asks::MARK
        );
        let any: Count = diesel::sql_query(any).get_result(&mut conn).await.unwrap();
        filled += usize::from(any.count > 0);
    }
    assert!(filled >= 5, "hardly anything came of what was asked: {filled}");
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_storm_of_requests_that_break_off_every_number_is_right() {
    let environment = Environment::of_process();
    let mut reader = environment.read();
    let requests = reader.or("STORM", FEW, "how many requests to make");
    let seed: u64 = reader.or("STORM_SEED", rand::random(), "repeats a run's requests");
    reader.finish().unwrap();
    eprintln!("STORM={requests} STORM_SEED={seed}");

    let network = TestNetwork::start().await;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (stop, stop_serving) = (CancellationToken::new(), CancellationToken::new());
    let storm = Storm {
        address: listener.local_addr().unwrap(),
        operations: operations(&network).await,
        known: Known::default(),
        described: Mutex::new(Described::of(&network).await),
        found: Mutex::default(),
        statuses: Mutex::default(),
        asked: Mutex::default(),
        busy: Mutex::default(),
        deck: Mutex::default(),
        for_staff: Mutex::default(),
        network: &network,
    };
    let router = network.network.router.clone();
    let served = tokio::spawn(chassis::serve(listener, router, stop_serving.clone()));
    let loops = network.network.start(&stop);
    let people = (0..PEOPLE).map(|place| {
        let role = match place {
            0 | 1 => Role::Admin,
            2 | 3 => Role::Moderator,
            _ => Role::Member,
        };
        let seed = seed.wrapping_add(u64::try_from(place).unwrap());
        storm.ask_much(seed, role, requests.div_ceil(PEOPLE))
    });
    join_all(people).await;
    stop_serving.cancel();
    served.await.unwrap();
    stop.cancel();
    loops.join_all().await;

    let (statuses, asked) = (
        storm.statuses.into_inner().unwrap(),
        storm.asked.into_inner().unwrap(),
    );
    let busy = storm.busy.into_inner().unwrap();
    eprintln!("{statuses:?}, {busy} times too busy\n{:?}", storm.known.counts());
    assert_nothing(&storm.found.into_inner().unwrap(), "in the storm");
    let names = storm.operations.iter().map(Operation::name);
    let never: Vec<_> = names.filter(|name| !asked.contains_key(name)).collect();
    assert!(never.len() <= 2, "never asked: {never:?}");
    assert!(
        statuses["200"] * 5 > requests,
        "hardly anything succeeded: {statuses:?}"
    );
    settle(&network).await;
    network.at_rest().await;
    let mut conn = network.database.session().await;
    assert_nothing(
        &ops::doctor::differences(&mut conn).await.unwrap(),
        "after the storm",
    );
    assert_nothing(&done_twice(&network).await, "done twice");
}
