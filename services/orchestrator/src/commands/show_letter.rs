use super::tell::tell;
use super::{detail, find, no_such_letter};
use crate::app::App;
use crate::model::LetterId;
use chassis::operators::{Action, Found};
use chassis::{Error, Principal, Result};
use diesel_async::AsyncPgConnection;
use events::Cause;

/// Looks at a dead letter; that somebody did is kept, and whether they saw what people wrote.
pub(crate) async fn show_letter(
    app: &App,
    cause: &Cause,
    who: &Principal,
    id: &LetterId,
    is_revealed: bool,
) -> Result<Found> {
    let found = find(app, id).await?.ok_or_else(no_such_letter)?;
    let (action, deed) = match is_revealed {
        true => ("reveal", "dead-letter-revealed"),
        false => ("show", "dead-letter-shown"),
    };
    let operator = who.account.to_string();
    let action = Action {
        operator: &operator,
        action,
        queue: Some(id.queue),
        event: found.letter.event_id,
        detail: detail(id, cause, None),
    };
    let keeping = async move |conn: &mut AsyncPgConnection| {
        app.desk(conn).keep(action).await.map_err(Error::Failed)?;
        tell(conn, (cause, who), id, deed).await
    };
    app.database.write(keeping).await?;
    Ok(found)
}
