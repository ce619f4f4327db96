//! One request from beginning to end: everything that is checked before a service is asked, in order.

use crate::config::Config;
use crate::forward;
use crate::moment::Moment;
use crate::operator::Operators;
use crate::rate_limit::RateLimit;
use crate::readiness::Readiness;
use crate::routing::{Address, Destination, destination};
use crate::sessions::{Sessions, Visitor};
use crate::upstream::{Services, Upstreams, too_large};
use crate::vouchers::Vouchers;
use crate::{client_address, cors};
use anyhow::anyhow;
use axum::Router;
use axum::body::HttpBody as _;
use axum::body::{Body, Bytes};
use axum::extract::MatchedPath;
use axum::response::{IntoResponse, Response};
use chassis::http::{Origins, Passing, render};
use chassis::session::SessionCookie;
use chassis::{Caller, Error, Refusal, Result};
use chrono::Utc;
use events::AccountId;
use futures::FutureExt;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::Limited;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower::Service;
use uuid::Uuid;

/// Browsers keep to TLS for a year, also on hosts below ours.
const KEEP_TO_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// The edge.
pub(crate) struct Door {
    origins: Origins,
    trusted_proxies: Vec<client_address::Network>,
    operators: Operators,
    rate_limit: RateLimit,
    sessions: Sessions,
    vouchers: Arc<Vouchers>,
    services: Services,
    /// Whoever stands before us asks the services, and us only what is nobody's.
    is_behind_api_gateway: bool,
    outside: Option<Router>,
    readiness: Readiness,
    document: Bytes,
    clear_cookie: HeaderValue,
    is_https: bool,
    time_limit: Duration,
    max_body: u64,
}

/// What is learned of a request on its way, for the answer's headers and the log.
struct Visit {
    request_id: Uuid,
    client: Option<IpAddr>,
    account: Option<AccountId>,
    /// For the log where the service does not tell its route.
    family: String,
    is_expelled: bool,
}

impl Door {
    pub(crate) fn new(config: Config, mut upstreams: Upstreams) -> anyhow::Result<Self> {
        let is_https = config.is_https();
        let document = upstreams.document(&config.public_url)?;
        let is_behind_api_gateway = upstreams.are_behind_api_gateway();
        let (services, outside) = upstreams.into_parts();
        let vouchers = Arc::new(Vouchers::new(config.seal, Moment::now));
        Ok(Self {
            origins: Origins::new(&config.public_url, &config.origins),
            trusted_proxies: config.trusted_proxies,
            operators: Operators::new(config.operator_key, services.clone(), vouchers.clone()),
            rate_limit: RateLimit::new(config.rate, config.burst),
            sessions: Sessions::new(
                config.session_key,
                services.clone(),
                vouchers.clone(),
                Moment::now,
            ),
            vouchers,
            readiness: Readiness::new(services.clone(), is_behind_api_gateway),
            services,
            is_behind_api_gateway,
            outside,
            document: serde_json::to_vec(&document)?.into(),
            clear_cookie: SessionCookie::of_site(&config.public_url).clear(),
            is_https,
            time_limit: config.time_limit,
            max_body: config.max_body,
        })
    }

