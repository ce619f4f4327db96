//! Colours as every screen understands them.

use super::{Deadline, Flaw};
use image::DynamicImage;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// A profile that describes a screen or a camera has some kilobytes; one for printing up to some megabytes.
const LARGEST_PROFILE: usize = 4 * 1024 * 1024;

/// Converts to sRGB, which is what a picture without a profile means; then the profile, which may tell whose screen or
/// camera it was, is not needed any more. A profile that is not understood is ignored, as browsers do.
pub(super) fn to_srgb(
    image: &mut DynamicImage,
    profile: Option<Vec<u8>>,
    deadline: Deadline,
) -> Result<(), Flaw> {
    let Some(profile) = profile.filter(|bytes| bytes.len() <= LARGEST_PROFILE) else {
        return Ok(());
    };
    let Ok(profile) = ColorProfile::new_from_slice(&profile) else {
        return Ok(());
    };
    if profile.color_space != DataColorSpace::Rgb {
        return Ok(());
    }
    let width = usize::try_from(image.width()).unwrap_or(usize::MAX);
    match image {
        DynamicImage::ImageRgb8(pixels) => convert(&profile, Layout::Rgb, (width * 3, pixels), deadline),
        DynamicImage::ImageRgba8(pixels) => convert(&profile, Layout::Rgba, (width * 4, pixels), deadline),
        _ => Ok(()),
    }
}

fn convert(
    profile: &ColorProfile,
    layout: Layout,
    (row_length, pixels): (usize, &mut [u8]),
    deadline: Deadline,
) -> Result<(), Flaw> {
    let srgb = ColorProfile::new_srgb();
    let Ok(transform) = profile.create_transform_8bit(layout, &srgb, layout, TransformOptions::default())
    else {
        return Ok(());
    };
    let mut converted = vec![0; row_length];
    for (number, row) in pixels.chunks_exact_mut(row_length).enumerate() {
        if number % 64 == 0 {
            deadline.check()?;
        }
        transform
            .transform(row, &mut converted)
            .map_err(|_error| Flaw::Damaged)?;
        row.copy_from_slice(&converted);
    }
    Ok(())
}
