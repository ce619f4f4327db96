//! What operators may do. Each is kept, under their account's id, before it is done.

pub(crate) mod discard_letter;
pub(crate) mod erase_person;
pub(crate) mod replay_letter;
pub(crate) mod show_letter;

mod tell;

use crate::app::App;
use crate::model::LetterId;
use chassis::operators::{Change, Desk, Found};
use chassis::{Error, Principal, Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::Cause;
use serde_json::{Value, json};
use tell::tell;

/// There is no such letter, and no operator has sent it again or thrown it away.
pub(crate) fn no_such_letter() -> Refusal {
    Refusal::not_found("DEAD_LETTER_NOT_FOUND", "There is no such dead letter")
}

/// The queues did not answer: nobody's fault who asks, and worth another try.
pub(crate) fn queues_are_away(error: &anyhow::Error) -> Error {
    tracing::warn!(error = format!("{error:#}"), "the queues do not answer");
    Refusal::unavailable("The queues do not answer; try again in a moment").into()
}

/// Who did it, and in which request; ids only.
fn detail(id: &LetterId, cause: &Cause, reason: Option<&str>) -> Value {
    let mut detail = json!({ "id": id.in_actions(), "requestId": cause.correlation_id });
    if let (Some(reason), Some(fields)) = (reason, detail.as_object_mut()) {
        fields.insert("reason".to_owned(), json!(reason));
    }
    detail
}

/// A letter that is there.
async fn find(app: &App, id: &LetterId) -> Result<Option<Found>> {
    let conn = app.database.connection().await?;
    let found = app.desk(&conn).letter(id.queue, &id.number).await;
    found.map_err(|error| queues_are_away(&error))
}

/// Changes a letter that is there. One that an operator has already changed so is left as it is: asked twice, it is done
/// once and answered twice.
async fn change(
    app: &App,
    (cause, who): (&Cause, &Principal),
    id: &LetterId,
    change: Change,
    reason: Option<&str>,
) -> Result<()> {
    let Some(found) = find(app, id).await? else {
        let conn = app.database.connection().await?;
        return was_changed(&app.desk(&conn), id, change).await;
    };
    let deeds = deeds(change);
    let operator = who.account.to_string();
    let letters = [found.letter];
    // In one transaction, which is refused to somebody who is erased: nothing of theirs is kept afterwards.
    let beginning = async |conn: &mut AsyncPgConnection| {
        tell(conn, (cause, who), id, deeds.begun).await?;
        let desk = app.desk(conn);
        let begun = desk.begin(change, (&operator, id.queue), &letters, |_| {
            detail(id, cause, reason)
        });
        begun.await.map_err(Error::Failed)
    };
    let begun = app.database.write(beginning).await?;
    // The connection goes back before what came of it is told by another.
    let outcome = {
        let conn = app.database.connection().await?;
        app.desk(&conn).finish(begun).await.into_iter().next()
    };
    let became = match outcome {
        Some(Ok(true)) => deeds.done,
        Some(Err(_)) => deeds.failed,
        Some(Ok(false)) | None => deeds.missed,
    };
    // It has happened, whether that can be told or not.
    if let Err(error) = tell_alone(app, (cause, who), id, became).await {
        tracing::warn!(?error, "what became of an admin's deed is not in the audit");
    }
    match outcome {
        Some(Ok(true)) => Ok(()),
        Some(Err(error)) => Err(queues_are_away(&error)),
        Some(Ok(false)) | None => {
            let conn = app.database.connection().await?;
            was_changed(&app.desk(&conn), id, change).await
        }
    }
}

/// Tells it, and nothing else.
async fn tell_alone(app: &App, by: (&Cause, &Principal), id: &LetterId, deed: &'static str) -> Result<()> {
    let telling = async move |conn: &mut AsyncPgConnection| tell(conn, by, id, deed).await;
    app.database.write(telling).await
}

/// What of a change the audit of all staff is told: that it was begun, before it is tried, and then what became of it. Where
/// the second is missing, nobody knows.
struct Deeds {
    begun: &'static str,
    done: &'static str,
    failed: &'static str,
    /// Somebody else was first.
    missed: &'static str,
}

fn deeds(change: Change) -> Deeds {
    match change {
        Change::Replay => Deeds {
            begun: "dead-letter-replay-begun",
            done: "dead-letter-replayed",
            failed: "dead-letter-replay-failed",
            missed: "dead-letter-replay-missed",
        },
        Change::Discard => Deeds {
            begun: "dead-letter-discard-begun",
            done: "dead-letter-discarded",
            failed: "dead-letter-discard-failed",
            missed: "dead-letter-discard-missed",
        },
    }
}

/// For a letter that is not there: fine when it was changed in the very same way before.
async fn was_changed(desk: &Desk<'_>, id: &LetterId, change: Change) -> Result<()> {
    let fate = desk.fate(&id.in_actions()).await.map_err(Error::Failed)?;
    match fate {
        Some(fate) if fate == change => Ok(()),
        Some(Change::Replay) => {
            Err(Refusal::conflict("CONFLICT", "This dead letter was sent again already").into())
        }
        Some(Change::Discard) => {
            Err(Refusal::conflict("CONFLICT", "This dead letter was thrown away already").into())
        }
        None => Err(no_such_letter().into()),
    }
}
