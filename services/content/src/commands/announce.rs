//! Rows, said as events.

use crate::store::comments::RemovedComment;
use crate::store::counts::{AuthorCountRow, VersionedCounts};
use events::content::{AuthorPostCount, CommentRemoved};
use events::{AccountId, Event, PostId};

/// A post's counts, in absolute numbers.
pub(super) fn counts(row: VersionedCounts) -> (i64, Event) {
    (row.version, Event::PostCountsChanged(row.told()))
}

/// An author's number of posts.
pub(super) fn author_count(account_id: AccountId, row: AuthorCountRow) -> (i64, Event) {
    let count = AuthorPostCount {
        account_id,
        total: row.total,
        public: row.public,
    };
    (row.version, Event::AuthorPostCountChanged(count))
}

/// Comments that are gone, the oldest first.
pub(super) fn removed_comments(
    post_id: PostId,
    mut rows: Vec<RemovedComment>,
) -> impl Iterator<Item = (i64, Event)> {
    rows.sort_by_key(|row| row.id);
    rows.into_iter().map(move |row| {
        let removed = CommentRemoved {
            comment_id: row.id,
            post_id,
        };
        (row.version, Event::CommentRemoved(removed))
    })
}
