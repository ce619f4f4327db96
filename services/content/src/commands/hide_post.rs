use super::moderate::{Judgement, judge};
use crate::model::Reason;
use chassis::{Principal, Result};
use diesel_async::AsyncPgConnection;
use events::content::PostState;
use events::{Cause, PostId};

/// Takes a post away from everybody but its author and moderators.
pub(crate) async fn hide_post(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    moderator: &Principal,
    id: PostId,
    reason: Reason,
) -> Result<()> {
    let reason = reason.into_string();
    let judgement = Judgement {
        state: PostState::Hidden,
        change: "hidden",
        deed: "post-hidden",
        reason: Some(&reason),
    };
    judge(conn, cause, moderator, id, judgement).await
}
