//! What only identity is configured with.

use crate::mailer::Sender;
use crate::model::{Email, Rules};
use chassis::config::Reader;
use chassis::http::Allowance;
use chrono::TimeDelta;
use std::num::NonZeroU16;

const DAY: i64 = 24 * 60 * 60;

/// Accounts that one address may make in an hour.
const SIGN_UPS: NonZeroU16 = NonZeroU16::new(5).unwrap();

fn sign_ups(times: NonZeroU16) -> Allowance {
    Allowance::hourly("sign-ups", times)
}

/// Identity's own configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(crate) session_lifetime: TimeDelta,
    pub(crate) bcrypt_cost: u32,
    pub(crate) verification_is_enforced: bool,
    pub(crate) owners: Option<Vec<Email>>,
    pub(crate) sign_ups: Allowance,
    pub(crate) rules: Rules,
    pub(crate) sender: Option<Sender>,
}

impl Default for Settings {
    /// As in `valine up`: anybody may sign up, and is let in before the address is confirmed.
    fn default() -> Self {
        Self {
            session_lifetime: TimeDelta::seconds(7 * DAY),
            bcrypt_cost: 10,
            verification_is_enforced: false,
            owners: None,
            sign_ups: sign_ups(SIGN_UPS),
            rules: Rules::default(),
            sender: None,
        }
    }
}

impl Settings {
    /// Reads `SESSION_SECONDS`, `IDENTITY_BCRYPT_COST`, `VERIFY_EMAIL`, `OWNER_EMAILS`, `MAIL_FROM`, `MAIL_CONFIGURATION_SET` and
    /// the limits. What is wrong with them is noted in the reader.
    #[must_use]
    pub fn read(reader: &mut Reader<'_>) -> Self {
        let default = Self::default();
        let seconds = reader.or(
            "SESSION_SECONDS",
            7 * DAY,
            "for how many seconds a log-in lasts: from 60 to 34560000 (400 days, the longest that browsers keep a cookie)",
        );
        if !(60..=400 * DAY).contains(&seconds) {
            reader.problem("SESSION_SECONDS must be from 60 to 34560000");
        }
        let bcrypt_cost = reader.or(
            "IDENTITY_BCRYPT_COST",
            default.bcrypt_cost,
            "how much work a password hash is: 10, or more on a fast machine; from 4 for tests",
        );
        if !(4..=15).contains(&bcrypt_cost) {
            reader.problem("IDENTITY_BCRYPT_COST must be from 4 to 15");
        }
        let verification_is_enforced = reader.or(
            "VERIFY_EMAIL",
            default.verification_is_enforced,
            "true: nobody logs in before their address is confirmed",
        );
        let listed: Option<String> = reader.optional(
            "OWNER_EMAILS",
            "the only addresses that may sign up, separated by commas, besides those on the allow-list",
        );
        Self {
            session_lifetime: TimeDelta::seconds(seconds.clamp(60, 400 * DAY)),
            bcrypt_cost,
            verification_is_enforced,
            owners: listed.map(|listed| owners(reader, &listed)),
            sign_ups: sign_ups(reader.or(
                "SIGN_UPS_PER_HOUR",
                SIGN_UPS,
                "how many accounts one address may make in an hour: from 1 to 65535",
            )),
            rules: rules(reader),
            sender: Sender::read(reader),
        }
        .consistent()
    }

    /// For how long a log-in lasts.
    #[must_use]
    pub fn session_lifetime(&self) -> TimeDelta {
        self.session_lifetime
    }

    /// For tests: passwords cost as little as bcrypt can.
    #[must_use]
    pub fn quick(self) -> Self {
        Self {
            bcrypt_cost: 4,
            ..self
        }
    }

    /// For tests of other things than limits: everybody may try everything as often as they like.
    #[must_use]
    pub fn unlimited(self) -> Self {
        Self {
            sign_ups: sign_ups(NonZeroU16::MAX),
            rules: Rules::lifted(),
            ..self
        }
    }

    /// Nobody logs in before their address is confirmed.
    #[must_use]
    pub fn enforcing_verification(self) -> Self {
        Self {
            verification_is_enforced: true,
            ..self
        }
    }

