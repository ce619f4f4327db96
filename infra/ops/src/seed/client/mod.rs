//! A client that does not give up: it repeats each request until the server has said yes or no.

mod failure;
mod rule;
mod storage;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use reqwest::{Method, StatusCode, redirect};
use serde_json::Value;
use url::Url;
use uuid::Uuid;

pub(super) use failure::{Failure, Refusal};
pub(super) use rule::{Backoff, Settling};
use rule::{Verdict, retry_after, verdict};
pub(super) use storage::upload_headers;

use super::meter::Meter;
use super::progress::Talk;

/// One attempt takes at most this long; a process that hangs is no better than one that is gone.
const ATTEMPT: Duration = Duration::from_secs(30);

/// So many attempts in a row without an answer are told to the person who waits.
const NOTABLE: u32 = 3;

/// What an event may take to arrive at its readers, also behind a backlog.
const SETTLES_WITHIN: Duration = Duration::from_secs(60);

/// What the client is told once.
pub(super) struct Settings {
    /// The server's address, without `/api`.
    pub(super) url: Url,
    /// Sent as `X-Valine-Operator`.
    pub(super) operator_key: String,
    /// How long one request is repeated without an answer.
    pub(super) patience: Duration,
    pub(super) backoff: Backoff,
}

/// One request to the API.
#[derive(Clone, Default)]
pub(super) struct Call<'a> {
    pub(super) method: Method,
    /// Below `/api`, with a leading slash.
    pub(super) path: String,
    pub(super) cookie: Option<&'a str>,
    pub(super) key: Option<Uuid>,
    pub(super) body: Option<Value>,
    /// Success is this status and no other.
    pub(super) expect: StatusCode,
    pub(super) settling: Settling,
}

/// A good answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// Null if there was none.
    pub(super) body: Value,
    /// The session cookie, if the answer set one.
    pub(super) cookie: Option<String>,
}

/// See the module.
pub(super) struct Client {
    http: reqwest::Client,
    settings: Settings,
    api: String,
    operator: HeaderValue,
    talk: Talk,
    /// Nobody answers at the moment, and this was said.
    silent: AtomicBool,
}

/// One attempt's outcome when it is no success.
struct Miss {
    verdict: Verdict,
    retry_after: Option<Duration>,
    refusal: Refusal,
}

impl Client {
    /// # Errors
    ///
    /// When the operator key cannot stand in a header, or the address is not `http://…`.
    pub(super) fn new(settings: Settings, talk: Talk) -> Result<Self> {
        if settings.url.scheme() != "http" || settings.url.host_str().is_none() {
            bail!(
                "{} is no address that a seed can talk to; give one that begins with http://",
                settings.url
            );
        }
        let mut operator = HeaderValue::from_str(settings.operator_key.trim())
            .context("the operator key holds characters that no key has; is this the right file?")?;
        operator.set_sensitive(true);
        let http = reqwest::Client::builder()
            .timeout(ATTEMPT)
            // A redirect goes to the storage, which must not see the session.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .context("cannot make an HTTP client")?;
        Ok(Self {
            http,
            api: format!("{}/api", settings.url.as_str().trim_end_matches('/')),
            operator,
            settings,
            talk,
            silent: AtomicBool::new(false),
        })
    }

    /// The absolute form of an address that the API has named.
    pub(super) fn absolute(&self, address: &str) -> String {
        if address.starts_with('/') {
            format!("{}{address}", self.settings.url.as_str().trim_end_matches('/'))
        } else {
            address.to_owned()
        }
    }

    /// Asks until there is an answer.
    pub(super) async fn call(&self, call: &Call<'_>, meter: &Meter) -> Result<Answer, Failure> {
        let body = match &call.body {
            Some(body) => Some(serde_json::to_vec(body).context("a request could not be written as JSON")?),
            None => None,
        };
        self.until_answered(&format!("{} {}", call.method, call.path), meter, || {
            self.attempt(call, body.clone())
        })
        .await
    }

