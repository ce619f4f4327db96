//! What identity learns from others, and from itself.

use crate::commands::{
    keep_card, keep_deed, make_link, send_notice, send_password_reset, send_verification, take_confirmation,
    take_part,
};
use crate::mailer::Mailer;
use crate::model::Links;
use chassis::{Consumer, Subscription};
use events::Event;
use events::account::{ERASED_EVENTS, EXPORT_PART_EVENTS};
use events::staff::STAFF_EVENTS;
use futures::FutureExt;
use std::sync::Arc;

pub(crate) const CARDS: Subscription = Subscription::new("cards", &["profile.profile-changed.v1"]);

/// Keeps what identity answers of each profile.
pub(crate) fn cards() -> Consumer {
    Consumer::new(CARDS, |conn, envelope| {
        async move {
            match &envelope.event {
                Event::ProfileChanged(card) => keep_card(conn, envelope.version, card).await,
                _ => Ok(()),
            }
        }
        .boxed()
    })
}

pub(crate) const DEEDS: Subscription = Subscription::new("deeds", &STAFF_EVENTS);

/// Keeps what staff did in other services.
pub(crate) fn deeds() -> Consumer {
    Consumer::new(DEEDS, |conn, envelope| {
        async move {
            match envelope.event.staff_deed() {
                Some(told) => keep_deed(conn, told).await,
                None => Ok(()),
            }
        }
        .boxed()
    })
}

pub(crate) const CONFIRMATIONS: Subscription = Subscription::new("confirmations", &ERASED_EVENTS);

/// Notes which services have erased somebody.
pub(crate) fn confirmations() -> Consumer {
    Consumer::new(CONFIRMATIONS, |conn, envelope| {
        async move {
            match envelope.event.erased() {
                Some(erased) => take_confirmation(conn, &envelope.source, erased).await,
                None => Ok(()),
            }
        }
        .boxed()
    })
}

pub(crate) const PARTS: Subscription = Subscription::new("parts", &EXPORT_PART_EVENTS);

/// Notes which parts of exports have come.
pub(crate) fn parts() -> Consumer {
    Consumer::new(PARTS, |conn, envelope| {
        async move {
            match envelope.event.export_part() {
                Some(part) => take_part(conn, &envelope.source, part).await,
                None => Ok(()),
            }
        }
        .boxed()
    })
}

pub(crate) const LINKS: Subscription = Subscription::new("links", &["identity.link-requested.v1"]);

/// Looks into it when somebody has asked for a link.
pub(crate) fn links() -> Consumer {
    Consumer::new(LINKS, |conn, envelope| {
        async move {
            match &envelope.event {
                Event::LinkRequested(asked) => {
                    make_link(conn, &envelope.as_cause(), asked.link_request_id).await
                }
                _ => Ok(()),
            }
        }
        .boxed()
    })
}

/// What asks for a mail.
pub(crate) const MAIL: Subscription = Subscription::new(
    "mail",
    &[
        "identity.verification-requested.v1",
        "identity.password-reset-requested.v1",
        "identity.notice-requested.v1",
    ],
);

/// Sends mail. It listens to what asks for one and to nothing else, so that telling an account's state again, as a
/// rebuild does, mails nobody.
pub(crate) fn mail(links: Links, mailer: Mailer) -> Consumer {
    let by = Arc::new((links, mailer));
    Consumer::new(MAIL, move |conn, envelope| {
        let by = by.clone();
        async move {
            let by = (&by.0, &by.1);
            match &envelope.event {
                Event::VerificationRequested(asked) => {
                    send_verification(conn, by, envelope.id, asked.verification_id).await
                }
                Event::PasswordResetRequested(asked) => {
                    send_password_reset(conn, by, envelope.id, asked.password_reset_id).await
                }
                Event::NoticeRequested(asked) => send_notice(conn, by, envelope.id, asked.notice_id).await,
                _ => Ok(()),
            }
        }
        .boxed()
    })
}
