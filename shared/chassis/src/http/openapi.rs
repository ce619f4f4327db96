//! The shapes that every route shares, as the API document shows them.

use crate::{FieldError, Refusal};
use http::StatusCode;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ContentBuilder, ObjectBuilder, Ref, RefOr, Required, Response, ResponseBuilder, Type};
use utoipa::{IntoParams, IntoResponses, PartialSchema, ToSchema};
use uuid::Uuid;

/// The body of every answer that is not a success.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// The status's reason phrase.
    #[schema(example = "Bad Request")]
    pub error: String,
    /// For people.
    #[schema(example = "Email is required")]
    pub message: String,
    /// Stable, for programs.
    #[schema(example = "VALIDATION_ERROR")]
    pub code: String,
    /// Names the request in our logs.
    pub request_id: Uuid,
    /// Which fields are wrong; only with `VALIDATION_ERROR`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<FieldError>,
}

impl ErrorBody {
    /// A refusal, in words.
    #[must_use]
    pub fn new(refusal: &Refusal, request_id: Uuid) -> Self {
        Self {
            error: refusal.status.canonical_reason().unwrap_or("Error").to_owned(),
            message: refusal.message.clone().into_owned(),
            code: refusal.code.to_owned(),
            request_id,
            details: refusal.details.clone(),
        }
    }

    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// Answers of writes that have nothing to show.
#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    /// For people.
    #[schema(example = "Saved")]
    pub message: String,
}

impl Message {
    /// With these words.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

/// The refusals that any route may answer; name it among a route's responses.
pub struct Errors;

/// Status, name, what it means, and what is said then, as an example.
const REFUSALS: [(u16, &str, &str, &str, &str); 11] = [
    (
        400,
        "Invalid",
        "The request is not valid (`VALIDATION_ERROR`)",
        "VALIDATION_ERROR",
        "Email is required",
    ),
    (
        401,
        "Unauthenticated",
        "No session (`UNAUTHENTICATED`)",
        "UNAUTHENTICATED",
        "Log in first",
    ),
    (
        403,
        "Forbidden",
        "Not allowed (`FORBIDDEN` and narrower codes)",
        "FORBIDDEN",
        "This is not yours",
    ),
    (
        404,
        "NotFound",
        "Not there, or not for this asker",
        "NOT_FOUND",
        "There is nothing at this address",
    ),
    (
        409,
        "Conflict",
        "In conflict with what is there",
        "CONFLICT",
        "Somebody else was quicker",
    ),
    (
        413,
        "TooLarge",
        "The body is too large",
        "PAYLOAD_TOO_LARGE",
        "The body is too large",
    ),
    (
        415,
        "NotJson",
        "The body is not JSON",
        "UNSUPPORTED_MEDIA_TYPE",
        "Send the body as JSON, with Content-Type: application/json and not compressed",
    ),
    (
        422,
        "KeyReused",
        "The `Idempotency-Key` was used for another request",
        "IDEMPOTENCY_KEY_REUSED",
        "This Idempotency-Key was used for another request",
    ),
    (
        429,
        "RateLimited",
        "Too many requests; see `Retry-After`",
        "RATE_LIMITED",
        "You have done this very often lately; wait until Retry-After and try again",
    ),
    (
        500,
        "Failed",
        "Our fault; it was noted",
        "INTERNAL",
        "Something went wrong on our side; it was noted. Try again, or tell us the requestId",
    ),
    (
        503,
        "Unavailable",
        "Busy; see `Retry-After`",
        "UNAVAILABLE",
        "Busy for a moment; try again",
    ),
];

impl Errors {
    /// What [`Errors`] refers to, by name: the document that holds routes which name it must hold these, too.
    #[must_use]
    pub fn shared() -> BTreeMap<String, RefOr<Response>> {
        let response = |(status, name, words, code, message): (u16, &str, &str, &str, &str)| {
            let reason = StatusCode::from_u16(status).ok();
            let mut example = json!({
                "error": reason.and_then(|status| status.canonical_reason()),
                "message": message,
                "code": code,
                "requestId": "0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77",
            });
            if let (400, Some(body)) = (status, example.as_object_mut()) {
                body.insert(
                    "details".to_owned(),
                    json!([{ "field": "email", "message": message }]),
                );
            }
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name(ErrorBody::name())))
                .example(Some(example));
            let response = ResponseBuilder::new()
                .description(words)
                .content("application/json", content.build());
            (name.to_owned(), response.build().into())
        };
        REFUSALS.into_iter().map(response).collect()
    }
}

impl IntoResponses for Errors {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let refusals = REFUSALS.into_iter();
        refusals
            .map(|(status, name, ..)| (status.to_string(), RefOr::Ref(Ref::from_response_name(name))))
            .collect()
    }
}

/// The short answer to whoever has kept the long one; name it among the responses of a route that answers
/// [`super::Read`].
pub struct Unchanged;

impl IntoResponses for Unchanged {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let words = "What was kept with the `ETag` in `If-None-Match` still holds";
        BTreeMap::from([(
            "304".to_owned(),
            ResponseBuilder::new().description(words).build().into(),
        )])
    }
}

/// The header of a request that may be repeated; name it among the parameters of a route that takes [`crate::Once`].
pub struct IdempotencyKey;

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let header = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(
                "Repeat with the same key to be given the first answer again",
            ))
            .schema(Some(text.min_length(Some(1)).max_length(Some(255)).build()));
        vec![header.build()]
    }
}

const _: fn() = || {
    fn has_schema<T: PartialSchema + ToSchema>() {}
    has_schema::<ErrorBody>();
};
