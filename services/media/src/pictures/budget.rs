//! What decoding a picture costs, and how much one may cost.
//!
//! Beside the decoded picture there are the file that came (twice in a JPEG's decoder) and the file that is written;
//! together with [`MOST`] they stay below 256 MB. A test measures it.

use super::Flaw;
use crate::model::Pixels;

/// Most bytes of a picture and of what decoding it needs besides: 50 million pixels of four bytes, and no more.
pub(super) const MOST: u64 = 201_000_000;

/// Most bytes of a file that is written.
pub(super) const MOST_WRITTEN: usize = 24 * 1024 * 1024;

/// Lets a picture through that has a size people can look at and costs so many bytes for each eight pixels.
pub(super) fn allow((width, height): (u32, u32), bytes_for_eight: u64) -> Result<Pixels, Flaw> {
    let pixels = Pixels::new(width.into(), height.into()).ok_or(Flaw::TooLarge)?;
    let eighths = u64::from(width) * u64::from(height) * bytes_for_eight;
    if eighths / 8 > MOST {
        return Err(Flaw::TooLarge);
    }
    Ok(pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dearer_a_pixel_the_fewer_may_be() {
        assert!(allow((10_000, 5_000), 8 * 4).is_ok());
        assert!(allow((10_000, 5_001), 8).is_err(), "more than 50 million");
        assert!(allow((8_000, 5_000), 8 * 6).is_err());
        assert!(allow((8_000, 4_000), 8 * 6).is_ok());
        assert!(allow((65_535, 65_535), 1).is_err());
        assert!(allow((0, 10), 1).is_err());
    }
}
