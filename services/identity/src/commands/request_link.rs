//! Asking for a link by mail.

use super::now;
use super::tries::Tries;
use crate::app::App;
use crate::model::{Purpose, Visitor};
use crate::store::link_requests::{self, NewRequest};
use chassis::{Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::identity::LinkRequested;
use events::{Cause, Event, LinkRequestId};
use store::outbox;

/// What is longer is no address, and nobody's.
const LONGEST: usize = 254;

/// Writes down that somebody asked for a link to this address, and no more.
///
/// Nothing is looked up while they wait: whether there is an account is found out later, by whoever consumes the event.
/// So there is no work from which they could tell.
///
/// # Errors
/// 400 `VALIDATION_ERROR` for what is too long to be an address; 429 `RATE_LIMITED` when this place has asked very often,
/// for whomever.
pub(crate) async fn request_link(
    app: &App,
    cause: &Cause,
    purpose: Purpose,
    email: &str,
    visitor: &Visitor,
) -> Result<()> {
    if email.chars().count() > LONGEST {
        return Err(Refusal::invalid("email", "Email must have at most 254 characters").into());
    }
    let request = NewRequest {
        id: LinkRequestId::new(),
        purpose,
        email: email.trim().to_lowercase(),
        device: visitor.device.clone(),
        created_at: now(),
    };
    let requested = LinkRequested {
        link_request_id: request.id,
    };
    let tries = Tries::link(app, visitor);
    let write = async |conn: &mut AsyncPgConnection| {
        tries.take(app, conn).await?;
        link_requests::insert(conn, &request).await?;
        outbox::append(conn, cause, 1, Event::LinkRequested(requested)).await?;
        Ok(())
    };
    app.database.write(write).await
}
