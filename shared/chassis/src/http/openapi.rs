//! The shapes that every route shares, as the API document shows them.

use crate::{FieldError, Refusal};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, RefOr, Required, Response, ResponseBuilder, Type};
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

impl IntoResponses for Errors {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let statuses = [
            ("400", "The request is not valid (`VALIDATION_ERROR`)"),
            ("401", "No session (`UNAUTHENTICATED`)"),
            ("403", "Not allowed (`FORBIDDEN` and narrower codes)"),
            ("404", "Not there, or not for this asker"),
            ("409", "In conflict with what is there"),
            ("413", "The body is too large"),
            ("415", "The body is not JSON"),
            ("422", "The `Idempotency-Key` was used for another request"),
            ("429", "Too many requests; see `Retry-After`"),
            ("500", "Our fault; it was noted"),
            ("503", "Busy; see `Retry-After`"),
        ];
        let body = utoipa::openapi::ContentBuilder::new()
            .schema(Some(utoipa::openapi::Ref::from_schema_name(ErrorBody::name())))
            .build();
        let response = |words: &str| {
            ResponseBuilder::new()
                .description(words)
                .content("application/json", body.clone())
        };
        statuses
            .into_iter()
            .map(|(status, words)| (status.to_owned(), response(words).build().into()))
            .collect()
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
