//! One document of the whole API, made of what the services say of themselves.

mod examples;
mod merge;

use crate::routing::{PREFIX, is_public};
use chassis::http::{ErrorBody, Errors};
use chassis::session::COOKIE;
use http::Method;
use serde_json::{Map, Value, json};
use url::Url;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, OpenApiBuilder, RefOr, ServerBuilder};
use utoipa::{PartialSchema, ToSchema};

/// The name of the security scheme.
const SESSION: &str = "session";

/// What `make api` has written.
const WRITTEN: &str = include_str!("../../../../docs/openapi.json");

/// The services' documents as one, with addresses as they are reached from outside, and an example of every body.
///
/// # Errors
/// When two services mean different things by one name or answer the same address: one would silently stand for the other.
pub(crate) fn document(public_url: &Url, services: Vec<OpenApi>) -> anyhow::Result<Value> {
    let mut components = Components::new();
    let cookie = ApiKeyValue::with_description(
        COOKIE,
        "The session cookie that signing up and logging in set. HttpOnly: a page need not, and cannot, handle it.",
    );
    components.add_security_scheme(SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    // Every refusal of every service refers to it, and no service has it among its own.
    let mut shared = vec![(ErrorBody::name().into_owned(), ErrorBody::schema())];
    ErrorBody::schemas(&mut shared);
    components.schemas.extend(shared);
    components.responses = Errors::shared();
    let server = public_url.origin().ascii_serialization();
    let info = InfoBuilder::new()
        .title("Joint")
        .version(chassis::RELEASE)
        .description(Some(
            "A professional network for people who make films and plays. JSON both ways, times in RFC 3339 UTC, ids UUIDv7. \
             Every answer that is not a success has one shape: `error`, `message`, `code`, `requestId`.",
        ));
    let mut whole = OpenApiBuilder::new()
        .info(info.build())
        .servers(Some([ServerBuilder::new().url(server).build()]))
        .components(Some(components))
        .security(Some([SecurityRequirement::new(SESSION, Vec::<String>::new())]))
        .build();
    for mut service in services {
        service
            .paths
            .paths
            .retain(|path, _| !path.starts_with("/internal"));
        for (path, item) in &mut service.paths.paths {
            let segments: Vec<_> = path.split('/').skip(1).collect();
            for (method, operation) in operations(item) {
                // It is a heading, and stands as one.
                if let Some(summary) = &mut operation.summary {
                    *summary = summary.trim_end_matches('.').to_owned();
                }
                forget_what_cannot_be(&method, operation);
                if is_public(&method, &segments) {
                    // Both are right: without a session, and with one for those who may see more.
                    operation.security = Some(vec![
                        SecurityRequirement::default(),
                        SecurityRequirement::new(SESSION, Vec::<String>::new()),
                    ]);
                }
            }
        }
        merge::must_agree(&whole, &service)?;
        whole = whole.nest(PREFIX, service);
    }
    let mut document = serde_json::to_value(&whole)?;
    examples::give(&mut document);
    Ok(document)
}

/// The same as it was written down when this was built, for an edge that has no services in its process; a test compares it with
/// the code.
///
/// # Errors
/// When it is no document.
pub(crate) fn written(public_url: &Url) -> anyhow::Result<Value> {
    let mut document: Map<String, Value> = serde_json::from_str(WRITTEN)?;
    let server = json!([{ "url": public_url.origin().ascii_serialization() }]);
    document.insert("servers".to_owned(), server);
    Ok(document.into())
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let there = [
        (Method::GET, &mut item.get),
        (Method::HEAD, &mut item.head),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ];
    there
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Services name all refusals that any route has; some belong to writes, or to requests that carry a key.
fn forget_what_cannot_be(method: &Method, operation: &mut Operation) {
    let is_keyed = operation.parameters.iter().flatten().any(|parameter| {
        let header = match parameter {
            RefOr::T(parameter) => parameter,
            RefOr::Ref(_) => return false,
        };
        header.parameter_in == ParameterIn::Header && header.name.eq_ignore_ascii_case("idempotency-key")
    });
    let responses = &mut operation.responses.responses;
    if !is_keyed {
        responses.remove("422");
    }
    if method.is_safe() {
        responses.remove("415");
    }
}
