//! What admins look through, and what people see of what happened to them.

use crate::model::{role_named, state_named};
use crate::store::administration::{self, Deed, Overseen};
use crate::store::allow_list::{self, Entry};
use crate::store::security_log::{self, Own};
use chassis::{Principal, Result, Role};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::AccountId;
use events::identity::AccountState;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What an account may do at present.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum State {
    Active,
    Suspended,
    Deleted,
}

impl From<AccountState> for State {
    fn from(state: AccountState) -> Self {
        match state {
            AccountState::Active => Self::Active,
            AccountState::Suspended => Self::Suspended,
            AccountState::Deleted => Self::Deleted,
        }
    }
}

/// Why an account is suspended.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuspensionView {
    #[schema(example = "Posts that sell followers")]
    reason: String,
    #[schema(required)]
    #[serde(serialize_with = "chassis::http::milliseconds_if_any")]
    until: Option<DateTime<Utc>>,
    #[schema(required)]
    #[serde(serialize_with = "chassis::http::milliseconds_if_any")]
    suspended_at: Option<DateTime<Utc>>,
}

/// An account, as admins see it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverseenView {
    #[schema(value_type = String, format = Uuid)]
    pub(crate) id: AccountId,
    #[schema(example = "ada_byron")]
    username: String,
    #[schema(example = "Ada Byron")]
    display_name: String,
    role: Role,
    state: State,
    email_verified: bool,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    created_at: DateTime<Utc>,
    #[schema(required)]
    suspension: Option<SuspensionView>,
}

impl From<Overseen> for OverseenView {
    fn from(account: Overseen) -> Self {
        let (until, suspended_at) = (account.until, account.suspended_at);
        let suspension = account.reason.map(|reason| SuspensionView {
            reason,
            until,
            suspended_at,
        });
        Self {
            id: account.id,
            username: account.username,
            display_name: account.display_name,
            role: role_named(&account.role),
            state: state_named(&account.state).into(),
            email_verified: account.email_verified,
            created_at: account.created_at,
            suspension,
        }
    }
}

/// Accounts that fit what an admin looks for, the newest first.
///
/// # Errors
/// When the database says so.
pub(crate) async fn overseen(
    conn: &AsyncPgConnection,
    q: &str,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<OverseenView>> {
    let accounts = administration::accounts(conn, q, before, limit).await?;
    Ok(accounts.into_iter().map(OverseenView::from).collect())
}

/// An address that may sign up.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AllowedView {
    #[schema(example = "ada@studio.example")]
    pub(crate) email: String,
    #[schema(value_type = Option<String>, format = Uuid, required)]
    added_by: Option<AccountId>,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    created_at: DateTime<Utc>,
}

impl From<Entry> for AllowedView {
    fn from(entry: Entry) -> Self {
        Self {
            email: entry.normalized_email,
            added_by: entry.added_by,
            created_at: entry.created_at,
        }
    }
}

/// The allow-list, by address.
///
/// # Errors
/// When the database says so.
pub(crate) async fn allow_list(
    conn: &AsyncPgConnection,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<AllowedView>> {
    let entries = allow_list::entries(conn, after, limit).await?;
    Ok(entries.into_iter().map(AllowedView::from).collect())
}

/// Somebody in the audit.
#[derive(Serialize, ToSchema)]
pub(crate) struct Named {
    #[schema(value_type = String, format = Uuid)]
    id: AccountId,
    /// Null once the account is gone.
    #[schema(required, example = "ada_byron")]
    username: Option<String>,
}

/// Something that a moderator, admin or operator did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditEntryView {
    #[schema(value_type = String, format = Uuid)]
    pub(crate) id: Uuid,
    #[serde(rename = "type")]
    #[schema(example = "account-suspended")]
    kind: String,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    at: DateTime<Utc>,
    /// Null where an operator did it by the command line, or it came to its time.
    #[schema(required)]
    actor: Option<Named>,
    /// Whom it was done to, or whose post or report. Null where it is about no account.
    #[schema(required)]
    account: Option<Named>,
    #[schema(required, example = "192.0.2.7")]
    ip_address: Option<String>,
    /// What else there is to know, such as the reason or the roles before and after; of what was done to something else than
    /// an account, `subjectKind`, `subjectId` and `requestId`.
    #[schema(value_type = Object, required)]
    detail: serde_json::Value,
}

impl From<Deed> for AuditEntryView {
    fn from(deed: Deed) -> Self {
        let named = |id: Option<AccountId>, username| id.map(|id| Named { id, username });
        Self {
            id: deed.id,
            kind: deed.kind,
            at: deed.at,
            actor: named(deed.actor_id, deed.actor),
            account: named(deed.account_id, deed.account),
            ip_address: deed.ip_address,
            detail: deed.detail.unwrap_or_else(|| serde_json::json!({})),
        }
    }
}

/// What moderators, admins and operators did, the latest first.
///
/// # Errors
/// When the database says so.
pub(crate) async fn deeds(
    conn: &AsyncPgConnection,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<AuditEntryView>> {
    let deeds = administration::deeds(conn, before, limit).await?;
    Ok(deeds.into_iter().map(AuditEntryView::from).collect())
}

/// Something that happened to one's own account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecurityEventView {
    #[schema(value_type = String, format = Uuid)]
    pub(crate) id: Uuid,
    #[serde(rename = "type")]
    #[schema(example = "password-changed")]
    kind: String,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    at: DateTime<Utc>,
    #[schema(required, example = "192.0.2.7")]
    ip_address: Option<String>,
    #[schema(
        required,
        example = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    )]
    user_agent: Option<String>,
}

impl From<Own> for SecurityEventView {
    fn from(line: Own) -> Self {
        Self {
            id: line.id,
            kind: line.kind,
            at: line.at,
            ip_address: line.ip_address,
            user_agent: line.user_agent,
        }
    }
}

/// A person's own security events, the latest first.
///
/// # Errors
/// When the database says so.
pub(crate) async fn security_log(
    conn: &AsyncPgConnection,
    who: &Principal,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<SecurityEventView>> {
    let lines = security_log::of_account(conn, who.account, before, limit).await?;
    Ok(lines.into_iter().map(SecurityEventView::from).collect())
}
