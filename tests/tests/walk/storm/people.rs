//! Fifty people, who go on whatever happens to them: whose session ends logs in again, and who is let in no more comes anew.

use super::known::Known;
use crate::document::Operation;
use chassis::Role;
use chassis::session::COOKIE;
use end_to_end::{TestNetwork, cookie, text};
use http::Method;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use testkit::Answer;

/// Comes to be in every name and address, so that each is new.
static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// A number that nobody else has.
pub(super) fn number() -> usize {
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// How often somebody asks again who is told that it is too busy just now.
pub(super) const PATIENCE: usize = 1_000;

/// Asks with the operator's key, for limits and throttles are there for others; and again for as long as it is too busy.
async fn patiently(network: &TestNetwork, path: &str, ask: Value) -> Answer {
    let key = network.settings.operator_key.as_deref().unwrap_or_default();
    let client = network.nobody().with("x-valine-operator", key);
    for _ in 0..PATIENCE {
        let answer = client.post(path, ask.clone()).await;
        if answer.status != 503 {
            return answer;
        }
    }
    panic!("{path}: too busy for ever");
}

/// Somebody who asks at random.
pub(super) struct Member {
    pub(super) dice: SmallRng,
    pub(super) email: String,
    pub(super) password: String,
    pub(super) cookie: String,
    /// What an app on their phone would know.
    pub(super) phone: Option<String>,
    pub(super) role: Role,
}

impl Member {
    /// Signs up.
    pub(super) async fn new(network: &TestNetwork, known: &Known, seed: u64, role: Role) -> Self {
        let mut member = Self {
            dice: SmallRng::seed_from_u64(seed),
            email: String::new(),
            password: String::new(),
            cookie: String::new(),
            phone: None,
            role,
        };
        member.come_anew(network, known).await;
        member
    }

    async fn come_anew(&mut self, network: &TestNetwork, known: &Known) {
        let username = format!("storm_{}", number());
        (self.email, self.password) = (
            format!("{username}@mail.example"),
            format!("{username} has a word"),
        );
        self.phone = None;
        let ask = json!({ "email": self.email, "password": self.password, "username": username, "displayName": username });
        let answer = patiently(network, "/api/auth/signup", ask).await;
        self.cookie = cookie(&answer);
        known.read("", &answer.expect(201));
        if self.role != Role::Member {
            let mut conn = network.database.session_of("identity").await;
            identity::operators::set_role(&mut conn, &self.email, self.role)
                .await
                .unwrap();
        }
    }

    async fn log_in(&mut self, network: &TestNetwork) -> bool {
        let ask = json!({ "email": self.email, "password": self.password });
        let answer = patiently(network, "/api/auth/login", ask).await;
        let is_in = answer.status == 200;
        if is_in {
            self.cookie = cookie(&answer);
        }
        is_in
    }

    /// After an answer: whoever is out comes in again, in one way or another.
    pub(super) async fn go_on(
        &mut self,
        network: &TestNetwork,
        known: &Known,
        operation: &Operation,
        status: u16,
    ) {
        let leaves = operation.method == Method::DELETE && operation.path.ends_with("/auth/account");
        let is_out = (status == 401 && !operation.is_public)
            || (status == 200 && operation.path.ends_with("/auth/logout"))
            || (status == 202 && leaves);
        if is_out && !self.log_in(network).await {
            self.come_anew(network, known).await;
        }
    }

    /// What follows from an answer for whoever got it: cookies are kept, and so is what an app would read off a picture.
    pub(super) fn keep(&mut self, cookies: &[String], answer: &Value) {
        for cookie in cookies {
            let pair = cookie.split(';').next().unwrap_or_default();
            if pair.starts_with(&format!("{COOKIE}=ey")) {
                self.cookie = pair.to_owned();
            }
        }
        if answer.get("otpauthUrl").is_some() {
            self.phone = Some(text(answer, "/secret"));
        }
    }

    /// Whether something happens that happens once in so many times.
    pub(super) fn once_in(&mut self, times: u32) -> bool {
        self.dice.random_range(0..times) == 0
    }
}
