//! Signing up.

use super::delete_account::name_digest;
use super::make_verification::new_verification;
use super::now;
use super::tries::Tries;
use crate::app::App;
use crate::model::{
    Device, DeviceCookie, DisplayName, Email, KnownDevice, NewSession, Password, SecurityEvent, Taken,
    Username, Visitor,
};
use crate::settings::Settings;
use crate::store::accounts::NewAccount;
use crate::store::security_log::Line;
use crate::store::{accounts, allow_list, departures, security_log, sessions, verifications};
use chassis::{Fields, Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::identity::{Account, AccountState, VerificationRequested};
use events::{AccountId, Cause, Event};
use store::outbox;

/// Somebody who wants an account, and may have it as far as their own words go.
#[derive(Clone, Debug)]
pub(crate) struct Applicant {
    pub(crate) email: Email,
    pub(crate) password: Password,
    pub(crate) username: Username,
    pub(crate) display_name: DisplayName,
}

impl Applicant {
    /// # Errors
    /// 400 `VALIDATION_ERROR` with everything that is wrong.
    pub(crate) fn parse(
        email: &str,
        password: &str,
        username: &str,
        display_name: &str,
    ) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let email = fields.take("email", Email::parse(email));
        let username = fields.take("username", Username::parse(username));
        let display_name = fields.take("displayName", DisplayName::parse(display_name));
        let password = Password::choose(password, email.as_ref(), username.as_ref(), display_name.as_ref());
        let password = fields.take("password", password);
        match (email, password, username, display_name) {
            (Some(email), Some(password), Some(username), Some(display_name)) => Ok(Self {
                email,
                password,
                username,
                display_name,
            }),
            _ => Err(fields.refusal()),
        }
    }
}

/// An account and its first session as they will be. Everything slow is done before the transaction begins.
pub(crate) struct Admission {
    pub(crate) account: NewAccount,
    /// None while the address must be confirmed first.
    pub(crate) session: Option<NewSession>,
    /// The device is known from now on.
    pub(crate) cookie: DeviceCookie,
    device: Device,
    tries: Tries,
    name_digest: [u8; 32],
}

impl Admission {
    /// # Errors
    /// 429 `RATE_LIMITED` when this place has signed up in vain very often; 503 `UNAVAILABLE` when too many passwords are
    /// being hashed.
    pub(crate) async fn prepare(app: &App, applicant: Applicant, visitor: &Visitor) -> Result<Self> {
        let tries = Tries::sign_up(app, visitor);
        tries.count(app).await?;
        let password_hash = match app.passwords.hash(&applicant.password).await {
            Ok(hash) => hash,
            Err(error) => return Err(tries.untried(app, error).await),
        };
        let (id, now, device) = (AccountId::new(), now(), visitor.device.clone());
        let lifetime = app.settings.session_lifetime;
        let session = NewSession::begin(id, device.clone(), now, lifetime);
        let name_digest = name_digest(&app.secrets, applicant.username.as_str());
        Ok(Self {
            name_digest,
            account: NewAccount {
                id,
                email: applicant.email,
                username: applicant.username,
                display_name: applicant.display_name,
                password_hash,
                created_at: now,
            },
            session: (!app.settings.verification_is_enforced).then_some(session),
            cookie: KnownDevice::new().cookie(id, now, now, &app.secrets),
            device,
            tries,
        })
    }
}

/// Makes an account, its first session, and the link that confirms its address.
///
/// # Errors
/// 403 `NOT_ON_ALLOWLIST`; 409 `EMAIL_TAKEN` or `USERNAME_TAKEN`.
pub(crate) async fn sign_up(
    conn: &mut AsyncPgConnection,
    settings: &Settings,
    cause: &Cause,
    admission: &Admission,
) -> Result<()> {
    let Admission {
        account,
        session,
        device,
        tries,
        ..
    } = admission;
    let (id, now) = (account.id, account.created_at);
    must_be_invited(conn, settings, &account.email).await?;
    // The indexes decide who was first. To look before would be a race, and no less work.
    if let Err(taken) = accounts::insert(conn, account).await? {
        return Err(is_taken(taken).into());
    }
    // Looked at afterwards: whoever had the name may have been leaving until the index let us have it.
    if departures::is_reserved(conn, &admission.name_digest).await? {
        return Err(is_taken(Taken::Username).into());
    }
    tries.give_back(conn).await?;
    if let Some(session) = session {
        sessions::open(conn, session, &account.password_hash.0, false).await?;
    }
    let verification = new_verification(id, now);
    verifications::insert(conn, &verification).await?;
    let line = Line {
        account: Some(id),
        actor: Some(id),
        device: device.clone(),
        detail: None,
    };
    security_log::append(conn, SecurityEvent::SignedUp, now, &line).await?;
    let cause = Cause {
        actor: Some(id),
        ..cause.clone()
    };
    let registered = Account {
        account_id: id,
        username: account.username.as_str().to_owned(),
        display_name: account.display_name.as_str().to_owned(),
        state: AccountState::Active,
        email_verified: false,
        created_at: now,
    };
    let requested = VerificationRequested {
        verification_id: verification.id,
        account_id: id,
    };
    let events = [
        (1, Event::AccountRegistered(registered)),
        (1, Event::VerificationRequested(requested)),
    ];
    outbox::append_all(conn, &cause, events).await?;
    Ok(())
}

/// While only owners may sign up, an address is named in the configuration or on the allow-list.
pub(super) async fn must_be_invited(
    conn: &AsyncPgConnection,
    settings: &Settings,
    email: &Email,
) -> Result<()> {
    let Some(owners) = &settings.owners else {
        return Ok(());
    };
    let is_owner = owners
        .iter()
        .any(|owner| owner.normalized() == email.normalized());
    if is_owner || allow_list::names(conn, email).await? {
        return Ok(());
    }
    Err(Refusal {
        code: "NOT_ON_ALLOWLIST",
        ..Refusal::forbidden("This site is open to invited people only; ask its owner to add your address")
    }
    .into())
}

/// 409 for what somebody else has.
pub(super) fn is_taken(taken: Taken) -> Refusal {
    match taken {
        Taken::Email => Refusal::conflict(
            "EMAIL_TAKEN",
            "There is an account with this e-mail address; log in instead",
        ),
        Taken::Username => Refusal::conflict("USERNAME_TAKEN", "Somebody has this username; choose another"),
    }
}
