use super::moderate::{Judgement, judge};
use chassis::{Principal, Result};
use diesel_async::AsyncPgConnection;
use events::content::PostState;
use events::{Cause, PostId};

/// Gives a hidden post back to those it is meant for.
pub(crate) async fn restore_post(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    moderator: &Principal,
    id: PostId,
) -> Result<()> {
    let judgement = Judgement {
        state: PostState::Published,
        change: "restored",
        deed: "post-restored",
        reason: None,
    };
    judge(conn, cause, moderator, id, judgement).await
}
