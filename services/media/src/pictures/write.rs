//! Pictures as files: nothing but what can be seen is written.

use super::budget::MOST_WRITTEN;
use super::{Deadline, Flaw, Picture};
use crate::model::Pixels;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, GenericImageView, ImageBuffer, ImageResult, Pixel, PixelWithColorType};
use std::io::{self, Write};

/// A file that does not become too large, and is written in time.
pub(super) struct Sheet {
    bytes: Vec<u8>,
    deadline: Deadline,
    /// Why it was not written on. Encoders make errors of their own of it, which tell less.
    flaw: Option<Flaw>,
}

impl Sheet {
    pub(super) fn new(deadline: Deadline) -> Self {
        Self {
            // At once: a file that grows by doubling would need three times its size.
            bytes: Vec::with_capacity(MOST_WRITTEN),
            deadline,
            flaw: None,
        }
    }

    /// The file, if the encoder was content.
    pub(super) fn finish<T, E>(
        mut self,
        encoded: Result<T, E>,
        content_type: &'static str,
        pixels: Pixels,
    ) -> Result<Picture, Flaw> {
        encoded.map_err(|_error| self.flaw.unwrap_or(Flaw::Damaged))?;
        self.bytes.shrink_to_fit();
        Ok(Picture {
            bytes: self.bytes,
            content_type,
            pixels,
        })
    }
}

