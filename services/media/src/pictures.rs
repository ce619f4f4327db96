//! Pictures, made harmless: decoded within limits and written anew, so that nothing of the file that came is left but
//! what can be seen. No place, time or camera, no comments, no other picture inside, no other kind of file behind.
//!
//! What a picture would cost is known from its outline before any of it is decoded, see [`budget`].

mod budget;
mod colour;
mod gifs;
mod jpeg_outline;
mod shrink;
mod stills;
mod workshop;
mod write;

pub(crate) use workshop::Workshop;

use crate::model::{Format, Pixels, Rejection};
use nix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// How long one picture may take, counted by the processor. The largest honest one took a little more than two seconds on one machine
/// and more than five on another: what shares the host is counted, too.
const PATIENCE: Duration = Duration::from_secs(15);

/// Pixels of the longer side of the smaller copies.
pub(crate) const LARGE: u32 = 1280;
/// See [`LARGE`].
pub(crate) const THUMB: u32 = 320;

/// A picture as a file.
pub(crate) struct Picture {
    pub(crate) bytes: Vec<u8>,
    pub(crate) content_type: &'static str,
    pub(crate) pixels: Pixels,
}

/// What is kept of a picture: it, and smaller copies where it is larger than these.
pub(crate) struct Cleaned {
    pub(crate) original: Picture,
    pub(crate) large: Option<Picture>,
    pub(crate) thumb: Option<Picture>,
}

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It cannot be read to its end.
    Damaged,
    /// It would cost more memory than there is for one, decoded or written.
    TooLarge,
    /// It takes too long.
    TooSlow,
}

impl From<Flaw> for Rejection {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Damaged => Self::Damaged,
            Flaw::TooLarge => Self::Pixels,
            Flaw::TooSlow => Self::Elaborate,
        }
    }
}

/// Until when a picture must be done, by what its thread has had of the processor: on a machine that is busy, or was
/// stopped for a while, the time of day says nothing about a picture.
#[derive(Clone, Copy)]
struct Deadline(Duration);

impl Deadline {
    fn in_time() -> Self {
        Self(spent().saturating_add(PATIENCE))
    }

    fn check(self) -> Result<(), Flaw> {
        if spent() < self.0 {
            Ok(())
        } else {
            Err(Flaw::TooSlow)
        }
    }
}

/// What this thread has had of the processor.
fn spent() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::MAX, Duration::from)
}

/// Cleans a picture. Takes long, and as much memory as [`budget`] allows: run it in the [`Workshop`].
pub(crate) fn clean(bytes: &[u8], format: &Format) -> Result<Cleaned, Flaw> {
    let deadline = Deadline::in_time();
    match format.content_type {
        "image/jpeg" => stills::clean_jpeg(bytes, deadline),
        "image/png" => stills::clean_png(bytes, deadline),
        "image/webp" => stills::clean_webp(bytes, deadline),
        "image/gif" => gifs::clean(bytes, deadline),
        _ => Err(Flaw::Damaged),
    }
}
