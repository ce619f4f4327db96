//! What identity learns from others, and from itself.

use crate::commands::{keep_card, send_verification};
use crate::model::Links;
use chassis::Consumer;
use events::Event;
use futures::FutureExt;
use std::sync::Arc;

/// Keeps what identity answers of each profile.
pub(crate) fn cards() -> Consumer {
    Consumer::new("cards", &["profile.profile-changed.v1"], |conn, envelope| {
        async move {
            match &envelope.event {
                Event::ProfileChanged(card) => keep_card(conn, envelope.version, card).await,
                _ => Ok(()),
            }
        }
        .boxed()
    })
}

/// Sends mail. It listens to what asks for one and to nothing else, so that telling an account's state again, as a
/// rebuild does, mails nobody.
pub(crate) fn mail(links: Links) -> Consumer {
    let links = Arc::new(links);
    Consumer::new(
        "mail",
        &["identity.verification-requested.v1"],
        move |conn, envelope| {
            let links = links.clone();
            async move {
                match &envelope.event {
                    Event::VerificationRequested(asked) => {
                        send_verification(conn, &links, envelope.id, asked.verification_id).await
                    }
                    _ => Ok(()),
                }
            }
            .boxed()
        },
    )
}
