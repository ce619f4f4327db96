//! Rows, said as events.

use crate::model::ReactionType;
use crate::store::comments::RemovedComment;
use crate::store::counts::{AuthorCountRow, VersionedCounts};
use events::content::{AuthorPostCount, CommentRemoved, PostCounts};
use events::{AccountId, Event, PostId};

/// A post's counts, in absolute numbers.
pub(super) fn counts(post_id: PostId, row: VersionedCounts) -> (i64, Event) {
    let reactions = [
        (ReactionType::Like, row.counts.like_count),
        (ReactionType::Love, row.counts.love_count),
        (ReactionType::Applause, row.counts.applause_count),
        (ReactionType::Insight, row.counts.insight_count),
    ];
    let counts = PostCounts {
        post_id,
        reactions: reactions
            .map(|(reaction, count)| (reaction.as_str().to_owned(), count))
            .into(),
        comments: row.counts.comment_count,
    };
    (row.version, Event::PostCountsChanged(counts))
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
