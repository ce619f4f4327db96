//! What is read, as it is answered.

mod oversight;

pub(crate) use oversight::{
    AllowedView, AuditEntryView, OverseenView, SecurityEventView, allow_list, deeds, overseen, security_log,
};
mod account;

pub(crate) use account::{ExportView, ReceiptView, export, holdings, receipt};

use crate::model::role_named;
use crate::store::accounts::{self, Described, NewAccount};
use crate::store::sessions;
use chassis::{Principal, Refusal, Result, Role};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::{AccountId, SessionId};
use serde::Serialize;
use utoipa::ToSchema;

/// What people see before they choose.
const DEFAULT_THEME: &str = "light";

/// An account that has just come to be, as its owner sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewAccountView {
    #[schema(value_type = String, format = Uuid)]
    id: AccountId,
    #[schema(example = "ada@studio.example")]
    email: String,
    #[schema(example = "ada@studio.example")]
    normalized_email: String,
    #[schema(example = "ada_byron")]
    username: String,
    #[schema(example = "Ada Byron")]
    display_name: String,
    email_verified: bool,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    created_at: DateTime<Utc>,
}

impl From<&NewAccount> for NewAccountView {
    fn from(account: &NewAccount) -> Self {
        Self {
            id: account.id,
            email: account.email.as_written().to_owned(),
            normalized_email: account.email.normalized().to_owned(),
            username: account.username.as_str().to_owned(),
            display_name: account.display_name.as_str().to_owned(),
            email_verified: false,
            created_at: account.created_at,
        }
    }
}

/// An account, as its owner sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountView {
    #[schema(value_type = String, format = Uuid)]
    id: AccountId,
    #[schema(example = "ada@studio.example")]
    email: String,
    #[schema(example = "ada@studio.example")]
    normalized_email: String,
    #[schema(example = "ada_byron")]
    username: String,
    #[schema(example = "Ada Byron")]
    display_name: String,
    #[schema(
        required,
        example = "/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content?size=thumb"
    )]
    avatar_url: Option<String>,
    #[schema(example = "dark")]
    theme: String,
    role: Role,
    email_verified: bool,
    two_factor_enabled: bool,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    created_at: DateTime<Utc>,
}

impl From<Described> for AccountView {
    fn from(account: Described) -> Self {
        let avatar = account.avatar_media_id;
        Self {
            id: account.id,
            email: account.email,
            normalized_email: account.normalized_email,
            username: account.username,
            display_name: account.display_name,
            avatar_url: avatar.map(|id| format!("/api/media/{id}/content?size=thumb")),
            theme: account.theme.unwrap_or_else(|| DEFAULT_THEME.to_owned()),
            role: role_named(&account.role),
            email_verified: account.email_verified,
            two_factor_enabled: account.two_factor_enabled,
            created_at: account.created_at,
        }
    }
}

/// Who has this session.
///
/// # Errors
/// 401 `UNAUTHENTICATED` when the account may no longer act.
pub(crate) async fn me(conn: &AsyncPgConnection, who: &Principal) -> Result<AccountView> {
    let account = accounts::described(conn, who.account).await?;
    Ok(account.ok_or_else(Refusal::unauthenticated)?.into())
}

/// A session, as its owner sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionView {
    #[schema(value_type = String, format = Uuid)]
    id: SessionId,
    /// Whether it is the one that asks.
    current: bool,
    #[schema(
        required,
        example = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    )]
    user_agent: Option<String>,
    #[schema(required, example = "192.0.2.7")]
    ip_address: Option<String>,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    created_at: DateTime<Utc>,
    /// To the minute.
    #[serde(serialize_with = "chassis::http::milliseconds")]
    last_active_at: DateTime<Utc>,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    expires_at: DateTime<Utc>,
}

/// A person's sessions that live at this time, the last used first.
///
/// # Errors
/// When the database says so.
pub(crate) async fn sessions(
    conn: &AsyncPgConnection,
    who: &Principal,
    now: DateTime<Utc>,
) -> Result<Vec<SessionView>> {
    let sessions = sessions::of_account(conn, who.account, now).await?;
    let views = sessions.into_iter().map(|session| SessionView {
        id: session.id,
        current: session.id == who.session,
        user_agent: session.user_agent,
        ip_address: session.ip_address,
        created_at: session.created_at,
        last_active_at: session.last_active_at,
        expires_at: session.expires_at,
    });
    Ok(views.collect())
}
