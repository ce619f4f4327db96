//! Identity and the people at its door.

use chassis::session::{COOKIE, DEVICE_COOKIES, SessionKey, SessionToken};
use chassis::{Caller, Config, PRINCIPAL_HEADER, Principal, Secrets};
use chrono::Utc;
use events::SessionId;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::header::SET_COOKIE;
use identity::Settings;
use identity::mailbox::{self, Mail};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::time::{Duration, Instant};
use testkit::{Answer, Client, TestService};
use totp_rs::{Builder, Secret};
use url::Url;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// Nothing here takes as long as this, however busy the machine is.
const LONG: Duration = Duration::from_secs(20);

/// The service, and what its tests must know of its secrets.
pub(crate) struct Identity {
    pub(crate) app: TestService,
    pub(crate) secrets: Secrets,
    config: Config,
}

/// As in `valine up`, but that everybody may try everything as often as they like.
pub(crate) async fn start() -> Identity {
    start_with(Settings::default().unlimited()).await
}

pub(crate) async fn start_with(settings: Settings) -> Identity {
    start_exactly(settings.quick()).await
}

/// With hashes that are as slow as they say.
pub(crate) async fn start_exactly(settings: Settings) -> Identity {
    let configured = RefCell::new(None);
    let app = TestService::start(|config: &Config| {
        configured.replace(Some(config.clone()));
        identity::service(config, settings.clone())
    })
    .await;
    let config = configured.into_inner().expect("the service was built");
    Identity {
        app,
        secrets: config.secrets.clone(),
        config,
    }
}

/// The app on somebody's phone that shows codes.
pub(crate) struct Phone(Secret);

impl Phone {
    /// With the secret of an answer of `POST /auth/2fa/setup`.
    pub(crate) fn of(answer: &Value) -> Self {
        let secret = answer["secret"].as_str().expect("a secret");
        Self(Secret::try_from_base32(secret).expect("base32"))
    }

    /// The code that it shows, or will show so many steps from now.
    pub(crate) fn code(&self, steps: i64) -> String {
        let totp = Builder::new()
            .with_secret(self.0.clone())
            .build()
            .expect("a secret of that length");
        let then = Utc::now().timestamp() + steps * 30;
        totp.generate(then.try_into().expect("after 1970")).to_string()
    }

    /// Its secret, as it would stand in a dump of the database.
    pub(crate) fn in_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The cookies of an answer by which accounts know the device, as they are sent back.
pub(crate) fn device_cookies(answer: &Answer) -> String {
    let cookies = answer
        .headers
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok());
    let known: Vec<_> = cookies
        .filter(|cookie| cookie.starts_with(DEVICE_COOKIES))
        .inspect(|cookie| assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}"))
        .filter_map(|cookie| cookie.split(';').next())
        .collect();
    assert!(!known.is_empty(), "no cookie of a known device: {}", answer.text);
    known.join("; ")
}

/// What somebody of this name says when they sign up.
pub(crate) fn application(name: &str) -> Value {
    json!({
        "email": format!("{name}@mail.example"),
        "password": PASSWORD,
        "username": name,
        "displayName": format!("{name} of Joint"),
    })
}

impl Identity {
    /// Somebody without a session.
    pub(crate) fn visitor(&self) -> Client {
        self.app.anonymous()
    }

    /// Somebody who presents the operator's key.
    pub(crate) fn operator(&self) -> Client {
        let voucher = self
            .app
            .seal
            .vouch("identity", &Caller::Anonymous, true, Utc::now())
            .expect("a voucher");
        let client = Client::new(self.app.service.router.clone());
        client.with(PRINCIPAL_HEADER.as_str(), voucher.to_str().expect("ASCII"))
    }

    /// Somebody at the door of another process, which has the same database.
    pub(crate) fn another_process(&self, settings: Settings) -> Client {
        let service = identity::service(&self.config, settings.quick()).expect("the service can be built");
        testkit::signed(&service, &self.app.seal, &Caller::Anonymous)
    }

    /// Somebody of this name with a second factor, their phone, and their recovery codes.
    pub(crate) async fn with_phone(&self, name: &str) -> (Client, Phone, Vec<String>) {
        let member = self.member(name).await;
        let (phone, codes) = self.phone_of(&member).await;
        (member, phone, codes)
    }

    /// Gives somebody a second factor; answers their phone, and their recovery codes.
    pub(crate) async fn phone_of(&self, member: &Client) -> (Phone, Vec<String>) {
        let proposed = member
            .post("/auth/2fa/setup", json!({ "password": PASSWORD }))
            .await;
        let phone = Phone::of(&proposed.expect(200));
        let enabled = member
            .post("/auth/2fa/enable", json!({ "code": phone.code(0) }))
            .await;
        let enabled = enabled.expect(200);
        let codes = enabled["recoveryCodes"].as_array().expect("codes").iter();
        let codes = codes
            .map(|code| code.as_str().expect("a code").to_owned())
            .collect();
        (phone, codes)
    }

