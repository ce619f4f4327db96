//! `/admin/accounts`, `/admin/allow-list`, `/admin/audit`: for admins.

use crate::app::App;
use crate::commands::{self, Administration};
use crate::model::{Device, Reason};
use crate::queries::{self, AllowedView, AuditEntryView, OverseenView};
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use chassis::http::{Cursor, Errors, Json, Message, Page, Path, Query, RequestCause};
use chassis::{Principal, Refusal, Result, Role};
use chrono::{DateTime, Utc};
use events::AccountId;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// An admin. A handler that takes this cannot be reached by anybody else.
pub(super) struct Admin(Principal);

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let principal = Principal::from_request_parts(parts, state).await?;
        principal.at_least(Role::Admin)?;
        Ok(Self(principal))
    }
}

/// Which accounts.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// The beginning of a user name, or a whole e-mail address or id; all accounts when absent.
    q: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Accounts {
    accounts: Vec<OverseenView>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "MDE5N2EyZDA")]
    next_cursor: Option<String>,
}

/// Find accounts, the newest first.
#[utoipa::path(get, path = "/admin/accounts", tag = "admin", params(Search, Page),
    responses((status = 200, body = Accounts), Errors))]
pub(super) async fn accounts(
    State(app): State<App>,
    _admin: Admin,
    Query(search): Query<Search>,
    Query(page): Query<Page>,
) -> Result<Json<Accounts>> {
    let (limit, before) = page.read::<Uuid>()?;
    let conn = app.database.connection().await?;
    let q = search.q.as_deref().unwrap_or_default().trim();
    let accounts = queries::overseen(&conn, q, before, limit.probe()).await?;
    let (accounts, next_cursor) = Cursor::cut(accounts, limit, |account| account.id);
    Ok(Json::of(Accounts {
        accounts,
        next_cursor,
    }))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Suspension {
    /// For staff to read.
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"[^\s\x85]",
        example = "Posts that sell followers"
    )]
    reason: String,
    /// When it ends by itself; never when absent.
    until: Option<DateTime<Utc>>,
}

#[derive(Deserialize, ToSchema)]
pub(super) struct NewRole {
    role: Role,
}

/// An account as it is now.
#[derive(Serialize, ToSchema)]
pub(super) struct Administered {
    #[schema(example = "The account is suspended")]
    message: &'static str,
    account: OverseenView,
}

/// Suspend an account. Of one that is suspended, change the reason and the end.
#[utoipa::path(post, path = "/admin/accounts/{id}/suspend", tag = "admin", request_body = Suspension,
    params(("id" = AccountId, Path)), responses((status = 200, body = Administered), Errors))]
pub(super) async fn suspend(
    State(app): State<App>,
    Admin(admin): Admin,
    RequestCause(cause): RequestCause,
    device: Device,
    Path(account): Path<AccountId>,
    Json { value: ask, .. }: Json<Suspension>,
) -> Result<Json<Administered>> {
    let reason = Reason::parse(&ask.reason).map_err(|words| Refusal::invalid("reason", words))?;
    if ask.until.is_some_and(|until| until <= Utc::now()) {
        return Err(Refusal::invalid("until", "Until must be in the future").into());
    }
    let by = Administration {
        admin: &admin,
        device,
        account,
    };
    let suspend = async |conn: &mut _| commands::suspend(conn, &cause, &by, reason, ask.until).await;
    let account = app.database.write(suspend).await?.into();
    Ok(Json::of(Administered {
        message: "The account is suspended",
        account,
    }))
}

/// End a suspension. The same answer when there is none.
#[utoipa::path(post, path = "/admin/accounts/{id}/restore", tag = "admin", params(("id" = AccountId, Path)),
    responses((status = 200, body = Administered), Errors))]
pub(super) async fn restore_account(
    State(app): State<App>,
    Admin(admin): Admin,
    RequestCause(cause): RequestCause,
    device: Device,
    Path(account): Path<AccountId>,
) -> Result<Json<Administered>> {
    let by = Administration {
        admin: &admin,
        device,
        account,
    };
    let restore = async |conn: &mut _| commands::restore(conn, &cause, &by).await;
    let account = app.database.write(restore).await?.into();
    Ok(Json::of(Administered {
        message: "The account is restored",
        account,
    }))
}

