use super::{detail, no_such_letter, queues_are_away};
use crate::app::App;
use crate::model::LetterId;
use chassis::operators::{Action, Found};
use chassis::{Error, Principal, Result};
use events::Cause;

/// Looks at a dead letter; that somebody did is kept, and whether they saw what people wrote.
pub(crate) async fn show_letter(
    app: &App,
    cause: &Cause,
    who: &Principal,
    id: &LetterId,
    is_revealed: bool,
) -> Result<Found> {
    let conn = app.database.connection().await?;
    let desk = app.desk(&conn);
    let found = desk.letter(id.queue, &id.number).await;
    let found = found
        .map_err(|error| queues_are_away(&error))?
        .ok_or_else(no_such_letter)?;
    let action = Action {
        operator: &who.account.to_string(),
        action: if is_revealed { "reveal" } else { "show" },
        queue: Some(id.queue),
        event: found.letter.event_id,
        detail: detail(id, cause, None),
    };
    desk.keep(action).await.map_err(Error::Failed)?;
    Ok(found)
}
