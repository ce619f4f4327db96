//! Requests as API Gateway hands them to a function (REST, version 1 of its events), answered by the router that answers
//! them everywhere else.
//!
//! Who asks comes from the event's `requestContext.authorizer`, where nobody but the edge's authorizer writes, and never
//! from a header.

use super::{Deadline, Vouched};
use crate::http::{Passing, render};
use crate::session::SessionCookie;
use crate::{Error, Refusal, Service, Transport, relay};
use anyhow::Context;
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::uri::PathAndQuery;
use http::{Request, StatusCode, header};
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use std::convert::Infallible;
use std::time::Duration;
use tower::ServiceExt;
use uuid::Uuid;

/// Under which addresses are asked from outside. Without it they come from the edge itself, by IAM.
const PREFIX: &str = "/api";

/// For how long an answer may wait until its events are on the bus.
const RELAY: Duration = Duration::from_secs(2);

/// What an invocation needs to answer, once everything is done.
const LAST: Duration = Duration::from_millis(500);

/// A request, and what API Gateway tells of it.
#[derive(Debug)]
struct Told {
    /// As it was asked, at its whole address.
    request: Request<Body>,
    /// Who asks, as the authorizer vouches for it.
    vouched: Vouched,
    /// API Gateway's name for it.
    request_id: Uuid,
    /// When it is cut off.
    deadline: Deadline,
}

impl Told {
    fn of(event: lambda_http::Request) -> Result<Self, Refusal> {
        let deadline = event.lambda_context_ref().map_or(0, |context| context.deadline);
        let (mut vouched, mut request_id) = (Vouched::default(), None);
        if let Some(RequestContext::ApiGatewayV1(context)) = event.request_context_ref() {
            vouched = Vouched::of(&context.authorizer.fields);
            request_id = context.request_id.as_deref().and_then(|id| id.parse().ok());
        }
        // The library puts the stage before the path; what was asked is this.
        let path = event.raw_http_path();
        let whole = match event.uri().query() {
            Some(query) => PathAndQuery::try_from(format!("{path}?{query}")),
            None => PathAndQuery::try_from(path),
        };
        let whole = whole.map_err(|_error| Refusal::invalid("path", "This is no address"))?;
        let (parts, body) = event.into_parts();
        let mut request = Request::new(Body::new(body));
        *request.method_mut() = parts.method;
        *request.uri_mut() = whole.into();
        *request.headers_mut() = parts.headers;
        Ok(Self {
            request,
            vouched,
            request_id: request_id.unwrap_or_else(Uuid::now_v7),
            deadline: Deadline(deadline),
        })
    }

    /// What is known of it, for whoever answers.
    fn passing(&self, with_devices: bool) -> Passing {
        let Vouched {
            principal, client, ..
        } = self.vouched.clone();
        Passing {
            principal,
            client,
            request_id: self.request_id,
            with_devices,
        }
    }
}

/// Answers one request after the other.
///
/// # Errors
/// When the platform cannot be asked for requests.
async fn answer<F, Fut>(answer: F) -> anyhow::Result<()>
where
    F: Fn(Told) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Response> + Send + 'static,
{
    let handler = lambda_http::service_fn(move |event: lambda_http::Request| {
        let answer = answer.clone();
        async move {
            Ok::<_, Infallible>(match Told::of(event) {
                Ok(told) => answer(told).await,
                Err(refusal) => render(refusal.into_response(), Uuid::now_v7()),
            })
        }
    });
    let ran = lambda_http::run(handler).await;
    ran.map_err(anyhow::Error::from_boxed)
        .context("the platform cannot be asked for requests")
}

/// Answers requests by a router that knows whole addresses: the edge's. What is known of a request stands beside it as a
/// [`Passing`], and nothing that a client says of itself gets past.
///
/// # Errors
/// When the platform cannot be asked for requests.
pub async fn answer_by(router: Router) -> anyhow::Result<()> {
    answer(move |told| {
        let (router, passing, mut request) = (router.clone(), told.passing(false), told.request);
        async move {
            if let Err(error) = passing.tell(request.headers_mut()) {
                return render(Error::Failed(error).into_response(), passing.request_id);
            }
            request.extensions_mut().insert(passing);
            let answered = router.oneshot(request).await;
            answered.unwrap_or_else(|never| match never {})
        }
    })
    .await
}

/// Answers a service's requests. What one of them wrote is on the bus before it is answered, if the bus is quick.
pub(in crate::process) async fn serve(
    service: Service,
    transport: Transport,
    cookie: SessionCookie,
) -> anyhow::Result<()> {
    answer(move |told| {
        let (service, transport) = (service.clone(), transport.clone());
        async move {
            let is_expelled = told.vouched.is_expelled;
            let mut response = serve_one(&service, &transport, told).await;
            // As at the edge: a cookie that counts no more goes, where it was needed.
            if is_expelled && response.status() == StatusCode::UNAUTHORIZED {
                response.headers_mut().append(header::SET_COOKIE, cookie.clear());
            }
            response
        }
    })
    .await
}

async fn serve_one(service: &Service, transport: &Transport, told: Told) -> Response {
    let (request_id, deadline) = (told.request_id, told.deadline);
    let Ok(request) = passed(service, told) else {
        let refusal = Refusal::invalid("path", "This is no address");
        return render(refusal.into_response(), request_id);
    };
    let answered = service.router.clone().oneshot(request).await;
    if service.database.relay.take() {
        relay::within(service, transport, RELAY.min(deadline.left(LAST))).await;
    }
    answered.unwrap_or_else(|never| match never {})
}

/// As the service knows it: at its own address, with what the edge says of the asker and nothing that they say themselves.
fn passed(service: &Service, told: Told) -> anyhow::Result<Request<Body>> {
    let passing = told.passing(service.knows_devices);
    let mut request = told.request;
    let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    let below = path.strip_prefix(PREFIX).filter(|rest| rest.starts_with('/'));
    let own = PathAndQuery::try_from(below.unwrap_or(path))?;
    *request.uri_mut() = own.into();
    passing.tell(request.headers_mut())?;
    Ok(request)
}