    /// Answers, whatever happens.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Response {
        let (started, method) = (Instant::now(), request.method().clone());
        let origin = cors::allowed_origin(&self.origins, request.headers());
        // Where API Gateway stands before us, it has named the request, and the authorizer knows from where it comes.
        let told = request.extensions().get::<Passing>();
        let seen = || client_address::of(request.extensions(), request.headers(), &self.trusted_proxies);
        let mut visit = Visit {
            request_id: told.map_or_else(Uuid::now_v7, |told| told.request_id),
            client: told.map_or_else(seen, |told| told.client),
            account: None,
            family: String::new(),
            is_expelled: false,
        };
        let passed = tokio::time::timeout(self.time_limit, self.pass(request, &mut visit));
        let response = match AssertUnwindSafe(passed).catch_unwind().await {
            Ok(Ok(passed)) => passed.unwrap_or_else(IntoResponse::into_response),
            Ok(Err(_elapsed)) => Refusal::unavailable("That took too long; try again").into_response(),
            // What it said was printed by the panic hook; the asker learns only that we failed.
            Err(_panic) => Error::Failed(anyhow!("the edge panicked")).into_response(),
        };
        let mut response = render(response, visit.request_id);
        let headers = response.headers_mut();
        headers.remove(header::SERVER);
        cors::add_headers(headers, origin);
        if self.is_https {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, KEEP_TO_TLS);
        }
        if visit.is_expelled {
            headers.append(header::SET_COOKIE, self.clear_cookie.clone());
        }
        log(&method, &response, &visit, started.elapsed());
        response
    }

    async fn pass(&self, mut request: Request<Body>, visit: &mut Visit) -> Result<Response> {
        let uri = request.uri().clone();
        let destination = destination(uri.path())?;
        self.origins.check(request.method(), request.headers())?;
        if cors::is_preflight(&request) {
            let is_allowed = cors::allowed_origin(&self.origins, request.headers()).is_some();
            return Ok(cors::preflight(is_allowed));
        }
        let is_read = [Method::GET, Method::HEAD].contains(request.method());
        if destination.is_only_read() && !is_read {
            return Ok(only_read());
        }
        if destination == Destination::Health {
            return Ok("ok".into_response());
        }
        let presented = self
            .operators
            .is_presented(request.headers(), visit.client, visit.request_id);
        let operator = presented.await?;
        if !operator && let Some(too_many) = self.rate_limit.exceeded() {
            return Ok(too_many);
        }
        self.limit_body(&mut request)?;
        match destination {
            Destination::Health => Ok("ok".into_response()),
            Destination::Ready => Ok(self.readiness.answer().await),
            Destination::Document => Ok(self.document()),
            Destination::Service(_) if self.is_behind_api_gateway => {
                Err(nothing_here_for(request.method()).into())
            }
            Destination::Service(address) => self.serve(request, &address, operator, visit).await,
            Destination::Nowhere => Err(Refusal::nothing_here().into()),
            Destination::Outside => match &self.outside {
                Some(router) => {
                    let answered = router.clone().call(request).await;
                    Ok(in_words(answered.unwrap_or_else(|never| match never {})))
                }
                None => Err(Refusal::nothing_here().into()),
            },
        }
    }

    /// Names the asker, and asks the service.
    async fn serve(
        &self,
        mut request: Request<Body>,
        address: &Address<'_>,
        operator: bool,
        visit: &mut Visit,
    ) -> Result<Response> {
        visit.family = address.family();
        let visitor = self.sessions.visitor(request.headers()).await?;
        let caller = match visitor {
            Visitor::Member(principal) => Caller::Account(principal),
            Visitor::Anonymous | Visitor::Expelled if !address.is_public(request.method()) => {
                visit.is_expelled = visitor == Visitor::Expelled;
                return Err(Refusal::unauthenticated().into());
            }
            Visitor::Anonymous | Visitor::Expelled => Caller::Anonymous,
        };
        visit.account = caller.account();
        let changing = self.sessions.changing(address, request.method(), visit.account);
        let principal = self
            .vouchers
            .header(address.owner, &caller, operator, Utc::now())
            .map_err(Error::Failed)?;
        let passing = Passing {
            principal: Some(principal),
            client: visit.client,
            request_id: visit.request_id,
            with_devices: address.owner == "identity",
        };
        forward::prepare(&mut request, address, &passing).map_err(Error::Failed)?;
        let response = self.services.ask(address.owner, request).await?;
        changing.answered(response.status());
        Ok(response)
    }

    /// Refuses a body that says it is too large, and stops one that does not say how large it is.
    fn limit_body(&self, request: &mut Request<Body>) -> Result<(), Refusal> {
        let size = request.body().size_hint();
        if size.lower() > self.max_body {
            return Err(too_large());
        }
        if size.upper().is_none_or(|most| most > self.max_body) {
            let body = std::mem::take(request.body_mut());
            let most = usize::try_from(self.max_body).unwrap_or(usize::MAX);
            *request.body_mut() = Body::new(Limited::new(body, most));
        }
        Ok(())
    }

    fn document(&self) -> Response {
        let json = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, json)], self.document.clone()).into_response()
    }
}

/// API Gateway hands on what has no address of a service, and, of every address, the question of another site's page; one
/// that does not ask like that asks for nothing.
fn nothing_here_for(method: &Method) -> Refusal {
    if method == Method::OPTIONS {
        Refusal::method_not_allowed()
    } else {
        Refusal::nothing_here()
    }
}

fn only_read() -> Response {
    let mut refused = Refusal::method_not_allowed().into_response();
    refused
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    refused
}

/// What a router refuses without a word, because nobody wrote one for it, is said in ours.
fn in_words(response: Response) -> Response {
    if response.body().size_hint().exact() != Some(0) {
        return response;
    }
    let refusal = match response.status() {
        StatusCode::NOT_FOUND => Refusal::nothing_here(),
        StatusCode::METHOD_NOT_ALLOWED => Refusal::method_not_allowed(),
        _ => return response,
    };
    let mut worded = refusal.into_response();
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        worded.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    worded
}

/// One line a request, without addresses, names or queries.
fn log(method: &Method, response: &Response, visit: &Visit, taken: Duration) {
    let status = response.status();
    let route = response.extensions().get::<MatchedPath>();
    let route = route.map_or(visit.family.as_str(), MatchedPath::as_str);
    let (request_id, account) = (visit.request_id, visit.account.map(tracing::field::display));
    let (status_code, duration_ms) = (status.as_u16(), taken.as_secs_f64() * 1e3);
    if !method.is_safe() || status.is_server_error() {
        tracing::info!(%method, route, status = status_code, duration_ms, %request_id, account, "answered");
    } else {
        tracing::debug!(%method, route, status = status_code, duration_ms, %request_id, account, "answered");
    }
}