    /// Only these, and those on the allow-list, may sign up.
    ///
    /// # Errors
    /// When one of them is no address.
    pub fn owned_by(self, emails: &[&str]) -> Result<Self, &'static str> {
        let owners: Result<_, _> = emails.iter().map(|email| Email::parse(email)).collect();
        Ok(Self {
            owners: Some(owners?),
            ..self
        }
        .consistent())
    }

    /// An address that nobody confirmed may be anybody's, so a list of addresses alone would let anybody in.
    fn consistent(self) -> Self {
        Self {
            verification_is_enforced: self.verification_is_enforced || self.owners.is_some(),
            ..self
        }
    }
}

/// How often something may be tried in vain before it has to wait.
fn rules(reader: &mut Reader<'_>) -> Rules {
    let mut rules = Rules::default();
    for (name, rule, meaning) in [
        (
            "LOG_IN_TRIES_PER_ACCOUNT",
            &mut rules.account,
            "how many log-ins to one account may fail before the next has to wait",
        ),
        (
            "LOG_IN_TRIES_PER_ADDRESS",
            &mut rules.address,
            "how many log-ins from one address may fail before the next has to wait",
        ),
        (
            "LOG_IN_TRIES_OVERALL",
            &mut rules.overall,
            "how many log-ins of all together may fail before the next has to wait; ten a second are forgiven",
        ),
        (
            "LINKS_PER_ADDRESS",
            &mut rules.links,
            "how many links one address may ask for before the next has to wait",
        ),
    ] {
        let free: Option<NonZeroU16> = reader.optional(name, meaning);
        if let Some(free) = free {
            rule.free = i32::from(free.get());
        }
    }
    rules
}

/// The addresses of a list. One that cannot be read is a problem, and so is a list of none: it must not open the door.
fn owners(reader: &mut Reader<'_>, listed: &str) -> Vec<Email> {
    let parts = listed.split(',').map(str::trim).filter(|part| !part.is_empty());
    let parsed: Result<Vec<_>, _> = parts.map(Email::parse).collect();
    match parsed {
        Ok(owners) if !owners.is_empty() => owners,
        Ok(_) => {
            reader.problem("OWNER_EMAILS names no address");
            Vec::new()
        }
        Err(problem) => {
            reader.problem(format!("OWNER_EMAILS cannot be read: {problem}"));
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chassis::config::Environment;

    fn read(variables: &[(&str, &str)]) -> (Settings, Option<String>) {
        let pairs = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let environment: Environment = pairs.collect();
        let mut reader = environment.read();
        let settings = Settings::read(&mut reader);
        (
            settings,
            reader.finish().err().map(|problems| problems.to_string()),
        )
    }

    #[test]
    fn nothing_set_is_the_laptop_and_owners_bring_verification() {
        let (settings, problems) = read(&[]);
        assert_eq!(problems, None);
        assert!(!settings.verification_is_enforced && settings.owners.is_none());
        assert_eq!(
            (settings.bcrypt_cost, settings.session_lifetime.num_seconds()),
            (10, 604_800)
        );

        let (settings, problems) = read(&[
            ("OWNER_EMAILS", "ada@example.org, Grace@example.org"),
            ("VERIFY_EMAIL", "false"),
        ]);
        assert_eq!(problems, None);
        assert!(settings.verification_is_enforced);
        assert_eq!(settings.owners.unwrap().len(), 2);
    }

    #[test]
    fn what_cannot_be_read_opens_nothing() {
        for (name, value) in [
            ("OWNER_EMAILS", ","),
            ("OWNER_EMAILS", "ada@example.org,grace"),
            ("VERIFY_EMAIL", "yes please"),
            ("IDENTITY_BCRYPT_COST", "3"),
            ("IDENTITY_BCRYPT_COST", "99"),
            ("SESSION_SECONDS", "0"),
            ("SESSION_SECONDS", "99999999999"),
            ("MAIL_FROM", "grace"),
        ] {
            let (_, problems) = read(&[(name, value)]);
            let problems = problems.unwrap_or_else(|| panic!("{name}={value} was taken"));
            assert!(
                problems.contains(name) && !problems.contains("grace"),
                "{problems}"
            );
        }
    }
}
