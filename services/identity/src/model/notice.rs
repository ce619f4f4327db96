//! What people are told by mail about their own accounts.

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    PasswordReset,
    PasswordChanged,
    /// To the address the account has now.
    EmailChangeRequested,
    /// To the address it had before.
    EmailChanged,
    UsernameChanged,
    TwoFactorEnabled,
    TwoFactorDisabled,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    AccountSuspended,
    AccountRestored,
}

impl Notice {
    const ALL: [Self; 11] = [
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::EmailChangeRequested,
        Self::EmailChanged,
        Self::UsernameChanged,
        Self::TwoFactorEnabled,
        Self::TwoFactorDisabled,
        Self::RecoveryCodesRenewed,
        Self::RecoveryCodeUsed,
        Self::AccountSuspended,
        Self::AccountRestored,
    ];

    /// As it stands in the database.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password-reset",
            Self::PasswordChanged => "password-changed",
            Self::EmailChangeRequested => "email-change-requested",
            Self::EmailChanged => "email-changed",
            Self::UsernameChanged => "username-changed",
            Self::TwoFactorEnabled => "two-factor-enabled",
            Self::TwoFactorDisabled => "two-factor-disabled",
            Self::RecoveryCodesRenewed => "recovery-codes-renewed",
            Self::RecoveryCodeUsed => "recovery-code-used",
            Self::AccountSuspended => "account-suspended",
            Self::AccountRestored => "account-restored",
        }
    }

    /// The notice of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.as_str() == name)
    }

    /// What the mail is called.
    pub(crate) fn subject(self) -> &'static str {
        match self {
            Self::PasswordReset => "Your password was set anew",
            Self::PasswordChanged => "Your password was changed",
            Self::EmailChangeRequested => "Somebody asked to change your e-mail address",
            Self::EmailChanged => "Your e-mail address was changed",
            Self::UsernameChanged => "Your user name was changed",
            Self::TwoFactorEnabled => "Your second factor was switched on",
            Self::TwoFactorDisabled => "Your second factor was switched off",
            Self::RecoveryCodesRenewed => "You have new recovery codes",
            Self::RecoveryCodeUsed => "A recovery code was used",
            Self::AccountSuspended => "Your account is suspended",
            Self::AccountRestored => "Your account is restored",
        }
    }

    /// Whether the person may have to do something about it, should they not have done it themselves.
    pub(crate) fn may_alarm(self) -> bool {
        !matches!(self, Self::AccountSuspended | Self::AccountRestored)
    }

    /// What it says. No word of it was typed by anybody.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::PasswordReset => {
                "The password of your account on Joint was set anew by a link that was mailed to this address. All \
                 sessions were ended; log in with the new password."
            }
            Self::PasswordChanged => {
                "The password of your account on Joint was changed by somebody who knew the old one. All other sessions \
                 were ended."
            }
            Self::EmailChangeRequested => {
                "Somebody who knows your password asked that your account on Joint have another e-mail address. It counts \
                 once it is confirmed at the new address; until then this one stays."
            }
            Self::EmailChanged => {
                "Your account on Joint has another e-mail address now. This one is no longer used for it."
            }
            Self::UsernameChanged => {
                "Your account on Joint has another user name now. The old one stays yours: nobody else can take it."
            }
            Self::TwoFactorEnabled => {
                "Besides the password, logging in to your account on Joint asks for a code from your authenticator app now."
            }
            Self::TwoFactorDisabled => {
                "Logging in to your account on Joint asks for the password alone now: the second factor was switched off \
                 by somebody who had both."
            }
            Self::RecoveryCodesRenewed => {
                "New recovery codes were made for your account on Joint. The ones you had before no longer work."
            }
            Self::RecoveryCodeUsed => {
                "Somebody with your password used one of the recovery codes of your account on Joint. It cannot be used \
                 again."
            }
            Self::AccountSuspended => {
                "Your account on Joint was suspended: you cannot log in, and nobody else sees what you wrote, until it is \
                 restored. Write to us if you think that is wrong."
            }
            Self::AccountRestored => {
                "Your account on Joint is restored: you can log in again, and what you wrote is seen as before."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_is_known_by_its_own_name() {
        for notice in Notice::ALL {
            assert_eq!(Notice::named(notice.as_str()), Some(notice));
            assert!(!notice.subject().is_empty() && !notice.words().is_empty());
        }
        assert_eq!(Notice::named("nonsense"), None);
    }
}
