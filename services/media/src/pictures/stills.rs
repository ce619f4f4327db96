//! Pictures that stand still. Of what moves as a PNG or WebP the first picture is kept.

use super::budget::{MOST, allow};
use super::jpeg_outline::outline;
use super::shrink::{is_transparent, premultiply, shrink, unmultiply};
use super::write::{self, lies};
use super::{Cleaned, Deadline, Flaw, LARGE, Picture, THUMB, colour};
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, Limits};
use std::io::Cursor;

/// Most bytes that the decoder of PNG may take for itself: for a colour profile, which comes compressed, for words and
/// for two rows. The picture is not among them.
const MOST_OF_PNG: u64 = 8 * 1024 * 1024;

pub(super) fn clean_jpeg(bytes: &[u8], deadline: Deadline) -> Result<Cleaned, Flaw> {
    let outline = outline(bytes).ok_or(Flaw::Damaged)?;
    allow(outline.size, outline.bytes_for_eight)?;
    let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(|_error| Flaw::Damaged)?;
    if decoder.dimensions() != outline.size {
        return Err(Flaw::Damaged);
    }
    let (image, orientation) = decode(decoder, deadline)?;
    let original = write::jpeg(&image, orientation, deadline)?;
    smaller(original, image, orientation, deadline)
}

pub(super) fn clean_png(bytes: &[u8], deadline: Deadline) -> Result<Cleaned, Flaw> {
    let mut own = Limits::no_limits();
    own.max_alloc = Some(MOST_OF_PNG);
    let decoder = PngDecoder::with_limits(Cursor::new(bytes), own).map_err(|_error| Flaw::Damaged)?;
    let color = decoder.color_type();
    let (channels, all) = (
        u64::from(color.channel_count()),
        u64::from(color.bytes_per_pixel()),
    );
    // Sixteen bits become eight, in a second picture.
    let eighths = 8 * if all > channels { all + channels } else { all };
    let (image, orientation) = upright(decoder, eighths, deadline)?;
    let original = write::png(&image, deadline)?;
    smaller(original, image, orientation, deadline)
}

pub(super) fn clean_webp(bytes: &[u8], deadline: Deadline) -> Result<Cleaned, Flaw> {
    let damaged = |_error| Flaw::Damaged;
    let mut outline = image_webp::WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    let (is_lossy, has_alpha) = (outline.is_lossy() && !outline.is_animated(), outline.has_alpha());
    // Bytes for a pixel: planes and colours; or what was decoded, what it is copied to, and what is written of it.
    let bytes_for_pixel = if is_lossy && !has_alpha { 5 } else { 13 };
    let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|_error| Flaw::Damaged)?;
    let (image, orientation) = upright(decoder, 8 * bytes_for_pixel, deadline)?;
    // There is no lossy encoder of WebP here; a lossless one would make a photograph ten times as large.
    let original = if is_lossy && !has_alpha {
        write::jpeg(&image, Orientation::NoTransforms, deadline)?
    } else {
        write::webp(&image, deadline)?
    };
    smaller(original, image, orientation, deadline)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST);
    limits
}

/// Decodes to eight bits and to sRGB. Answers how it is to be turned.
fn decode(mut decoder: impl ImageDecoder, deadline: Deadline) -> Result<(DynamicImage, Orientation), Flaw> {
    let damaged = |_error| Flaw::Damaged;
    decoder.set_limits(limits()).map_err(|_error| Flaw::TooLarge)?;
    let profile = decoder.icc_profile().unwrap_or_default();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    deadline.check()?;
    image = match image {
        DynamicImage::ImageLuma16(_) => DynamicImage::ImageLuma8(image.into_luma8()),
        DynamicImage::ImageLumaA16(_) => DynamicImage::ImageLumaA8(image.into_luma_alpha8()),
        DynamicImage::ImageRgb16(_) => DynamicImage::ImageRgb8(image.into_rgb8()),
        DynamicImage::ImageRgba16(_) => DynamicImage::ImageRgba8(image.into_rgba8()),
        other => other,
    };
    colour::to_srgb(&mut image, profile, deadline)?;
    Ok((image, orientation))
}

/// Decodes and turns; what is turned by a quarter is for a moment there twice.
fn upright(
    mut decoder: impl ImageDecoder,
    eighths: u64,
    deadline: Deadline,
) -> Result<(DynamicImage, Orientation), Flaw> {
    let size = decoder.dimensions();
    allow(size, eighths)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    if lies(orientation) {
        allow(size, eighths * 2)?;
    }
    let (mut image, orientation) = decode(decoder, deadline)?;
    image.apply_orientation(orientation);
    Ok((image, Orientation::NoTransforms))
}

/// The smaller copies of a picture whose file is written, and that is not needed any more.
pub(super) fn smaller(
    original: Picture,
    mut image: DynamicImage,
    orientation: Orientation,
    deadline: Deadline,
) -> Result<Cleaned, Flaw> {
    deadline.check()?;
    let is_transparent = is_transparent(&image);
    if is_transparent {
        premultiply(&mut image);
    }
    let large = shrink(&image, LARGE);
    let thumb = shrink(large.as_ref().unwrap_or(&image), THUMB);
    drop(image);
    let finish = |copy: Option<DynamicImage>| {
        let Some(mut copy) = copy else { return Ok(None) };
        deadline.check()?;
        copy.apply_orientation(orientation);
        if is_transparent {
            unmultiply(&mut copy);
            write::webp(&copy, deadline).map(Some)
        } else {
            write::jpeg(&copy, Orientation::NoTransforms, deadline).map(Some)
        }
    };
    Ok(Cleaned {
        original,
        large: finish(large)?,
        thumb: finish(thumb)?,
    })
}
