//! What hostile files are put together from.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Write;

pub(crate) const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\0\0SECRET.exe";
pub(crate) const SCRIPT: &[u8] = b"<script>alert('SECRET')</script>";

pub(crate) fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// A picture with nothing wrong.
pub(crate) fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        let shade = |side: u32| u8::try_from(side % 256).unwrap();
        Rgb([shade(x), shade(y), 90])
    });
    encoded(&DynamicImage::ImageRgb8(pixels), format)
}

/// As a file. Through one, because then the optimised encoder writes it, and not a copy of it in this program.
pub(crate) fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    image.save_with_format(&path, format).unwrap();
    std::fs::read(&path).unwrap()
}

/// A picture with these bytes after its first part: a JPEG's start, a PNG's header.
pub(crate) fn with(picture: &[u8], at: usize, inserted: &[u8]) -> Vec<u8> {
    join(&[&picture[..at], inserted, &picture[at..]])
}

/// Where the chunks behind a PNG's header begin.
pub(crate) const BEHIND_HEADER: usize = 33;

/// A JPEG's segment.
pub(crate) fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap();
    join(&[&[0xff, marker], &length.to_be_bytes(), content])
}

pub(crate) fn png_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap();
    let mut checked = kind.to_vec();
    checked.extend(content);
    let sum = crc32(&checked);
    join(&[&length.to_be_bytes(), &checked, &sum.to_be_bytes()])
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

pub(crate) fn png_header(width: u32, height: u32, depth_and_colour: [u8; 2]) -> Vec<u8> {
    let header = join(&[
        &width.to_be_bytes(),
        &height.to_be_bytes(),
        &depth_and_colour,
        &[0, 0, 0],
    ]);
    join(&[b"\x89PNG\r\n\x1a\n", &png_chunk(b"IHDR", &header)])
}

/// So many zeros, compressed as zlib does it.
pub(crate) fn zeros(count: usize) -> Vec<u8> {
    // Of a PNG made of nothing else, which has them ready.
    let side = u32::try_from(count.isqrt()).unwrap();
    let black = DynamicImage::new_luma8(side, side);
    let file = encoded(&black, ImageFormat::Png);
    let mut data = Vec::new();
    let mut rest = &file[8..];
    while rest.len() > 12 {
        let length = usize::try_from(u32::from_be_bytes(rest[..4].try_into().unwrap())).unwrap();
        if &rest[4..8] == b"IDAT" {
            data.write_all(&rest[8..8 + length]).unwrap();
        }
        rest = &rest[12 + length..];
    }
    data
}

/// EXIF as a camera writes it: who made it, where, which way up, and perhaps a picture inside.
pub(crate) fn exif(orientation: u8, inside: &[u8]) -> Vec<u8> {
    let maker = b"SECRET camera\0\0\0";
    let mut tiff = b"II*\0\x08\0\0\0\x03\0".to_vec();
    let after = 8 + 2 + 3 * 12 + 4;
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        join(&[
            &tag.to_le_bytes(),
            &kind.to_le_bytes(),
            &count.to_le_bytes(),
            &value.to_le_bytes(),
        ])
    };
    tiff.extend(entry(0x010f, 2, u32::try_from(maker.len()).unwrap(), after));
    tiff.extend(entry(0x0112, 3, 1, orientation.into()));
    tiff.extend(entry(0x8825, 4, 1, after + u32::try_from(maker.len()).unwrap()));
    tiff.extend([0; 4]);
    tiff.extend(maker);
    // One entry of a place: its reference.
    tiff.extend(join(&[
        &[1, 0],
        &entry(1, 2, 2, u32::from(b'N')),
        &[0; 4],
        b"GPS SECRET 47.3769 N 8.5417 E",
    ]));
    tiff.extend(inside);
    tiff
}

pub(crate) fn jpeg_exif(orientation: u8, inside: &[u8]) -> Vec<u8> {
    segment(0xe1, &join(&[b"Exif\0\0", &exif(orientation, inside)]))
}

/// A GIF whose frames are all of one size and colour.
pub(crate) fn gif(canvas: (u16, u16), frame: (u16, u16), frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, canvas.0, canvas.1, &[1, 2, 3, 4, 5, 6]).unwrap();
    let mut image = gif::Frame {
        width: frame.0,
        height: frame.1,
        buffer: vec![1; usize::from(frame.0) * usize::from(frame.1)].into(),
        ..gif::Frame::default()
    };
    image.make_lzw_pre_encoded();
    for _ in 0..frames {
        encoder.write_lzw_pre_encoded_frame(&image).unwrap();
    }
    drop(encoder);
    bytes
}

/// A chunk of a WebP.
pub(crate) fn riff_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap();
    let padding: &[u8] = if content.len() % 2 == 1 { &[0] } else { &[] };
    join(&[kind, &length.to_le_bytes(), content, padding])
}

/// A WebP of an extended kind, of these chunks.
pub(crate) fn webp(flags: u8, (width, height): (u32, u32), chunks: &[u8]) -> Vec<u8> {
    let side = |pixels: u32| (pixels - 1).to_le_bytes()[..3].to_vec();
    let extended = join(&[&[flags, 0, 0, 0], &side(width), &side(height)]);
    let content = join(&[b"WEBP", &riff_chunk(b"VP8X", &extended), chunks]);
    riff_chunk(b"RIFF", &content)
}

/// The one chunk of pixels in a plain WebP.
pub(crate) fn webp_pixels(width: u32, height: u32) -> Vec<u8> {
    picture(width, height, ImageFormat::WebP)[12..].to_vec()
}

/// A lossless WebP of one colour, which has some bytes whatever its size.
pub(crate) fn webp_of_nothing(width: u32, height: u32) -> Vec<u8> {
    encoded(&DynamicImage::new_rgba8(width, height), ImageFormat::WebP)
}