impl Write for Sheet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > MOST_WRITTEN {
            self.flaw = Some(Flaw::TooLarge);
        } else if self.deadline.check().is_err() {
            self.flaw = Some(Flaw::TooSlow);
        }
        if self.flaw.is_some() {
            return Err(io::Error::other("the file becomes too large, or takes too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The size of a picture as it lies there.
pub(super) fn pixels_of(image: &DynamicImage) -> Result<Pixels, Flaw> {
    Pixels::new(image.width().into(), image.height().into()).ok_or(Flaw::TooLarge)
}

/// Qualities that are tried: what a file of ten megabytes holds fits at the first one, but for noise.
const QUALITIES: [u8; 2] = [85, 60];

/// As a JPEG, the right way up. Turning needs no second picture in memory: the encoder asks for one pixel after another.
pub(super) fn jpeg(
    image: &DynamicImage,
    orientation: Orientation,
    deadline: Deadline,
) -> Result<Picture, Flaw> {
    let mut outcome = Err(Flaw::TooLarge);
    for quality in QUALITIES {
        let mut sheet = Sheet::new(deadline);
        let encoder = JpegEncoder::new_with_quality(&mut sheet, quality);
        let encoded = match image {
            DynamicImage::ImageLuma8(pixels) => encode(encoder, pixels, orientation),
            DynamicImage::ImageRgb8(pixels) => encode(encoder, pixels, orientation),
            other => encode(encoder, &other.to_rgb8(), orientation),
        };
        let (width, height) = if lies(orientation) {
            (image.height(), image.width())
        } else {
            (image.width(), image.height())
        };
        let pixels = Pixels::new(width.into(), height.into()).ok_or(Flaw::TooLarge)?;
        outcome = sheet.finish(encoded, "image/jpeg", pixels);
        if !matches!(outcome, Err(Flaw::TooLarge)) {
            break;
        }
    }
    outcome
}

fn encode<P>(
    mut encoder: JpegEncoder<&mut Sheet>,
    pixels: &ImageBuffer<P, Vec<u8>>,
    orientation: Orientation,
) -> ImageResult<()>
where
    P: Pixel<Subpixel = u8> + PixelWithColorType,
{
    if orientation == Orientation::NoTransforms {
        return encoder.encode_image(pixels);
    }
    encoder.encode_image(&Turned { pixels, orientation })
}

/// A picture as it looks after turning.
struct Turned<'a, P: Pixel<Subpixel = u8>> {
    pixels: &'a ImageBuffer<P, Vec<u8>>,
    orientation: Orientation,
}

/// Whether width and height change places.
pub(super) fn lies(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

impl<P: Pixel<Subpixel = u8>> GenericImageView for Turned<'_, P> {
    type Pixel = P;

    fn dimensions(&self) -> (u32, u32) {
        let (width, height) = self.pixels.dimensions();
        if lies(self.orientation) {
            (height, width)
        } else {
            (width, height)
        }
    }

    fn get_pixel(&self, x: u32, y: u32) -> P {
        let (width, height) = self.pixels.dimensions();
        let (right, bottom) = (width.saturating_sub(1), height.saturating_sub(1));
        let (x, y) = match self.orientation {
            Orientation::NoTransforms => (x, y),
            Orientation::FlipHorizontal => (right.saturating_sub(x), y),
            Orientation::FlipVertical => (x, bottom.saturating_sub(y)),
            Orientation::Rotate180 => (right.saturating_sub(x), bottom.saturating_sub(y)),
            Orientation::Rotate90 => (y, bottom.saturating_sub(x)),
            Orientation::Rotate270 => (right.saturating_sub(y), x),
            Orientation::Rotate90FlipH => (y, x),
            Orientation::Rotate270FlipH => (right.saturating_sub(y), bottom.saturating_sub(x)),
        };
        *self.pixels.get_pixel(x, y)
    }
}

/// Above this many pixels a PNG is compressed quickly rather than well.
const LARGE_PNG: u64 = 2_000_000;

/// As a PNG, row by row.
pub(super) fn png(image: &DynamicImage, deadline: Deadline) -> Result<Picture, Flaw> {
    let color = match image {
        DynamicImage::ImageLuma8(_) => png::ColorType::Grayscale,
        DynamicImage::ImageLumaA8(_) => png::ColorType::GrayscaleAlpha,
        DynamicImage::ImageRgb8(_) => png::ColorType::Rgb,
        DynamicImage::ImageRgba8(_) => png::ColorType::Rgba,
        _ => return Err(Flaw::Damaged),
    };
    let level = if u64::from(image.width()) * u64::from(image.height()) > LARGE_PNG {
        1
    } else {
        6
    };
    let mut sheet = Sheet::new(deadline);
    let mut encoder = png::Encoder::new(&mut sheet, image.width(), image.height());
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_deflate_compression(png::DeflateCompression::Level(level));
    encoder.set_filter(png::Filter::Adaptive);
    let encoded = write_rows(encoder, image.as_bytes());
    sheet.finish(encoded, "image/png", pixels_of(image)?)
}

fn write_rows(encoder: png::Encoder<'_, &mut Sheet>, rows: &[u8]) -> Result<(), png::EncodingError> {
    let mut writer = encoder.write_header()?;
    let mut stream = writer.stream_writer()?;
    stream.write_all(rows)?;
    stream.finish()?;
    writer.finish()
}

/// As a lossless WebP, which can be seen through.
pub(super) fn webp(image: &DynamicImage, deadline: Deadline) -> Result<Picture, Flaw> {
    let colour = match image {
        DynamicImage::ImageLuma8(_) => image_webp::ColorType::L8,
        DynamicImage::ImageLumaA8(_) => image_webp::ColorType::La8,
        DynamicImage::ImageRgb8(_) => image_webp::ColorType::Rgb8,
        DynamicImage::ImageRgba8(_) => image_webp::ColorType::Rgba8,
        _ => return Err(Flaw::Damaged),
    };
    let mut sheet = Sheet::new(deadline);
    let encoded = image_webp::WebPEncoder::new(&mut sheet).encode(
        image.as_bytes(),
        image.width(),
        image.height(),
        colour,
    );
    sheet.finish(encoded, "image/webp", pixels_of(image)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbImage;

    const ALL: [Orientation; 8] = [
        Orientation::NoTransforms,
        Orientation::Rotate90,
        Orientation::Rotate180,
        Orientation::Rotate270,
        Orientation::FlipHorizontal,
        Orientation::FlipVertical,
        Orientation::Rotate90FlipH,
        Orientation::Rotate270FlipH,
    ];

    #[test]
    fn turning_while_writing_is_turning() {
        let pixels = RgbImage::from_fn(3, 2, |x, y| image::Rgb([u8::try_from(x * 10 + y).unwrap(), 0, 0]));
        for orientation in ALL {
            let mut wanted = DynamicImage::ImageRgb8(pixels.clone());
            wanted.apply_orientation(orientation);
            let turned = Turned {
                pixels: &pixels,
                orientation,
            };
            assert_eq!(
                turned.dimensions(),
                (wanted.width(), wanted.height()),
                "{orientation:?}"
            );
            for (x, y, pixel) in wanted.to_rgb8().enumerate_pixels() {
                assert_eq!(turned.get_pixel(x, y), *pixel, "{orientation:?} {x} {y}");
            }
        }
    }
}
