//! Draws the pictures of a plan: small PNG files, the same bytes each time.
//!
//! The pixels are stored, not compressed: the files stay below 40 kB, and no compressor's next version changes a byte
//! of an upload whose length the signed URL has already bound.

use super::plan::Image;

/// What every PNG file starts with.
const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];

/// A stored block of DEFLATE holds at most this many bytes.
const BLOCK: usize = 65_535;

/// The picture as a file.
pub(super) fn png(image: Image) -> Vec<u8> {
    let mut header = Vec::with_capacity(13);
    header.extend(u32::from(image.width).to_be_bytes());
    header.extend(u32::from(image.height).to_be_bytes());
    // 8 bits, true colour, and the only compression, filter and no interlacing there are.
    header.extend([8, 2, 0, 0, 0]);

    let mut file = SIGNATURE.to_vec();
    chunk(&mut file, *b"IHDR", &header);
    chunk(&mut file, *b"IDAT", &stored(&pixels(image)));
    chunk(&mut file, *b"IEND", &[]);
    file
}

/// Width and height of a PNG file in pixels; none if it is no PNG.
pub(super) fn dimensions(file: &[u8]) -> Option<(u32, u32)> {
    let rest = file.strip_prefix(&SIGNATURE)?;
    let (_length, rest) = rest.split_first_chunk::<4>()?;
    let (width, rest) = rest.strip_prefix(b"IHDR")?.split_first_chunk::<4>()?;
    let (height, _) = rest.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}

/// Rows of red, green and blue, each behind its filter byte: a woven pattern between two colours.
fn pixels(image: Image) -> Vec<u8> {
    let colours = image.motif.to_be_bytes();
    let [r1, g1, b1, r2, g2, b2, step, slant] = colours.map(u32::from);
    let (step, slant) = (8 + step % 24, 1 + slant % 5);
    let mut rows = Vec::new();
    for y in 0..u32::from(image.height) {
        rows.push(0);
        for x in 0..u32::from(image.width) {
            let share = ((x + y * slant) % step) * 255 / step;
            for (from, to) in [(r1, r2), (g1, g2), (b1, b2)] {
                let mixed = (from * (255 - share) + to * share) / 255;
                rows.push(u8::try_from(mixed).unwrap_or(u8::MAX));
            }
        }
    }
    rows
}

/// `data` as a zlib stream of stored blocks.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(BLOCK).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    file.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let checked: Vec<u8> = kind.iter().chain(data).copied().collect();
    file.extend(&checked);
    file.extend(crc32(&checked).to_be_bytes());
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

fn adler32(data: &[u8]) -> u32 {
    let (a, b) = data.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    (b << 16) | a
}

#[cfg(test)]
mod tests {
    use super::{adler32, crc32, dimensions, png};
    use crate::seed::plan::Image;

    #[test]
    fn checksums_agree_with_the_published_ones() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_picture_is_the_same_each_time_and_says_its_size() {
        let image = Image {
            width: 120,
            height: 90,
            motif: 0x1234_5678_9abc_def0,
        };
        let file = png(image);
        assert_eq!(file, png(image));
        assert_ne!(file, png(Image { motif: 1, ..image }));
        assert_eq!(dimensions(&file), Some((120, 90)));
        // Signature, three chunks of 12 bytes around 13, zlib with one block, and none.
        assert_eq!(file.len(), 8 + 3 * 12 + 13 + (2 + 5 + 90 * (1 + 120 * 3) + 4));
        assert_eq!(dimensions(b"GIF89a"), None);
    }

    #[test]
    fn a_large_picture_is_stored_in_several_blocks() {
        let file = png(Image {
            width: 200,
            height: 200,
            motif: 7,
        });
        assert_eq!(
            file.len(),
            8 + 3 * 12 + 13 + (2 + 2 * 5 + 200 * (1 + 200 * 3) + 4)
        );
    }
}
