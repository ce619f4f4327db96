//! What only this service is configured with.

use chassis::config::Reader;
use chassis::http::Allowance;
use std::num::NonZeroU16;

const POSTS: NonZeroU16 = NonZeroU16::new(100).unwrap();

/// Content's own configuration.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub(crate) posting: Allowance,
}

impl Default for Settings {
    fn default() -> Self {
        Self::with_posts_per_hour(POSTS)
    }
}

impl Settings {
    /// With another limit of posts, per person and hour.
    #[must_use]
    pub fn with_posts_per_hour(posts: NonZeroU16) -> Self {
        Self {
            posting: Allowance::hourly("posts", posts),
        }
    }

    /// Reads `POSTS_PER_HOUR`. What is wrong with it is noted in the reader.
    #[must_use]
    pub fn read(reader: &mut Reader<'_>) -> Self {
        let meaning = "how many posts one person may publish in an hour: from 1 to 65535";
        Self::with_posts_per_hour(reader.or("POSTS_PER_HOUR", POSTS, meaning))
    }
}
