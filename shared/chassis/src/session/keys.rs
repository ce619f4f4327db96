//! The keys that session tokens are signed with, when there is more than the one of the installation's secret.

use super::SessionKey;
use crate::Secrets;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Stands for the key that is derived from the installation's secret.
const DERIVED: &str = "installation";

/// Stands for a time that does not come.
const NEVER: &str = "-";

/// Keys of session tokens, as they are kept: a line each, or separated by commas.
///
/// ```text
/// KEY SINCE UNTIL
/// ```
///
/// `KEY` is 64 hexadecimal digits, or `installation` for the one that is derived from the installation's secret. From
/// `SINCE` on tokens are signed with it, unless a later one is there, too; from `UNTIL` on those that are signed with it
/// do not count. `-` is a time that does not matter. No lines at all are the installation's key alone.
#[derive(Clone, Default)]
pub struct SessionKeys(Arc<[Kept]>);

#[derive(Clone)]
struct Kept {
    /// None: derived from the installation's secret.
    secrets: Option<Secrets>,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

/// What a key is derived from, and its times.
pub(super) struct Source {
    pub(super) secrets: Secrets,
    pub(super) since: Option<DateTime<Utc>>,
    pub(super) until: Option<DateTime<Utc>>,
}

/// A key by its name, which is the `kid` of its tokens, and its times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedKey {
    /// Tells nothing of the key.
    pub name: String,
    /// From when on it signs.
    pub since: Option<DateTime<Utc>>,
    /// From when on it does not count.
    pub until: Option<DateTime<Utc>>,
}

impl SessionKeys {
    fn all(&self) -> Vec<Kept> {
        if self.0.is_empty() {
            let derived = Kept {
                secrets: None,
                since: None,
                until: None,
            };
            return vec![derived];
        }
        self.0.to_vec()
    }

    /// With a new key that signs from `since` on. The others count until what they have signed has ended, which is
    /// `lifetime` later; those whose time is over go.
    #[must_use]
    pub fn rotated(&self, since: DateTime<Utc>, lifetime: TimeDelta, now: DateTime<Utc>) -> Self {
        let fresh = Kept {
            secrets: Some(Secrets::random()),
            since: Some(since),
            until: None,
        };
        let end = since + lifetime;
        let old = self
            .all()
            .into_iter()
            .filter(|kept| kept.until.is_none_or(|until| until > now));
        let old = old.map(|kept| Kept {
            until: Some(kept.until.map_or(end, |until| until.min(end))),
            ..kept
        });
        Self(std::iter::once(fresh).chain(old).collect())
    }

    /// As it is kept: in a file that only its owner can read.
    #[must_use]
    pub fn to_text(&self) -> String {
        let time = |time: &Option<DateTime<Utc>>| {
            time.map_or_else(
                || NEVER.to_owned(),
                |time| time.to_rfc3339_opts(SecondsFormat::Secs, true),
            )
        };
        let line = |kept: &Kept| {
            let key = kept
                .secrets
                .as_ref()
                .map_or_else(|| DERIVED.to_owned(), Secrets::to_hex);
            format!("{key} {} {}\n", time(&kept.since), time(&kept.until))
        };
        self.0.iter().map(line).collect()
    }

    /// What they are called, and their times.
    #[must_use]
    pub fn named(&self, installation: &Secrets) -> Vec<NamedKey> {
        let named = self.of(installation).into_iter().map(|source| NamedKey {
            name: SessionKey::name_of(&source.secrets),
            since: source.since,
            until: source.until,
        });
        named.collect()
    }

    /// What each is derived from, and its times.
    pub(super) fn of(&self, installation: &Secrets) -> Vec<Source> {
        let source = |kept: Kept| Source {
            secrets: kept.secrets.unwrap_or_else(|| installation.clone()),
            since: kept.since,
            until: kept.until,
        };
        self.all().into_iter().map(source).collect()
    }
}

impl FromStr for SessionKeys {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lines = text
            .split([',', '\n'])
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let keys: Result<Vec<_>, _> = lines.map(parse).collect();
        let keys = keys?;
        if !keys.is_empty() && keys.iter().all(|kept| kept.until.is_some()) {
            return Err("must have a key whose time does not end");
        }
        Ok(Self(keys.into()))
    }
}

