//! Who may see what: one policy for every surface, and the projections of people's edges that it needs.
//!
//! A service that shows posts runs [`MIGRATIONS`], handles [`consumer`]'s events, and puts [`visible!`] or
//! [`verdict!`] into its statements. The policy is SQL text, because it must stand in the `WHERE` of each list,
//! feed, search and count: what may not be seen is never loaded.
//!
//! The contract's row, in order: the author sees it, and so do moderators; for everybody else it is absent when
//! it is hidden, its author is not active, or one of the two blocks the other; then its visibility decides.

mod edges;
mod holdings;

use chassis::{Caller, Refusal};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub use edges::{SUBSCRIPTION, consumer};
pub use holdings::{HOLDINGS, erase};

/// The tables of the projections.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// SQL that is true when neither of `$1` (the viewer, nullable) and this account blocks the other, and the account is
/// active.
///
/// For lists of people; `$2` (whether the viewer is a moderator) lifts it. It does not read anything but the
/// projections: an account whose events have not come yet counts as active.
#[macro_export]
macro_rules! not_blocked {
    ($account:literal) => {
        concat!("($2::bool OR ", $crate::reachable!($account), ")")
    };
}

/// [`not_blocked!`] without the moderator's exception.
#[macro_export]
#[doc(hidden)]
macro_rules! reachable {
    ($account:expr) => {
        concat!(
            "(NOT EXISTS (SELECT FROM audience_account aa WHERE aa.account_id = ",
            $account,
            " AND aa.state <> 'active') AND NOT EXISTS (SELECT FROM audience_block ab WHERE ab.active AND ab.blocker_id = ",
            $account,
            " AND ab.blocked_id = $1::uuid) AND NOT EXISTS (SELECT FROM audience_block ab WHERE ab.active AND ab.blocker_id = $1::uuid \
             AND ab.blocked_id = ",
            $account,
            "))"
        )
    };
}

/// Whether the visibility alone lets `$1` see the post; part of [`visible!`] and [`verdict!`].
#[macro_export]
#[doc(hidden)]
macro_rules! meant_for {
    ($post:literal) => {
        concat!(
            "(",
            $post,
            ".visibility = 'public' OR (",
            $post,
            ".visibility = 'followers' AND EXISTS (SELECT FROM audience_follow af \
             WHERE af.active AND af.follower_id = $1::uuid AND af.following_id = ",
            $post,
            ".author_id)) OR (",
            $post,
            ".visibility = 'connections' AND EXISTS (SELECT FROM audience_connection ac WHERE ac.connected \
             AND ac.low_id = least($1::uuid, ",
            $post,
            ".author_id) AND ac.high_id = greatest($1::uuid, ",
            $post,
            ".author_id) AND $1::uuid IS NOT NULL)))"
        )
    };
}

/// SQL that is true when the viewer may see a post: for lists, counts and searches.
///
/// The viewer is `$1` (nullable uuid), whether it is a moderator `$2` (bool); the row of this alias has
/// `author_id`, `visibility` and `state` (`published` or `hidden`). A removed post must not be among the rows.
#[macro_export]
macro_rules! visible {
    ($post:literal) => {
        concat!(
            "($2::bool OR ",
            $post,
            ".author_id = $1::uuid OR (",
            $post,
            ".state = 'published' AND ",
            $crate::meant_for!($post),
            " AND ",
            $crate::reachable!(concat!($post, ".author_id")),
            "))"
        )
    };
}

/// SQL that says how a post stands to the viewer; read it by [`Verdict::parse`]. Parameters as for [`visible!`].
#[macro_export]
macro_rules! verdict {
    ($post:literal) => {
        concat!(
            "(CASE WHEN $2::bool OR ",
            $post,
            ".author_id = $1::uuid THEN 'visible' WHEN ",
            $post,
            ".state <> 'published' OR NOT ",
            $crate::reachable!(concat!($post, ".author_id")),
            " THEN 'absent' WHEN ",
            $crate::meant_for!($post),
            " THEN 'visible' ELSE 'forbidden' END)"
        )
    };
}

/// How a post stands to the one who asks for it by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Show it.
    Visible,
    /// Say that it is not there.
    Absent,
    /// Say that it is not for them.
    Forbidden,
}

impl Verdict {
    /// Reads what [`verdict!`] answered; anything else is absent.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "visible" => Self::Visible,
            "forbidden" => Self::Forbidden,
            _ => Self::Absent,
        }
    }

    /// Lets the asker through, or says why not.
    ///
    /// # Errors
    /// `absent` when it is not there for them; 401 for nobody and 403 for somebody it is not meant for.
    pub fn admit(self, caller: &Caller, absent: Refusal) -> Result<(), Refusal> {
        match self {
            Self::Visible => Ok(()),
            Self::Absent => Err(absent),
            Self::Forbidden if caller.account().is_none() => Err(Refusal::unauthenticated()),
            Self::Forbidden => Err(Refusal::forbidden("This post is not meant for you")),
        }
    }
}
