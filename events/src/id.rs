//! Ids as types, so that a post's id cannot stand where an account's is meant.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        ///
        /// A UUIDv7: it sorts by the time of its birth.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, ToSchema,
            AsExpression, FromSqlRow,
        )]
        #[serde(transparent)]
        #[diesel(sql_type = sql_types::Uuid)]
        #[schema(value_type = String, format = Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh id, later than every id made before on this machine.
            #[expect(clippy::new_without_default, reason = "a default id would be a different one each time")]
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl ToSql<sql_types::Uuid, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                <Uuid as ToSql<sql_types::Uuid, Pg>>::to_sql(&self.0, out)
            }
        }

        impl FromSql<sql_types::Uuid, Pg> for $name {
            fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                <Uuid as FromSql<sql_types::Uuid, Pg>>::from_sql(bytes).map(Self)
            }
        }
    )+};
}

ids! {
    /// One published event; what consumers de-duplicate on.
    EventId,
    /// A member's account, and the profile that goes with it.
    AccountId,
    /// One log-in of an account on one device.
    SessionId,
    /// A link that proves who reads an e-mail address; the secret in it is derived from this.
    VerificationId,
    /// Somebody's wish for a link, whoever they are.
    LinkRequestId,
    /// A link by which a password is set anew; the secret in it is derived from this.
    PasswordResetId,
    /// Word to a person about what happened to their account.
    NoticeId,
    /// A post.
    PostId,
    /// A comment on a post.
    CommentId,
    /// A member's word to the moderators about a post.
    ReportId,
    /// An uploaded file and its record.
    MediaId,
    /// A line of a profile: a credit, a school, a link.
    EntryId,
    /// The erasure of one account.
    ErasureId,
    /// What one person asked to be handed out.
    ExportId,
    /// Something that a moderator or admin did.
    DeedId,
}
