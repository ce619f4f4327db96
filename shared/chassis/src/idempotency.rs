//! `Idempotency-Key`: a client may repeat a creating request and is given the first answer again.

use crate::http::{Allowance, Json, Quota};
use crate::{Caller, Database, Error, Refusal, Result, Secrets, Voucher};
use axum::body::Body;
use axum::extract::{FromRef, FromRequest, FromRequestParts, MatchedPath};
use axum::response::{IntoResponse, Response};
use diesel_async::AsyncPgConnection;
use http::{HeaderName, HeaderValue, Request, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use store::replies::{self, Claim, Reply};
use uuid::Uuid;

const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const AGAIN_HEADER: HeaderName = HeaderName::from_static("idempotent-replay");
const MAX_KEY: usize = 255;

/// A creating request: its JSON body, and what makes its repetition recognisable.
pub struct Once<T> {
    /// What is asked.
    pub ask: T,
    key: Option<Key>,
    /// Whose requests are counted, if anybody's.
    counted: Option<Uuid>,
    /// Requests that carry the operator's key are not counted.
    is_operator: bool,
    allowance: Option<Allowance>,
}

struct Key {
    scope: String,
    key: String,
    digest: [u8; 32],
}

impl<S, T> FromRequest<S> for Once<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
    Secrets: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let voucher = parts.extensions.get::<Arc<Voucher>>();
        let is_operator = voucher.is_some_and(|voucher| voucher.operator);
        let counted = caller.account().map(|account| account.0);
        let path = parts
            .extensions
            .get::<MatchedPath>()
            .map(|path| path.as_str().to_owned())
            .unwrap_or_default();
        let key = parts.headers.get(KEY_HEADER).map(read_key).transpose()?;
        // The address of what is created under belongs to the request as much as its body.
        let uri = parts.uri.path().to_owned();
        let Json { value, bytes } = Json::<T>::from_request(Request::from_parts(parts, body), state).await?;
        let key = key.map(|key| Key {
            scope: format!(
                "{} {path}",
                caller
                    .account()
                    .map_or_else(|| "anonymous".to_owned(), |id| id.to_string())
            ),
            digest: Secrets::from_ref(state).digest("idempotency", &[uri.as_bytes(), &bytes]),
            key,
        });
        Ok(Self {
            ask: value,
            key,
            counted,
            is_operator,
            allowance: None,
        })
    }
}

fn read_key(value: &HeaderValue) -> Result<String, Refusal> {
    let key = value
        .to_str()
        .ok()
        .filter(|key| !key.is_empty() && key.len() <= MAX_KEY);
    key.map(str::to_owned).ok_or_else(|| {
        Refusal::invalid(
            "Idempotency-Key",
            "Idempotency-Key must be 1 to 255 printable ASCII characters",
        )
    })
}

/// An answer that can be given again.
pub struct Replayable {
    reply: Reply,
    /// Whether it was given before.
    pub again: bool,
    quota: Option<Quota>,
}

impl Replayable {
    /// The JSON body.
    #[must_use]
    pub fn body(&self) -> &serde_json::Value {
        &self.reply.body
    }
}

impl IntoResponse for Replayable {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.reply.status).unwrap_or(StatusCode::OK);
        let mut response = (status, axum::Json(self.reply.body)).into_response();
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(quota) = self.quota {
            quota.write(response.headers_mut());
        }
        if self.again {
            response
                .headers_mut()
                .insert(AGAIN_HEADER, HeaderValue::from_static("true"));
        }
        response
    }
}

impl<T> Once<T> {
    /// Counts against what one person may do in an hour: the work when it lasts, and its repetitions not again.
    #[must_use]
    pub fn within(self, allowance: Allowance) -> Self {
        Self {
            allowance: Some(allowance),
            ..self
        }
    }

    /// The same for somebody who is known by something else than an account, such as where they ask from.
    #[must_use]
    pub fn within_of(self, allowance: Allowance, whose: Uuid) -> Self {
        Self {
            counted: Some(whose),
            ..self.within(allowance)
        }
    }

    /// Does the work in one transaction together with the key, or gives the first answer again.
    ///
    /// A refusal is not kept: the same key may be tried again once its reason is gone.
    ///
    /// # Errors
    /// Whatever the work says; 422 `IDEMPOTENCY_KEY_REUSED` when the key came with other words before; 429
    /// `RATE_LIMITED` when the allowance is used up.
    pub async fn write<V, F>(self, database: &Database, status: StatusCode, work: F) -> Result<Replayable>
    where
        V: Serialize + Send,
        F: for<'r> AsyncFnOnce(&'r mut AsyncPgConnection, T) -> Result<V> + for<'r> WorkFn<'r, T, V> + Send,
        T: Send,
    {
        let Self {
            ask,
            key,
            counted,
            is_operator,
            allowance,
        } = self;
        let allowance = allowance.zip(counted).filter(|_| !is_operator);
        database
            .write(async move |conn| {
                if let Some(Key { scope, key, digest }) = &key {
                    match replies::claim(conn, scope, key, digest).await? {
                        Claim::New => {}
                        Claim::Again(reply) => {
                            let quota = match allowance {
                                Some((allowance, who)) => Some(allowance.look(conn, who).await?),
                                None => None,
                            };
                            let again = true;
                            return Ok(Replayable { reply, again, quota });
                        }
                        Claim::Differs => return Err(reused().into()),
                    }
                }
                let quota = match allowance {
                    Some((allowance, who)) => Some(allowance.take(conn, who).await?),
                    None => None,
                };
                let value = work(conn, ask).await.map_err(|error| uncounted(error, quota))?;
                let reply = Reply {
                    status: status.as_u16(),
                    body: serde_json::to_value(value)?,
                };
                if let Some(Key { scope, key, .. }) = &key {
                    replies::save(conn, scope, key, &reply).await?;
                }
                let again = false;
                Ok(Replayable { reply, again, quota })
            })
            .await
    }
}

/// What was refused is rolled back together with its count.
fn uncounted(error: Error, quota: Option<Quota>) -> Error {
    match error {
        Error::Refused(refusal) => Error::Refused(Refusal {
            quota: quota.map(Quota::given_back),
            ..refusal
        }),
        failed => failed,
    }
}

fn reused() -> Refusal {
    Refusal::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "IDEMPOTENCY_KEY_REUSED",
        "This Idempotency-Key was used for another request; make a new one",
    )
}

/// The `Send` bound of [`Once::write`]'s work; see [`store::AsyncFunc`].
pub trait WorkFn<'r, T, V>: FnOnce(&'r mut AsyncPgConnection, T) -> <Self as WorkFn<'r, T, V>>::Fut {
    /// What calling it gives.
    type Fut: Future<Output = Result<V>> + Send;
}

impl<'r, F, T, V, Fut> WorkFn<'r, T, V> for F
where
    F: FnOnce(&'r mut AsyncPgConnection, T) -> Fut,
    Fut: Future<Output = Result<V>> + Send,
{
    type Fut = Fut;
}