fn parse(line: &str) -> Result<Kept, &'static str> {
    let mut words = line.split_whitespace();
    let (Some(key), since, until, None) = (words.next(), words.next(), words.next(), words.next()) else {
        return Err("must have lines of a key and two times");
    };
    let secrets = match key {
        DERIVED => None,
        hex => Some(Secrets::from_hex(hex).map_err(|_wrong| "must have keys of 64 hexadecimal digits")?),
    };
    let time = |word: Option<&str>| match word {
        None | Some(NEVER) => Ok(None),
        Some(word) => word
            .parse()
            .map(Some)
            .map_err(|_wrong| "must have times such as 2026-03-01T12:00:00Z"),
    };
    Ok(Kept {
        secrets,
        since: time(since)?,
        until: time(until)?,
    })
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionKeys({}, …)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::SessionToken;
    use events::{AccountId, SessionId};

    const WEEK: TimeDelta = TimeDelta::days(7);

    fn token(now: DateTime<Utc>) -> SessionToken {
        SessionToken {
            account: AccountId::new(),
            session: SessionId::new(),
            issued_at: now.timestamp(),
            expires_at: (now + WEEK).timestamp(),
        }
    }

    fn with(installation: &Secrets, keys: &SessionKeys) -> SessionKey {
        SessionKey::new(&installation.clone().with_session_keys(keys.clone()))
    }

    #[test]
    fn who_is_logged_in_stays_so_while_keys_are_rotated() {
        let (installation, start) = (Secrets::random(), Utc::now());
        let first = SessionKeys::default();
        let old = with(&installation, &first).sign(&token(start)).unwrap();
        let second = first.rotated(start + TimeDelta::hours(1), WEEK, start);
        let before = with(&installation, &second).sign(&token(start)).unwrap();
        let later = start + TimeDelta::hours(2);
        let new = with(&installation, &second).sign(&token(later)).unwrap();
        let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
        assert_eq!(kid(&old), kid(&before), "the new one signs from its time on");
        assert_ne!(kid(&old), kid(&new));
        let key = with(&installation, &second);
        for token in [&old, &before, &new] {
            assert!(key.verify(token, later).is_some());
        }
        // Whoever does not have the new key yet cannot know its tokens; what they have signed, everybody knows.
        assert!(with(&installation, &first).verify(&new, later).is_none());
        // What was signed before has ended by then; what somebody signs with the old key now never counts.
        let end = start + TimeDelta::hours(1) + WEEK;
        let forged = with(&installation, &first).sign(&token(end)).unwrap();
        assert!(key.verify(&forged, end + TimeDelta::seconds(5)).is_none());
    }

    #[test]
    fn keys_that_are_kept_are_read_again_and_old_ones_go() {
        let (installation, now) = (Secrets::random(), Utc::now());
        let later = now + TimeDelta::days(3);
        let twice = SessionKeys::default()
            .rotated(now, WEEK, now)
            .rotated(later, WEEK, later);
        let text = twice.to_text();
        assert_eq!(text.lines().count(), 3);
        assert!(text.contains("installation - "), "{text}");
        let read: SessionKeys = text.parse().unwrap();
        assert_eq!(read.to_text(), text);
        let commas: SessionKeys = text.replace('\n', ",").parse().unwrap();
        assert_eq!(commas.named(&installation), read.named(&installation));
        let thrice = read.rotated(now + WEEK * 3, WEEK, now + WEEK * 3);
        assert_eq!(thrice.named(&installation).len(), 2, "the first two have ended");
        assert_eq!(format!("{thrice:?}"), "SessionKeys(2, …)");
        assert_eq!(SessionKeys::default().named(&installation).len(), 1);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let key = Secrets::random().to_hex();
        for text in [
            "nonsense",
            "ab - -",
            &format!("{key} soon -"),
            &format!("{key} - - -"),
            &format!("{key} - 2026-03-01T12:00:00Z"),
        ] {
            assert!(text.parse::<SessionKeys>().is_err(), "{text}");
        }
        assert!("".parse::<SessionKeys>().is_ok() && key.parse::<SessionKeys>().is_ok());
    }
}