/// Make an account a member's, moderator's or admin's. It counts from its next request on.
#[utoipa::path(post, path = "/admin/accounts/{id}/role", tag = "admin", request_body = NewRole,
    params(("id" = AccountId, Path)), responses((status = 200, body = Administered), Errors))]
pub(super) async fn give_role(
    State(app): State<App>,
    Admin(admin): Admin,
    device: Device,
    Path(account): Path<AccountId>,
    Json { value: ask, .. }: Json<NewRole>,
) -> Result<Json<Administered>> {
    let by = Administration {
        admin: &admin,
        device,
        account,
    };
    let give = async |conn: &mut _| commands::give_role(conn, &by, ask.role).await;
    let account = app.database.write(give).await?.into();
    Ok(Json::of(Administered {
        message: "The account has its new role",
        account,
    }))
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AllowList {
    allow_list: Vec<AllowedView>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "MDE5N2EyZDA")]
    next_cursor: Option<String>,
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Address {
    #[schema(format = Email, max_length = 254, example = "ada@studio.example")]
    email: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Allowed {
    #[schema(example = "This address may sign up")]
    message: &'static str,
    entry: AllowedView,
}

/// The addresses that may sign up while only invited ones may, besides those of the configuration.
#[utoipa::path(get, path = "/admin/allow-list", tag = "admin", params(Page),
    responses((status = 200, body = AllowList), Errors))]
pub(super) async fn allow_list(
    State(app): State<App>,
    _admin: Admin,
    Query(page): Query<Page>,
) -> Result<Json<AllowList>> {
    let (limit, after) = page.read::<String>()?;
    let conn = app.database.connection().await?;
    let entries = queries::allow_list(&conn, after.as_deref(), limit.probe()).await?;
    let (allow_list, next_cursor) = Cursor::cut(entries, limit, |entry| entry.email.clone());
    Ok(Json::of(AllowList {
        allow_list,
        next_cursor,
    }))
}

/// Let an address sign up. The same answer when it may already.
#[utoipa::path(post, path = "/admin/allow-list", tag = "admin", request_body = Address,
    responses((status = 201, body = Allowed), Errors))]
pub(super) async fn allow(
    State(app): State<App>,
    Admin(admin): Admin,
    device: Device,
    Json { value: ask, .. }: Json<Address>,
) -> Result<(StatusCode, Json<Allowed>)> {
    let allow = async |conn: &mut _| commands::allow(conn, &admin, &device, &ask.email).await;
    let entry = app.database.write(allow).await?.into();
    Ok((
        StatusCode::CREATED,
        Json::of(Allowed {
            message: "This address may sign up",
            entry,
        }),
    ))
}

/// Let an address no longer sign up. Whoever has done so stays.
#[utoipa::path(delete, path = "/admin/allow-list", tag = "admin", request_body = Address,
    responses((status = 200, body = Message), Errors))]
pub(super) async fn disallow(
    State(app): State<App>,
    Admin(admin): Admin,
    device: Device,
    Json { value: ask, .. }: Json<Address>,
) -> Result<Json<Message>> {
    let disallow = async |conn: &mut _| commands::disallow(conn, &admin, &device, &ask.email).await;
    app.database.write(disallow).await?;
    Ok(Json::of(Message::new("This address may no longer sign up")))
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountsAudit {
    entries: Vec<AuditEntryView>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "MDE5N2EyZDA")]
    next_cursor: Option<String>,
}

/// What moderators, admins and operators did to accounts, posts, reports and dead letters, the latest first.
#[utoipa::path(get, path = "/admin/audit", tag = "admin", params(Page),
    responses((status = 200, body = AccountsAudit), Errors))]
pub(super) async fn accounts_audit(
    State(app): State<App>,
    _admin: Admin,
    Query(page): Query<Page>,
) -> Result<Json<AccountsAudit>> {
    let (limit, before) = page.read::<Uuid>()?;
    let conn = app.database.connection().await?;
    let deeds = queries::deeds(&conn, before, limit.probe()).await?;
    let (entries, next_cursor) = Cursor::cut(deeds, limit, |deed| deed.id);
    Ok(Json::of(AccountsAudit { entries, next_cursor }))
}
