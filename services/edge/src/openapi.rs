//! One document of the whole API, made of what the services say of themselves.

use crate::routing::{PREFIX, is_public};
use chassis::http::ErrorBody;
use chassis::session::COOKIE;
use http::Method;
use url::Url;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, OpenApiBuilder, ServerBuilder};
use utoipa::{PartialSchema, ToSchema};

/// The name of the security scheme.
const SESSION: &str = "session";

/// The services' documents as one, with addresses as they are reached from outside.
pub(crate) fn document(public_url: &Url, services: Vec<OpenApi>) -> OpenApi {
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
            open_public_operations(path, item);
        }
        whole = whole.nest(PREFIX, service);
    }
    whole
}

/// Everything takes a session but what the routing table lets through without one.
fn open_public_operations(path: &str, item: &mut PathItem) {
    let segments: Vec<_> = path.split('/').skip(1).collect();
    let operations: [(Method, &mut Option<Operation>); 6] = [
        (Method::GET, &mut item.get),
        (Method::HEAD, &mut item.head),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ];
    for (method, operation) in operations {
        if let Some(operation) = operation
            && is_public(&method, &segments)
        {
            // Both are right: without a session, and with one for those who may see more.
            operation.security = Some(vec![
                SecurityRequirement::default(),
                SecurityRequirement::new(SESSION, Vec::<String>::new()),
            ]);
        }
    }
}