    async fn attempt(
        &self,
        call: &Call<'_>,
        body: Option<Vec<u8>>,
    ) -> Result<Result<Answer, Miss>, reqwest::Error> {
        let mut request = self
            .http
            .request(call.method.clone(), format!("{}{}", self.api, call.path))
            .header(ACCEPT, "application/json")
            .header("x-valine-operator", self.operator.clone());
        if let Some(cookie) = call.cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some(key) = call.key {
            request = request.header("idempotency-key", key.to_string());
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await?;
        if status == call.expect {
            // An empty body is none.
            let body = if bytes.is_empty() {
                Ok(Value::Null)
            } else {
                serde_json::from_slice(&bytes)
            };
            return Ok(match body {
                Ok(body) => Ok(Answer {
                    body,
                    cookie: session_cookie(&headers),
                }),
                Err(cause) => Err(self.miss(
                    call,
                    status,
                    &headers,
                    "",
                    &format!("the body is no JSON: {cause}"),
                )),
            });
        }
        let error: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let text = |name| {
            error
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let mut message = text("message");
        if let Some(details) = error
            .get("details")
            .filter(|details| details.as_array().is_some_and(|list| !list.is_empty()))
        {
            message = format!("{message} {details}");
        }
        if message.is_empty() && status.is_success() {
            message = format!("expected {}", call.expect);
        }
        Ok(Err(self.miss(call, status, &headers, &text("code"), &message)))
    }

    fn miss(
        &self,
        call: &Call<'_>,
        status: StatusCode,
        headers: &HeaderMap,
        code: &str,
        message: &str,
    ) -> Miss {
        Miss {
            verdict: verdict(status, headers, code, call.settling),
            retry_after: retry_after(headers),
            refusal: Refusal {
                method: call.method.to_string(),
                path: call.path.clone(),
                status: status.as_u16(),
                code: code.to_owned(),
                message: message.to_owned(),
            },
        }
    }

    fn answered(&self) {
        if self.silent.swap(false, Ordering::Relaxed) {
            self.talk.say("The server answers again.");
        }
    }

    async fn until_answered<T, F>(
        &self,
        request: &str,
        meter: &Meter,
        attempt: impl Fn() -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<Result<T, Miss>, reqwest::Error>>,
    {
        let began = Instant::now();
        let mut repetition = 0;
        loop {
            meter.request();
            let sent = Instant::now();
            let (wait, last, limit, refusal) = match attempt().await {
                Ok(Ok(answer)) => {
                    self.answered();
                    meter.answered_in(sent.elapsed());
                    return Ok(answer);
                }
                Ok(Err(miss)) => {
                    self.answered();
                    match miss.verdict {
                        Verdict::Refused | Verdict::Settles if miss.refusal.code == "OPERATOR_KEY_WRONG" => {
                            return Err(wrong_key(&self.settings.url));
                        }
                        Verdict::Refused => return Err(Failure::Refused(Box::new(miss.refusal))),
                        Verdict::Settles => {
                            let limit = self.settings.patience.min(SETTLES_WITHIN);
                            (miss.retry_after, String::new(), limit, Some(miss.refusal))
                        }
                        Verdict::Again => (
                            miss.retry_after,
                            miss.refusal.to_string(),
                            self.settings.patience,
                            None,
                        ),
                    }
                }
                Err(cause) => {
                    // A single reset is not worth a word.
                    if repetition == NOTABLE && !self.silent.swap(true, Ordering::Relaxed) {
                        self.talk.say(&format!(
                            "No answer from {}; asking again for up to {} s.",
                            self.settings.url,
                            self.settings.patience.as_secs()
                        ));
                    }
                    (None, chain(&cause), self.settings.patience, None)
                }
            };
            let wait = self.settings.backoff.wait(repetition, wait, rand::random());
            if began.elapsed() + wait > limit {
                return Err(match refusal {
                    Some(refusal) => Failure::Refused(Box::new(refusal)),
                    None => Failure::Silence {
                        request: request.to_owned(),
                        patience: limit,
                        last,
                    },
                });
            }
            meter.retry();
            repetition += 1;
            tokio::time::sleep(wait).await;
        }
    }
}

/// Every other request would be refused for the same reason.
fn wrong_key(url: &Url) -> Failure {
    Failure::Broken(anyhow::anyhow!(
        "{url} has another operator key than the one in the file; say where its key is with --operator-key-file"
    ))
}

fn session_cookie(headers: &HeaderMap) -> Option<String> {
    headers.get_all(SET_COOKIE).iter().find_map(|cookie| {
        let (pair, _) = cookie.to_str().ok()?.split_once(';')?;
        let value = pair.strip_prefix("jwt_token=")?;
        (!value.is_empty()).then(|| pair.to_owned())
    })
}

/// An error and its causes on one line, without the address.
fn chain(error: &reqwest::Error) -> String {
    let mut source: Option<&dyn std::error::Error> = std::error::Error::source(error);
    let mut words = if error.is_timeout() {
        "timed out".to_owned()
    } else {
        "no connection".to_owned()
    };
    while let Some(cause) = source {
        words = cause.to_string();
        source = cause.source();
    }
    words
}
