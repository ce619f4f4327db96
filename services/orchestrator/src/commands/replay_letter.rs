use crate::app::App;
use crate::model::LetterId;
use chassis::operators::Change;
use chassis::{Principal, Result};
use events::Cause;

/// Sends a dead letter to its queue again. Effects that are there already are not repeated: its consumer knows the event.
pub(crate) async fn replay_letter(app: &App, cause: &Cause, who: &Principal, id: &LetterId) -> Result<()> {
    super::change(app, (cause, who), id, Change::Replay, None).await
}
