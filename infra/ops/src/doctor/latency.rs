//! From a post to its being found, measured as a person would: through the HTTP API.

use super::Finding;
use crate::installation::Installation;
use crate::seed::is_loopback;
use anyhow::{Context, Result, bail, ensure};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use url::Url;

/// The doctor's own account; what follows is the installation's own, so that nobody else can have it first.
const NAME: &str = "valine_doctor_";

/// Bytes of a key that make the name one's own.
const OWN: usize = 4;

/// Posts that are measured, after one that warms everything up.
const SAMPLES: usize = 10;

/// A post that is not found by then is not found.
const LOST: Duration = Duration::from_secs(10);

/// Measures, if the system runs.
pub(super) async fn measure(installation: &Installation, url: &Url) -> Finding {
    let what = "from commit to search";
    if installation.is_function() {
        return Finding::well(
            what,
            "not measured from a function; the dashboard has what people wait for",
        );
    }
    match samples(installation, url).await {
        Ok(Measured::Posts(mut samples)) => {
            samples.sort_unstable();
            let at = |share: usize| {
                samples
                    .get(samples.len() * share / 100)
                    .copied()
                    .unwrap_or_default()
            };
            let worst = samples.last().copied().unwrap_or_default();
            Finding::well(
                what,
                format!(
                    "{:.1} ms in the middle, {:.1} ms at worst, of {} posts through the HTTP API",
                    at(50).as_secs_f64() * 1e3,
                    worst.as_secs_f64() * 1e3,
                    samples.len()
                ),
            )
        }
        Ok(Measured::Not(why)) => Finding::well(what, format!("not measured: {why}")),
        Err(error) => Finding::ill(what, format!("{error:#}")),
    }
}

/// What was measured, or why nothing was.
enum Measured {
    Posts(Vec<Duration>),
    Not(String),
}

/// Doors that are closed on purpose: what they say, and what it means for the doctor.
const CLOSED: [(&str, &str); 2] = [
    ("NOT_ON_ALLOWLIST", "only invited people may sign up here"),
    (
        "EMAIL_NOT_VERIFIED",
        "whoever signs up here has to confirm their address first",
    ),
];

async fn samples(installation: &Installation, url: &Url) -> Result<Measured> {
    if !is_loopback(url) {
        // The operator's key and the doctor's password go there, and nothing says who listens.
        bail!("{url} is not this machine; measure on the machine that the system runs on");
    }
    let client = Client::builder()
        .cookie_store(true)
        .timeout(Duration::from_secs(10))
        .build()?;
    if client.get(url.join("health")?).send().await.is_err() {
        return Ok(Measured::Not(format!(
            "nothing answers at {url}; start it with `make up`"
        )));
    }
    let secrets = installation.secrets()?;
    let own = secrets.key("doctor-name");
    let doctor = Doctor {
        name: format!("{NAME}{}", hex::encode(own.get(..OWN).unwrap_or_default())),
        client,
        url: url.join("api/")?,
        operator: installation.operator_key()?,
    };
    if let Some(why) = doctor.log_in(&secrets.password("doctor")).await? {
        return Ok(Measured::Not(why.to_owned()));
    }
    doctor.sample().await?;
    let mut samples = Vec::new();
    for _ in 0..SAMPLES {
        samples.push(doctor.sample().await?);
    }
    Ok(Measured::Posts(samples))
}

struct Doctor {
    name: String,
    client: Client,
    url: Url,
    operator: String,
}

impl Doctor {
    async fn ask(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<(StatusCode, Value)> {
        let mut request = self
            .client
            .request(method, self.url.join(path)?)
            .header("x-valine-operator", &self.operator);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request
            .send()
            .await
            .with_context(|| format!("{path} was not answered"))?;
        let status = answer.status();
        Ok((status, answer.json().await.unwrap_or_default()))
    }

    /// Logs in, with a new account if there is none yet; answers why it may not, where that is as somebody wants it.
    async fn log_in(&self, password: &str) -> Result<Option<&'static str>> {
        let name = &self.name;
        let email = format!("{name}@valine.example");
        let known = json!({ "email": email, "password": password });
        let log_in = || self.ask(reqwest::Method::POST, "auth/login", Some(known.clone()));
        let (status, answer) = log_in().await?;
        if status.is_success() {
            return Ok(None);
        }
        if let Some(why) = closed(&answer) {
            return Ok(Some(why));
        }
        let new = json!({ "email": email, "password": password, "username": name, "displayName": "Valine's doctor" });
        let (status, answer) = self.ask(reqwest::Method::POST, "auth/signup", Some(new)).await?;
        if let Some(why) = closed(&answer) {
            return Ok(Some(why));
        }
        if !status.is_success() {
            bail!(
                "the doctor's account cannot be made: {status} {}",
                message(&answer)
            );
        }
        let hidden = json!({ "privacy": { "searchable": false } });
        let (status, _) = self.ask(reqwest::Method::PATCH, "users/me", Some(hidden)).await?;
        if status != StatusCode::UNAUTHORIZED {
            return Ok(None);
        }
        // Where addresses are confirmed first, a sign-up is no log-in; then a log-in says so.
        let (status, answer) = log_in().await?;
        let why = closed(&answer);
        ensure!(
            why.is_some(),
            "the doctor's session is not taken: {status} {}",
            message(&answer)
        );
        Ok(why)
    }

    /// Posts a word nobody else knows, asks until it is found, removes it.
    async fn sample(&self) -> Result<Duration> {
        let word = format!("valine{}", uuid::Uuid::now_v7().simple());
        let post = json!({ "content": word, "visibility": "private" });
        let (status, answer) = self.ask(reqwest::Method::POST, "posts", Some(post)).await?;
        if status != StatusCode::CREATED {
            bail!("the doctor cannot post: {status} {}", message(&answer));
        }
        let committed = Instant::now();
        let found = loop {
            let (status, answer) = self
                .ask(reqwest::Method::GET, &format!("search/posts?q={word}"), None)
                .await?;
            if status.is_success() && answer.pointer("/posts/0").is_some() {
                break Some(committed.elapsed());
            }
            if committed.elapsed() > LOST {
                break None;
            }
        };
        let id = answer
            .pointer("/post/id")
            .and_then(Value::as_str)
            .context("the new post has no id")?;
        self.ask(reqwest::Method::DELETE, &format!("posts/{id}"), None)
            .await?;
        found.with_context(|| format!("a post was not found within {} s", LOST.as_secs()))
    }
}

/// What a refusal means, if the door is closed on purpose.
fn closed(answer: &Value) -> Option<&'static str> {
    let code = answer.pointer("/code").and_then(Value::as_str)?;
    let (_, why) = CLOSED.iter().find(|(known, _)| *known == code)?;
    Some(why)
}

/// What a refusal says to people.
fn message(answer: &Value) -> &str {
    answer
        .pointer("/message")
        .and_then(Value::as_str)
        .unwrap_or("without words")
}
