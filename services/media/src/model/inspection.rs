//! Whether bytes are what their owner said.

use super::Announced;
use events::media::Kind;

/// How much of a file is looked at first: the beginning tells the type, and of most pictures their size.
pub(crate) const GLANCE: u64 = 8 * 1024;

/// How much at most: in some pictures a colour profile or a preview stands before the size.
pub(crate) const LOOK: u64 = 1024 * 1024;

/// Width and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pixels {
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Pixels {
    /// Most pixels of a picture: what decoding may cost is known before anything decodes.
    const MOST: i64 = 50_000_000;
    const LONGEST_SIDE: i32 = 32_767;

    /// A size that a picture or video may have.
    pub(crate) fn new(width: i64, height: i64) -> Option<Self> {
        let side = |pixels: i64| {
            i32::try_from(pixels)
                .ok()
                .filter(|pixels| (1..=Self::LONGEST_SIDE).contains(pixels))
        };
        let (short_enough, all) = (side(width).zip(side(height)), width.checked_mul(height)?);
        short_enough
            .filter(|_| all <= Self::MOST)
            .map(|(width, height)| Self { width, height })
    }
}

/// Why bytes are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// Another number of bytes than announced.
    Size,
    /// Another type than announced.
    Type,
    /// A picture of a size that nobody can look at.
    Pixels,
    /// A file that is not whole: a picture whose size cannot be found, a film without its index.
    Damaged,
    /// A picture that takes too long to decode.
    Elaborate,
    /// It was gone before it could be looked at.
    Lost,
}

impl Rejection {
    const ALL: [Self; 6] = [
        Self::Size,
        Self::Type,
        Self::Pixels,
        Self::Damaged,
        Self::Elaborate,
        Self::Lost,
    ];

    /// For programs, and as it stands in tables.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Size => "MEDIA_SIZE_MISMATCH",
            Self::Type => "MEDIA_TYPE_MISMATCH",
            Self::Pixels => "MEDIA_TOO_MANY_PIXELS",
            Self::Damaged => "MEDIA_UNREADABLE",
            Self::Elaborate => "MEDIA_TOO_ELABORATE",
            Self::Lost => "MEDIA_LOST",
        }
    }

    /// Reads what [`Self::code`] wrote.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rejection| rejection.code() == code)
    }

    /// For people.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Size => "The file has another size than announced; upload it again",
            Self::Type => {
                "The file is not of the type it was announced as; upload it again with its own type"
            }
            Self::Pixels => "The picture has too many pixels; at most 50 million, and 32,767 on a side",
            Self::Damaged => "The file cannot be read; is it damaged, or not whole?",
            Self::Elaborate => {
                "The picture takes too long to read; save it in a simpler way and upload it again"
            }
            Self::Lost => "The file is gone; upload it again",
        }
    }
}

/// What the beginning of a file says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inspected {
    /// It is what was announced; pictures tell how large they are.
    Fine(Option<Pixels>),
    /// It may be, but more must be seen to know how large it is.
    Unclear,
}

/// Compares a file's beginning and size with what was announced.
pub(crate) fn inspect(announced: &Announced, head: &[u8], size: i64) -> Result<Inspected, Rejection> {
    if size != announced.size {
        return Err(Rejection::Size);
    }
    if !announced.format.fits(head) {
        return Err(Rejection::Type);
    }
    if announced.format.kind != Kind::Image {
        return Ok(Inspected::Fine(None));
    }
    let Ok(found) = imagesize::blob_size(head) else {
        let has_seen_all = i64::try_from(head.len()).is_ok_and(|seen| seen >= size);
        let has_seen_enough = u64::try_from(head.len()).is_ok_and(|seen| seen >= LOOK);
        return if has_seen_all || has_seen_enough {
            Err(Rejection::Damaged)
        } else {
            Ok(Inspected::Unclear)
        };
    };
    let pixels = i64::try_from(found.width)
        .ok()
        .zip(i64::try_from(found.height).ok())
        .and_then(|(width, height)| Pixels::new(width, height));
    pixels
        .map(|pixels| Inspected::Fine(Some(pixels)))
        .ok_or(Rejection::Pixels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FileName, Format};

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend(*b"\x08\x02\0\0\0");
        bytes
    }

    fn outcome(mime: &str, bytes: &[u8]) -> Result<Inspected, Rejection> {
        let announced = Announced {
            format: Format::parse(mime).unwrap(),
            size: i64::try_from(bytes.len()).unwrap(),
            name: FileName::parse("file").unwrap(),
        };
        inspect(&announced, bytes, announced.size)
    }

    #[test]
    fn a_picture_is_measured_before_it_is_taken() {
        let fine = |width, height| Ok(Inspected::Fine(Some(Pixels { width, height })));
        assert_eq!(outcome("image/png", &png(640, 480)), fine(640, 480));
        assert_eq!(
            outcome("image/gif", b"GIF89a\x02\x00\x03\x00 and more"),
            fine(2, 3)
        );
        for (width, height) in [(50_000, 50_000), (32_768, 1), (0, 5), (u32::MAX, u32::MAX)] {
            assert_eq!(
                outcome("image/png", &png(width, height)),
                Err(Rejection::Pixels),
                "{width} x {height}"
            );
        }
        assert_eq!(
            outcome("image/jpeg", b"\xff\xd8\xff\xe0 and nothing of use"),
            Err(Rejection::Damaged)
        );
    }

    #[test]
    fn the_content_decides_and_not_the_name() {
        for (mime, bytes) in [
            (
                "image/png",
                &b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"[..],
            ),
            ("image/png", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
            ("application/pdf", b"<html>%PDF-1.7"),
            ("application/pdf", b"PK\x03\x04"),
            ("audio/mpeg", b"MZ\x90\0"),
            ("video/mp4", b"#!/bin/sh\n"),
            ("audio/wav", b"RIFF\0\0\0\0AVI LIST"),
        ] {
            assert_eq!(outcome(mime, bytes), Err(Rejection::Type), "{mime}");
        }
        for (mime, bytes) in [
            ("application/pdf", &b"%PDF-1.7\n"[..]),
            ("audio/mpeg", b"ID3\x04\0\0"),
            ("audio/wav", b"RIFF\0\0\0\0WAVEfmt "),
            ("audio/ogg", b"OggS\0\x02\0\0"),
            ("audio/aac", b"\xff\xf1\x50\x80"),
            ("audio/x-m4a", b"\0\0\0\x20ftypM4A \0\0"),
            ("audio/flac", b"fLaC\0\0\0\x22"),
            ("video/mp4", b"\0\0\0\x20ftypisom\0\0\x02\0"),
            ("video/quicktime", b"\0\0\0\x14ftypqt  \0\0\0\0"),
        ] {
            assert_eq!(outcome(mime, bytes), Ok(Inspected::Fine(None)), "{mime}");
        }
    }

    #[test]
    fn a_wrong_size_is_said_first_and_a_hidden_one_asks_for_more() {
        let announced = Announced {
            format: Format::parse("image/jpeg").unwrap(),
            size: 100_000,
            name: FileName::parse("file").unwrap(),
        };
        let head = b"\xff\xd8\xff\xe1\xff\xffExif";
        assert_eq!(inspect(&announced, head, 99_999), Err(Rejection::Size));
        assert_eq!(inspect(&announced, head, 100_000), Ok(Inspected::Unclear));
        for rejection in Rejection::ALL {
            assert_eq!(Rejection::parse(rejection.code()), Some(rejection));
        }
    }
}