    /// Signs somebody up; answers the token of their first session.
    pub(crate) async fn sign_up(&self, name: &str) -> SessionToken {
        let answer = self.visitor().post("/auth/signup", application(name)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        self.token(&answer).expect("a session cookie")
    }

    pub(crate) async fn log_in(&self, email: &str, password: &str) -> Answer {
        let ask = json!({ "email": email, "password": password });
        self.visitor().post("/auth/login", ask).await
    }

    /// Logs somebody in who signed up; answers the token of the new session.
    pub(crate) async fn log_in_again(&self, name: &str) -> SessionToken {
        let answer = self.log_in(&format!("{name}@mail.example"), PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        self.token(&answer).expect("a session cookie")
    }

    /// What the answer's cookie says, if it sets one; verified as the edge does.
    pub(crate) fn token(&self, answer: &Answer) -> Option<SessionToken> {
        let cookie = answer.headers.get(SET_COOKIE)?.to_str().expect("ASCII");
        let (pair, _) = cookie.split_once(';').expect("attributes");
        let token = pair.strip_prefix(COOKIE)?.strip_prefix('=')?;
        SessionKey::new(&self.secrets).verify(token, Utc::now())
    }

    /// What the edge is told about a session.
    pub(crate) async fn recognise(&self, id: SessionId) -> Answer {
        let edge = self.app.as_caller(&Caller::Edge);
        edge.get(&format!("/internal/sessions/{id}")).await
    }

    /// A client of this session, admitted as the edge does it: by asking whether the session lives.
    pub(crate) async fn with_session(&self, token: SessionToken) -> Client {
        self.app.logged_in(self.principal(token).await)
    }

    /// What the edge says of whoever has this session. It says it for a minute; who tests for longer has it said again.
    pub(crate) async fn principal(&self, token: SessionToken) -> Principal {
        let mut answer = self.recognise(token.session).await.expect(200);
        let principal: Principal = serde_json::from_value(answer["principal"].take()).expect("a principal");
        assert_eq!(principal.account, token.account);
        principal
    }

    /// Somebody of this name, signed up and logged in.
    pub(crate) async fn member(&self, name: &str) -> Client {
        let token = self.sign_up(name).await;
        self.with_session(token).await
    }

    /// The mails to an address, newest first, once every event has come to its end.
    pub(crate) async fn mails(&self, to: &str) -> Vec<Mail> {
        self.app.settle().await;
        let conn = self.app.session().await;
        mailbox::list(&conn, Some(to)).await.expect("the mailbox opens")
    }

    /// The token in the newest mail to an address.
    pub(crate) async fn mailed_token(&self, to: &str) -> String {
        let mails = self.mails(to).await;
        let link = mails
            .first()
            .and_then(|mail| mail.links.first())
            .expect("a mail with a link");
        let link = Url::parse(link).expect("a URL");
        let (_, token) = link
            .query_pairs()
            .find(|(name, _)| name == "token")
            .expect("a token");
        token.into_owned()
    }

    pub(crate) async fn verify(&self, token: &str) -> Answer {
        self.visitor()
            .post("/auth/verify-email", json!({ "token": token }))
            .await
    }

    /// How many rows a condition finds, or what else a query counts.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        use diesel::prelude::*;
        use diesel_async::RunQueryDsl;
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            count: i64,
        }
        let row: Row = diesel::sql_query(format!("SELECT count(*) AS count FROM {sql}"))
            .get_result(&mut self.app.session().await)
            .await
            .expect("it can be counted");
        row.count
    }

    /// Changes rows behind the service's back.
    pub(crate) async fn execute(&self, sql: &str) {
        use diesel_async::SimpleAsyncConnection;
        let mut conn = self.app.session().await;
        conn.batch_execute(sql).await.expect("it can be executed");
    }

    /// Asks while another transaction holds what `lock` locks; once the request waits for it, that one does `then` and
    /// commits.
    pub(crate) async fn behind(
        &self,
        lock: &str,
        then: &str,
        request: impl Future<Output = Answer>,
    ) -> Answer {
        use diesel_async::SimpleAsyncConnection;
        let mut other = self.app.session().await;
        other
            .batch_execute(&format!("BEGIN; {lock}"))
            .await
            .expect("the lock is free");
        let release = async {
            self.until_waiting(1).await;
            other
                .batch_execute(&format!("{then}; COMMIT"))
                .await
                .expect("it can be executed");
        };
        let (answer, ()) = tokio::join!(request, release);
        answer
    }

    /// Asks both while another transaction holds what `lock` locks: the second once the first waits. When both do, they are let
    /// go on.
    pub(crate) fn both_behind<'a>(
        &'a self,
        lock: &'a str,
        first: impl Future<Output = Answer> + 'a,
        second: impl Future<Output = Answer> + 'a,
    ) -> LocalBoxFuture<'a, [Answer; 2]> {
        let both = async move {
            use diesel_async::SimpleAsyncConnection;
            let mut other = self.app.session().await;
            other
                .batch_execute(&format!("BEGIN; {lock}"))
                .await
                .expect("the lock is free");
            let second = async {
                self.until_waiting(1).await;
                second.await
            };
            let release = async {
                self.until_waiting(2).await;
                other.batch_execute("COMMIT").await.expect("it can be executed");
            };
            let (first, second, ()) = tokio::join!(first, second, release);
            [first, second]
        };
        both.boxed_local()
    }

    /// Returns when so many transactions wait for a lock.
    async fn until_waiting(&self, number: i64) {
        let waiting = "pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        let begun = Instant::now();
        while self.count(waiting).await < number {
            assert!(begun.elapsed() < LONG, "fewer than {number} wait");
        }
    }

    /// The kinds of everything published, in order.
    pub(crate) async fn published(&self) -> Vec<&'static str> {
        let published = self.app.published().await;
        published.iter().map(|envelope| envelope.event.kind()).collect()
    }
}
