//! Types that can only be made right, and the rules among them. Time is an argument.

mod device;
mod email;
mod known_device;
mod link;
mod notice;
mod password;
mod reason;
mod receipt;
mod session;
mod throttle;
mod two_factor;
mod username;

pub(crate) use device::Device;
pub(crate) use email::Email;
pub(crate) use known_device::{DeviceCookie, KnownDevice, REMEMBERED, Visitor};
pub(crate) use link::{LinkToken, Links, Purpose};
pub(crate) use notice::Notice;
pub(crate) use password::{Password, PasswordHash};
pub(crate) use reason::Reason;
pub(crate) use receipt::{READABLE_FOR, ReceiptToken};
pub(crate) use session::NewSession;
pub(crate) use throttle::{Rule, Rules, place};
pub(crate) use two_factor::{Code, RecoveryCodes, Sealer, TotpSecret, picture_of};
pub(crate) use username::{DisplayName, Username};

use chassis::Role;
use events::identity::AccountState;
use std::fmt;

/// What the security log remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecurityEvent {
    SignedUp,
    LoggedIn,
    LogInFailed,
    LogInRefused,
    LoggedOut,
    SessionRevoked,
    EmailVerified,
    EmailChangeRequested,
    EmailChanged,
    UsernameChanged,
    PasswordResetRequested,
    PasswordReset,
    PasswordChanged,
    ConfirmationFailed,
    TwoFactorAsked,
    TwoFactorFailed,
    TwoFactorEnabled,
    TwoFactorDisabled,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    RoleChanged,
    AccountSuspended,
    AccountRestored,
    AllowListAdded,
    AllowListRemoved,
    OperatorKeyUsed,
    AccountDeleted,
    ExportRequested,
}

impl SecurityEvent {
    /// As it stands in the log.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::SignedUp => "signed-up",
            Self::LoggedIn => "logged-in",
            Self::LogInFailed => "log-in-failed",
            Self::LogInRefused => "log-in-refused",
            Self::LoggedOut => "logged-out",
            Self::SessionRevoked => "session-revoked",
            Self::EmailVerified => "email-verified",
            Self::EmailChangeRequested => "email-change-requested",
            Self::EmailChanged => "email-changed",
            Self::UsernameChanged => "username-changed",
            Self::PasswordResetRequested => "password-reset-requested",
            Self::PasswordReset => "password-reset",
            Self::PasswordChanged => "password-changed",
            Self::ConfirmationFailed => "confirmation-failed",
            Self::TwoFactorAsked => "two-factor-asked",
            Self::TwoFactorFailed => "two-factor-failed",
            Self::TwoFactorEnabled => "two-factor-enabled",
            Self::TwoFactorDisabled => "two-factor-disabled",
            Self::RecoveryCodesRenewed => "recovery-codes-renewed",
            Self::RecoveryCodeUsed => "recovery-code-used",
            Self::RoleChanged => "role-changed",
            Self::AccountSuspended => "account-suspended",
            Self::AccountRestored => "account-restored",
            Self::AllowListAdded => "allow-list-added",
            Self::AllowListRemoved => "allow-list-removed",
            Self::OperatorKeyUsed => "operator-key-used",
            Self::AccountDeleted => "account-deleted",
            Self::ExportRequested => "export-requested",
        }
    }
}

/// A role as it stands in the database.
pub(crate) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Moderator => "moderator",
        Role::Admin => "admin",
    }
}

/// The role of this name. An unknown name is the least of them: what cannot be read grants nothing.
pub(crate) fn role_named(name: &str) -> Role {
    match name {
        "admin" => Role::Admin,
        "moderator" => Role::Moderator,
        _ => Role::Member,
    }
}

/// The state of this name. An unknown one may do nothing.
pub(crate) fn state_named(name: &str) -> AccountState {
    match name {
        "active" => AccountState::Active,
        "deleted" => AccountState::Deleted,
        _ => AccountState::Suspended,
    }
}

/// Why an account cannot be made as asked: somebody was first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Email,
    Username,
}

/// Says nothing about a person, wherever it is printed.
fn silent(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    write!(f, "{name}(…)")
}
