//! The services behind the edge: in this process, over HTTP, or as functions of Lambda.

use crate::lambda::Function;
use crate::openapi;
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use chassis::Refusal;
use chassis::config::Reader;
use http::header::{self, HeaderMap, HeaderName};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, StatusCode, Uri, Version};
use http_body_util::LengthLimitError;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;
use tower::Service;
use url::Url;
use utoipa::openapi::OpenApi;

/// The services that the routing table knows.
const SERVICES: [&str; 7] = [
    "identity",
    "profile",
    "content",
    "media",
    "social-graph",
    "search-indexer",
    "orchestrator",
];

/// For how long a service may take to accept a connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);

/// For how long an unused connection is kept; shorter than what servers keep on their side.
const IDLE_LIMIT: Duration = Duration::from_secs(30);

/// Unused connections that are kept to one service.
const IDLE_CONNECTIONS: usize = 64;

/// Meant for the next hop alone (RFC 9110, 7.6.1).
const HOP_BY_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
];

/// Where a service is.
#[derive(Clone)]
pub enum Upstream {
    /// In this process.
    InProcess(Router),
    /// At this address; plain HTTP, in a network of one's own.
    Http(Url),
    /// A function of Lambda.
    Function(Function),
}

/// Everything that stands behind the edge.
#[derive(Clone, Default)]
pub struct Upstreams {
    services: BTreeMap<String, Upstream>,
    documents: Vec<OpenApi>,
    outside: Option<Router>,
    are_elsewhere: bool,
    are_behind_api_gateway: bool,
}

impl Upstreams {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a service.
    #[must_use]
    pub fn with(mut self, service: &str, upstream: Upstream) -> Self {
        self.services.insert(service.to_owned(), upstream);
        self
    }

    /// With a service's routes, described as the service itself knows them.
    #[must_use]
    pub fn described(mut self, document: OpenApi) -> Self {
        self.documents.push(document);
        self
    }

    /// With what answers everything that is not below `/api`: the web app.
    #[must_use]
    pub fn outside(mut self, router: Router) -> Self {
        self.outside = Some(router);
        self
    }

    /// Services of other processes, from the environment.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut upstreams = Self {
            are_elsewhere: true,
            ..Self::new()
        };
        for service in SERVICES {
            let name = format!("{}_URL", service.to_uppercase().replace('-', "_"));
            let url: Url =
                reader.required(&name, "where that service answers, such as http://10.0.0.5:8081")?;
            if url.scheme() != "http" || url.host().is_none() {
                reader.problem(format!("{name} must begin with http:// and name a host"));
            }
            upstreams = upstreams.with(service, Upstream::Http(url));
        }
        Some(upstreams)
    }

    /// Nothing yet, and functions later: they are asked by API Gateway, and by the edge only what is its own to know.
    pub(crate) fn behind_api_gateway() -> Self {
        Self {
            are_elsewhere: true,
            are_behind_api_gateway: true,
            ..Self::new()
        }
    }

    /// Whether others than the edge ask them.
    pub(crate) fn are_behind_api_gateway(&self) -> bool {
        self.are_behind_api_gateway
    }

    /// What is told of the API: by the services that are here, or, where they are elsewhere, as it was written down.
    ///
    /// # Errors
    /// When services contradict each other.
    pub(crate) fn document(&mut self, public_url: &Url) -> anyhow::Result<Value> {
        if self.are_elsewhere {
            openapi::written(public_url)
        } else {
            openapi::document(public_url, std::mem::take(&mut self.documents))
        }
    }

    pub(crate) fn into_parts(self) -> (Services, Option<Router>) {
        (Services::new(self.services), self.outside)
    }
}

/// The services, ready to be asked.
#[derive(Clone)]
pub(crate) struct Services {
    services: BTreeMap<String, Upstream>,
    client: Client<HttpConnector, Body>,
}

impl Services {
    fn new(services: BTreeMap<String, Upstream>) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_LIMIT));
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_LIMIT)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .build(connector);
        Self { services, client }
    }

    /// The names of all, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.services.keys().map(String::as_str)
    }

    /// Asks a service. Bodies pass as they come, both ways.
    ///
    /// # Errors
    /// 503 `UNAVAILABLE` when it cannot be reached; 413 when the request's body turned out to be too large.
    pub(crate) async fn ask(&self, service: &str, request: Request<Body>) -> Result<Response, Refusal> {
        match self.services.get(service) {
            Some(Upstream::InProcess(router)) => {
                let answered = router.clone().call(request).await;
                Ok(answered.unwrap_or_else(|never| match never {}))
            }
            Some(Upstream::Http(url)) => self.send(service, url, request).await,
            Some(Upstream::Function(function)) => function.ask(request).await.map_err(|error| {
                tracing::warn!(
                    service,
                    error = format!("{error:#}"),
                    "a service's function does not answer"
                );
                away()
            }),
            None => {
                tracing::error!(
                    service,
                    "the routing table names a service that the edge was not given"
                );
                Err(away())
            }
        }
    }

    async fn send(&self, service: &str, url: &Url, mut request: Request<Body>) -> Result<Response, Refusal> {
        let uri = address(url, request.uri().path_and_query()).map_err(|error| {
            tracing::error!(service, %error, "the address of a service cannot be used");
            away()
        })?;
        *request.uri_mut() = uri;
        *request.version_mut() = Version::HTTP_11;
        remove_hop_by_hop(request.headers_mut());
        request.headers_mut().remove(header::HOST);
        let answered = self.client.request(request).await.map_err(|error| {
            if is_too_large(&error) {
                return too_large();
            }
            tracing::warn!(service, error = ?error, "a service cannot be reached");
            away()
        })?;
        let (mut parts, body) = answered.into_parts();
        remove_hop_by_hop(&mut parts.headers);
        parts.version = Version::HTTP_11;
        Ok((parts, Body::new(body)).into_response())
    }
}

fn address(url: &Url, path: Option<&PathAndQuery>) -> Result<Uri, http::Error> {
    let host = url.host_str().unwrap_or_default();
    let authority: Authority = match url.port() {
        Some(port) => format!("{host}:{port}").parse()?,
        None => host.parse()?,
    };
    Uri::builder()
        .scheme(Scheme::HTTP)
        .authority(authority)
        .path_and_query(path.cloned().unwrap_or_else(|| PathAndQuery::from_static("/")))
        .build()
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

fn is_too_large(error: &(dyn Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_large)
}

fn away() -> Refusal {
    Refusal::unavailable("A part of the site does not answer; try again")
}

/// 413 for a body over the limit.
pub(crate) fn too_large() -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "PAYLOAD_TOO_LARGE",
        "The body is too large",
    )
}
