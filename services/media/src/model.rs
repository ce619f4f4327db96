//! What may be uploaded, and whether what came is what was said.

mod alt_text;
mod containers;
mod file_name;
mod format;
mod inspection;

pub(crate) use alt_text::AltText;
pub(crate) use containers::{Boxes, TAIL, is_whole};
pub(crate) use file_name::FileName;
pub(crate) use format::{Format, kind_as_str};
pub(crate) use inspection::{GLANCE, Inspected, LOOK, Pixels, Rejection, inspect};

use chassis::Caller;
use chrono::TimeDelta;
use events::AccountId;
use std::time::Duration;

/// For how long an upload URL is good.
pub(crate) const UPLOAD_LASTS: Duration = Duration::from_secs(900);

/// How long an upload may wait for its confirmation, and how long after it was written down a key that came to nothing
/// is deleted. Well over [`UPLOAD_LASTS`]: when it has passed, nobody can write there any more.
pub(crate) const GIVEN_UP_AFTER: TimeDelta = TimeDelta::hours(1);

/// How long a URL that shows a file is good, at least and at most. Within the difference the URL stays the same, so that
/// a browser finds in its cache what it has seen.
pub(crate) const SHOWN_FOR: (Duration, Duration) = (Duration::from_secs(300), Duration::from_secs(600));

/// Whose eyes an answer is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Viewer {
    pub(crate) account: Option<AccountId>,
    pub(crate) is_moderator: bool,
}

impl From<&Caller> for Viewer {
    fn from(caller: &Caller) -> Self {
        Self {
            account: caller.account(),
            is_moderator: caller.is_moderator(),
        }
    }
}

/// A file as its owner announces it.
#[derive(Clone, Debug)]
pub(crate) struct Announced {
    pub(crate) format: &'static Format,
    /// Bytes.
    pub(crate) size: i64,
    pub(crate) name: FileName,
}

impl Announced {
    /// The header that makes a browser save it under its name.
    pub(crate) fn disposition(&self) -> String {
        self.name.disposition(self.format)
    }
}

/// In which size a picture is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    Thumb,
    Large,
    Original,
}

impl Size {
    /// By its name, or the smallest that has so many pixels on its longer side.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        match (text, text.parse::<u16>()) {
            ("thumb", _) => Ok(Self::Thumb),
            ("large", _) => Ok(Self::Large),
            ("original", _) => Ok(Self::Original),
            (_, Ok(1..=320)) => Ok(Self::Thumb),
            (_, Ok(321..=1280)) => Ok(Self::Large),
            (_, Ok(1281..)) => Ok(Self::Original),
            _ => Err("Size must be thumb, large, original or a number of pixels"),
        }
    }

    /// As it stands in tables.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Thumb => "thumb",
            Self::Large => "large",
            Self::Original => "original",
        }
    }
}

/// What the owner says of a file whose bytes do not tell it to us. What the bytes tell counts more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Described {
    pub(crate) pixels: Option<Pixels>,
    /// Seconds.
    pub(crate) duration: Option<f64>,
    pub(crate) alt_text: Option<AltText>,
}

impl Described {
    const LONGEST: f64 = 24.0 * 3600.0;

    /// A length in seconds, up to a day.
    pub(crate) fn parse_duration(seconds: f64) -> Result<f64, &'static str> {
        if seconds.is_finite() && (0.0..=Self::LONGEST).contains(&seconds) {
            Ok(seconds)
        } else {
            Err("Duration must be seconds, up to a day")
        }
    }
}
