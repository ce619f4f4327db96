use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chassis::{Principal, Refusal, Result, Role};

/// An admin. A handler that takes this cannot be reached by anybody else.
pub(super) struct Admin(pub(super) Principal);

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let principal = Principal::from_request_parts(parts, state).await?;
        if principal.role < Role::Admin {
            return Err(Refusal::forbidden("This is for admins"));
        }
        Ok(Self(principal))
    }
}
