//! Devices that an account knows, because somebody with its password was there before.

use super::Device;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::session::DEVICE_COOKIES;
use chassis::{Secrets, same_secret};
use chrono::{DateTime, TimeDelta, Utc};
use events::AccountId;
use std::fmt;
use std::time::Duration;
use uuid::Uuid;

/// For how long a device is remembered that is not used.
pub(crate) const REMEMBERED: Duration = Duration::from_secs(180 * 24 * 60 * 60);

/// By how much clocks of two of our machines may differ.
const LEEWAY: TimeDelta = TimeDelta::minutes(1);

/// Says that a device is one that an account knows: signed for that account and its present password, so that a new
/// password makes strangers of all devices. It opens nothing; guessing from elsewhere does not make it wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KnownDevice(pub(crate) Uuid);

impl KnownDevice {
    pub(crate) fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// The cookie by which an account will know the device.
    pub(crate) fn cookie(
        self,
        account: AccountId,
        password_since: DateTime<Utc>,
        now: DateTime<Utc>,
        secrets: &Secrets,
    ) -> DeviceCookie {
        DeviceCookie {
            name: Self::cookie_of(account, secrets),
            value: self.sign(account, password_since, now, secrets),
        }
    }

    /// The name of an account's cookie: several people may use one browser.
    fn cookie_of(account: AccountId, secrets: &Secrets) -> String {
        let name = secrets.digest("known-device-cookie", &[account.0.as_bytes()]);
        let name: String = name.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        format!("{DEVICE_COOKIES}{name}")
    }

    /// What the cookie says.
    fn sign(
        self,
        account: AccountId,
        password_since: DateTime<Utc>,
        now: DateTime<Utc>,
        secrets: &Secrets,
    ) -> String {
        let (device, issued) = (self.0.as_bytes().as_slice(), now.timestamp().to_be_bytes());
        let since = password_since.timestamp_micros().to_be_bytes();
        let seal = secrets.digest("known-device", &[account.0.as_bytes(), device, &issued, &since]);
        URL_SAFE_NO_PAD.encode([device, &issued, &seal].concat())
    }

    /// The device that a cookie names, if we signed it for this account and its password.
    fn verify(
        text: &str,
        account: AccountId,
        password_since: DateTime<Utc>,
        now: DateTime<Utc>,
        secrets: &Secrets,
    ) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (device, rest) = bytes.split_first_chunk::<16>()?;
        let (issued, _seal) = rest.split_first_chunk::<8>()?;
        let issued = DateTime::from_timestamp(i64::from_be_bytes(*issued), 0)?;
        let device = Self(Uuid::from_bytes(*device));
        let signed = device.sign(account, password_since, issued, secrets);
        let is_ours = same_secret(signed.as_bytes(), text.as_bytes());
        let age = now - issued;
        let is_fresh = age >= -LEEWAY && age.to_std().unwrap_or_default() < REMEMBERED;
        (is_ours && is_fresh).then_some(device)
    }
}

/// A cookie to be set.
#[derive(Clone)]
pub(crate) struct DeviceCookie {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl fmt::Debug for DeviceCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::silent(f, "DeviceCookie")
    }
}

/// Somebody at the door, as far as can be told before they say who they are.
#[derive(Clone, Default)]
pub(crate) struct Visitor {
    pub(crate) device: Device,
    /// Cookies by which accounts know devices: `name=value`.
    pub(crate) cookies: Vec<String>,
    /// Presents the operator's key, which lifts limits.
    pub(crate) is_operator: bool,
}

impl Visitor {
    /// Whether this account knows the device that somebody comes with.
    pub(crate) fn known_to(
        &self,
        account: AccountId,
        password_since: DateTime<Utc>,
        now: DateTime<Utc>,
        secrets: &Secrets,
    ) -> Option<KnownDevice> {
        let name = KnownDevice::cookie_of(account, secrets);
        let cookies = self.cookies.iter();
        let mut values = cookies.filter_map(|cookie| cookie.strip_prefix(&name)?.strip_prefix('='));
        values.find_map(|value| KnownDevice::verify(value, account, password_since, now, secrets))
    }
}

impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::silent(f, "Visitor")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_known_to_its_account_until_the_password_changes() {
        let (secrets, account, now) = (Secrets::random(), AccountId::new(), Utc::now());
        let since = now - TimeDelta::days(3);
        let device = KnownDevice::new();
        let cookie = device.sign(account, since, now, &secrets);
        let verify = |account, since, now| KnownDevice::verify(&cookie, account, since, now, &secrets);
        assert_eq!(verify(account, since, now), Some(device));
        assert_eq!(verify(account, since, now + TimeDelta::days(179)), Some(device));
        for (account, since, now) in [
            (AccountId::new(), since, now),
            (account, now, now),
            (account, since, now + TimeDelta::days(181)),
            (account, since, now - TimeDelta::days(1)),
        ] {
            assert_eq!(verify(account, since, now), None);
        }
        let bent = cookie.replacen(|letter| letter != 'A', "A", 1);
        for text in ["", "x", "💥", &bent, cookie.get(..40).unwrap()] {
            assert_eq!(
                KnownDevice::verify(text, account, since, now, &secrets),
                None,
                "{text}"
            );
        }
        let theirs = Secrets::random();
        assert_eq!(KnownDevice::verify(&cookie, account, since, now, &theirs), None);
    }

    #[test]
    fn two_people_at_one_browser_are_told_apart() {
        let (secrets, now) = (Secrets::random(), Utc::now());
        let (ada, bob) = (AccountId::new(), AccountId::new());
        let cookie = |account| {
            let value = KnownDevice::new().sign(account, now, now, &secrets);
            format!("{}={value}", KnownDevice::cookie_of(account, &secrets))
        };
        let visitor = Visitor {
            cookies: vec![cookie(ada), cookie(bob)],
            ..Visitor::default()
        };
        assert!(visitor.known_to(ada, now, now, &secrets).is_some());
        assert!(visitor.known_to(bob, now, now, &secrets).is_some());
        assert!(visitor.known_to(AccountId::new(), now, now, &secrets).is_none());
    }
}
