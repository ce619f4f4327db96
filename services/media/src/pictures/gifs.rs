//! GIFs keep moving: their pictures are written anew one after another, in their own colours.

use super::budget::allow;
use super::stills::smaller;
use super::write::Sheet;
use super::{Cleaned, Deadline, Flaw};
use gif::{ColorOutput, DecodeOptions, Decoder, Encoder, EncodingError, Frame, MemoryLimit};
use image::metadata::Orientation;
use image::{DynamicImage, Rgba, RgbaImage};
use std::io::Cursor;
use std::num::NonZeroU64;

/// Most pictures in one.
const MOST_FRAMES: usize = 2_000;

/// Most pixels of all its pictures together: ten seconds of video.
const MOST_PIXELS: u64 = 100_000_000;

/// Most bytes that the decoder may take for one picture.
const MOST_MEMORY: u64 = 64 * 1024 * 1024;

pub(super) fn clean(bytes: &[u8], deadline: Deadline) -> Result<Cleaned, Flaw> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.check_frame_consistency(true);
    if let Some(most) = NonZeroU64::new(MOST_MEMORY) {
        options.set_memory_limit(MemoryLimit::Bytes(most));
    }
    let mut decoder = options
        .read_info(Cursor::new(bytes))
        .map_err(|_error| Flaw::Damaged)?;
    let (width, height) = (decoder.width(), decoder.height());
    // A picture as it comes, as it is copied, and in the colours of the first of all.
    let pixels = allow((width.into(), height.into()), 8 * 6)?;
    let palette = decoder.global_palette().unwrap_or_default().to_vec();

    let mut sheet = Sheet::new(deadline);
    let encoder = Encoder::new(&mut sheet, width, height, &palette);
    let mut first = None;
    let copied = encoder.map_err(unencoded).and_then(|encoder| {
        let mut frames = 0;
        let mut all = 0;
        copy(&mut decoder, encoder, |frame| {
            deadline.check()?;
            frames += 1;
            all += u64::from(frame.width) * u64::from(frame.height);
            if frames > MOST_FRAMES || all > MOST_PIXELS {
                return Err(Flaw::TooLarge);
            }
            first.get_or_insert_with(|| painted((width, height), frame, &palette));
            Ok(())
        })
    });
    let original = match copied {
        Err(Unwritten::Refused(flaw)) => return Err(flaw),
        copied => sheet.finish(copied.map_err(|_unwritten| ()), "image/gif", pixels)?,
    };
    let first = first.ok_or(Flaw::Damaged)?;
    smaller(
        original,
        DynamicImage::ImageRgba8(first),
        Orientation::NoTransforms,
        deadline,
    )
}

/// Why a GIF was not copied.
enum Unwritten {
    /// By our own rules.
    Refused(Flaw),
    /// The sheet knows why.
    Encoder,
}

fn unencoded(_error: EncodingError) -> Unwritten {
    Unwritten::Encoder
}

/// Writes every picture again that is looked at without complaint.
fn copy(
    decoder: &mut Decoder<Cursor<&[u8]>>,
    mut encoder: Encoder<&mut Sheet>,
    mut look: impl FnMut(&Frame<'_>) -> Result<(), Flaw>,
) -> Result<(), Unwritten> {
    let damaged = |_error| Unwritten::Refused(Flaw::Damaged);
    let mut is_first = true;
    while let Some(frame) = decoder.read_next_frame().map_err(damaged)? {
        look(frame).map_err(Unwritten::Refused)?;
        let mut frame = frame.clone();
        // Its rows came in order.
        frame.interlaced = false;
        if is_first {
            is_first = false;
            let repeat = decoder.repeat();
            encoder.set_repeat(repeat).map_err(unencoded)?;
        }
        encoder.write_frame(&frame).map_err(unencoded)?;
    }
    encoder.into_inner().map_err(unencoded)?;
    Ok(())
}

/// The first picture on its canvas.
fn painted((width, height): (u16, u16), frame: &Frame<'_>, global: &[u8]) -> RgbaImage {
    let palette = frame.palette.as_deref().unwrap_or(global);
    let mut canvas = RgbaImage::new(width.into(), height.into());
    let rows = frame.buffer.chunks(usize::from(frame.width).max(1));
    for (y, row) in (u32::from(frame.top)..).zip(rows) {
        for (x, index) in (u32::from(frame.left)..).zip(row) {
            if frame.transparent == Some(*index) {
                continue;
            }
            let entry = palette
                .chunks_exact(3)
                .nth((*index).into())
                .and_then(|entry| entry.first_chunk::<3>());
            if let (Some([red, green, blue]), Some(pixel)) = (entry, canvas.get_pixel_mut_checked(x, y)) {
                *pixel = Rgba([*red, *green, *blue, u8::MAX]);
            }
        }
    }
    canvas
}
