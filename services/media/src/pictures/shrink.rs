//! Smaller copies.

use image::DynamicImage;
use image::imageops::FilterType;

/// A copy whose longer side has this many pixels; nothing for a picture that is not larger.
///
/// From twice the size on, each pixel is the mean of those it stands for, which needs no memory but the copy's own;
/// below that this would show steps, and the picture is small enough for a better filter.
pub(super) fn shrink(image: &DynamicImage, longest: u32) -> Option<DynamicImage> {
    let (width, height) = (image.width(), image.height());
    let longer = width.max(height);
    if longer <= longest {
        return None;
    }
    let scaled = |side: u32| {
        let exact = (u64::from(side) * u64::from(longest) + u64::from(longer) / 2) / u64::from(longer);
        u32::try_from(exact).unwrap_or(longest).clamp(1, longest)
    };
    Some(if longer / 2 >= longest {
        image.thumbnail_exact(scaled(width), scaled(height))
    } else {
        image.resize_exact(scaled(width), scaled(height), FilterType::CatmullRom)
    })
}

/// Whether anything can be seen through.
pub(super) fn is_transparent(image: &DynamicImage) -> bool {
    match image {
        DynamicImage::ImageRgba8(pixels) => pixels.pixels().any(|pixel| pixel.0.last() != Some(&u8::MAX)),
        DynamicImage::ImageLumaA8(pixels) => pixels.pixels().any(|pixel| pixel.0.last() != Some(&u8::MAX)),
        _ => false,
    }
}

/// Weighs each colour by how much of it is seen, so that the colour of what is not seen does not bleed into the mean.
pub(super) fn premultiply(image: &mut DynamicImage) {
    each(image, |colour, alpha| {
        (u16::from(colour) * u16::from(alpha) + 127) / 255
    });
}

/// Undoes [`premultiply`].
pub(super) fn unmultiply(image: &mut DynamicImage) {
    each(image, |colour, alpha| match alpha {
        0 => 0,
        alpha => (u16::from(colour) * 255 + u16::from(alpha) / 2) / u16::from(alpha),
    });
}

fn each(image: &mut DynamicImage, change: impl Fn(u8, u8) -> u16) {
    let change = |pixel: &mut [u8]| {
        if let Some((alpha, colours)) = pixel.split_last_mut() {
            for colour in colours {
                *colour = u8::try_from(change(*colour, *alpha)).unwrap_or(u8::MAX);
            }
        }
    };
    match image {
        DynamicImage::ImageRgba8(pixels) => pixels.pixels_mut().for_each(|pixel| change(&mut pixel.0)),
        DynamicImage::ImageLumaA8(pixels) => pixels.pixels_mut().for_each(|pixel| change(&mut pixel.0)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    #[test]
    fn a_copy_has_the_same_shape_and_never_less_than_one_pixel() {
        let size = |width, height| {
            let small = shrink(&DynamicImage::new_rgb8(width, height), 320)?;
            Some((small.width(), small.height()))
        };
        assert_eq!(size(320, 100), None);
        assert_eq!(size(400, 200), Some((320, 160)));
        assert_eq!(size(1000, 2000), Some((160, 320)));
        assert_eq!(size(9000, 2), Some((320, 1)));
    }

    #[test]
    fn what_is_not_seen_does_not_colour_what_is() {
        // White where it is seen, and black where it is not.
        let mut image = DynamicImage::ImageRgba8(RgbaImage::from_fn(800, 800, |x, _| {
            if x % 2 == 0 { Rgba([255; 4]) } else { Rgba([0; 4]) }
        }));
        assert!(is_transparent(&image));
        premultiply(&mut image);
        let mut small = shrink(&image, 320).unwrap();
        unmultiply(&mut small);
        let pixel = small.to_rgba8().get_pixel(100, 100).0;
        assert!(pixel[0] > 250 && (80..=200).contains(&pixel[3]), "{pixel:?}");
    }
}
