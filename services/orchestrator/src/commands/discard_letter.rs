use crate::app::App;
use crate::model::{LetterId, Reason};
use chassis::operators::Change;
use chassis::{Principal, Result};
use events::Cause;

/// Throws a dead letter away for good.
pub(crate) async fn discard_letter(
    app: &App,
    cause: &Cause,
    who: &Principal,
    id: &LetterId,
    reason: &Reason,
) -> Result<()> {
    super::change(app, (cause, who), id, Change::Discard, Some(reason.as_str())).await
}
