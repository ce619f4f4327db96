//! Pictures that are none, that are also something else, or that are more than they seem.

use crate::Wanted::{Failed, FailedOrHarmless, Harmless, Refused};
use crate::parts::{
    BEHIND_HEADER, SCRIPT, ZIP, encoded, exif, gif, join, jpeg_exif, picture, png_chunk, png_header,
    riff_chunk, segment, webp, webp_of_nothing, webp_pixels, with, zeros,
};
use crate::{Maker, file};
use image::{DynamicImage, ImageFormat};

const TYPE: crate::Wanted = Refused("MEDIA_TYPE_MISMATCH");
const FLOOD: crate::Wanted = Refused("MEDIA_TOO_MANY_PIXELS");
const UNREADABLE: crate::Wanted = Failed("MEDIA_UNREADABLE");
const TOO_MUCH: crate::Wanted = Failed("MEDIA_TOO_MANY_PIXELS");

const PNG: &str = "image/png";
const JPEG: &str = "image/jpeg";
const GIF: &str = "image/gif";
const WEBP: &str = "image/webp";

fn png() -> Vec<u8> {
    picture(400, 300, ImageFormat::Png)
}

fn jpeg() -> Vec<u8> {
    picture(400, 300, ImageFormat::Jpeg)
}

fn half(bytes: Vec<u8>) -> Vec<u8> {
    bytes[..bytes.len() / 2].to_vec()
}

/// Not what they say, not whole, or of a size that nobody can look at.
pub(crate) const PLAIN: &[Maker] = &[
    || file("HTML as a PNG", PNG, SCRIPT, TYPE),
    || {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
        file("SVG as a PNG", PNG, svg, TYPE)
    },
    || file("a Windows program as a PNG", PNG, b"MZ\x90\0\x03\0\0\0", TYPE),
    || file("a zip as a WebP", WEBP, ZIP, TYPE),
    || file("a PDF as a JPEG", JPEG, b"%PDF-1.7\n%%EOF", TYPE),
    || file("a JPEG as a PNG", PNG, jpeg(), TYPE),
    || file("a PNG as a JPEG", JPEG, png(), TYPE),
    || file("a GIF as a WebP", WEBP, gif((4, 3), (4, 3), 1), TYPE),
    || {
        file(
            "a PNG flood of 65535 × 65535",
            PNG,
            png_header(65_535, 65_535, [8, 6]),
            FLOOD,
        )
    },
    || {
        file(
            "a PNG flood of 4294967295 × 1",
            PNG,
            png_header(u32::MAX, 1, [1, 0]),
            FLOOD,
        )
    },
    || file("a PNG of no height", PNG, png_header(9, 0, [8, 2]), FLOOD),
    || {
        file(
            "a GIF flood of 65535 × 65535",
            GIF,
            b"GIF89a\xff\xff\xff\xff\x80\0\0abcdef,",
            FLOOD,
        )
    },
    || {
        file(
            "a WebP flood of 16777216 × 16777216",
            WEBP,
            webp(0, (1 << 24, 1 << 24), b""),
            FLOOD,
        )
    },
    || {
        let frame = segment(
            0xc0,
            b"\x08\xff\xff\xff\xff\x03\x01\x22\0\x02\x11\x01\x03\x11\x01",
        );
        file(
            "a JPEG flood of 65535 × 65535",
            JPEG,
            join(&[b"\xff\xd8", &frame]),
            FLOOD,
        )
    },
    || {
        file(
            "a JPEG without a size",
            JPEG,
            b"\xff\xd8\xff\xe0\0\x10JFIF",
            Refused("MEDIA_UNREADABLE"),
        )
    },
    || file("a PNG that is cut off", PNG, half(png()), UNREADABLE),
    || file("a JPEG that is cut off", JPEG, half(jpeg()), UNREADABLE),
    || {
        file(
            "a GIF that is cut off",
            GIF,
            half(gif((400, 300), (400, 300), 3)),
            UNREADABLE,
        )
    },
    || {
        file(
            "a WebP that is cut off",
            WEBP,
            half(picture(400, 300, ImageFormat::WebP)),
            UNREADABLE,
        )
    },
    || {
        file(
            "a PNG that promises 49 million pixels",
            PNG,
            join(&[&png_header(7000, 7000, [8, 6]), &png_chunk(b"IDAT", b"\x78\x9c")]),
            UNREADABLE,
        )
    },
    || {
        let mut broken = png();
        let middle = broken.len() / 2;
        broken[middle] ^= 0x55;
        file("a PNG with a wrong sum", PNG, broken, UNREADABLE)
    },
    || {
        let outside = gif((40, 30), (400, 300), 1);
        file("a GIF with a frame outside of it", GIF, outside, UNREADABLE)
    },
];

/// Also something else, or with something inside that is nobody's business.
pub(crate) const POLYGLOTS: &[Maker] = &[
    || {
        let script = join(&[&gif((400, 300), (400, 300), 2), b"*/=1;alert('SECRET')//"]);
        file("GIF and script in one", GIF, script, Harmless)
    },
    || {
        let whole = gif((400, 300), (400, 300), 2);
        let comment = b"\x21\xfe\x0eSECRET alert(1\0\x21\xff\x0bXMP DataXMP\x06SECRET\0";
        // Behind the header and its two colours.
        file(
            "a GIF with comments and XMP",
            GIF,
            with(&whole, 13 + 6, comment),
            Harmless,
        )
    },
    || {
        let html = with(&jpeg(), 2, &segment(0xfe, SCRIPT));
        file("JPEG and HTML in one", JPEG, join(&[&html, SCRIPT]), Harmless)
    },
    || file("JPEG and zip in one", JPEG, join(&[&jpeg(), ZIP]), Harmless),
    || file("PNG and zip in one", PNG, join(&[&png(), ZIP]), Harmless),
    || {
        file(
            "WebP and zip in one",
            WEBP,
            join(&[&picture(400, 300, ImageFormat::WebP), ZIP]),
            Harmless,
        )
    },
    || {
        let text = [
            png_chunk(b"tEXt", b"Comment\0SECRET"),
            png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET"),
        ];
        file(
            "a PNG with words",
            PNG,
            with(&png(), BEHIND_HEADER, &text.concat()),
            Harmless,
        )
    },
    || {
        let place = png_chunk(b"eXIf", &exif(1, b""));
        file(
            "a PNG with a place",
            PNG,
            with(&png(), BEHIND_HEADER, &place),
            Harmless,
        )
    },
    || {
        file(
            "a JPEG with a place",
            JPEG,
            with(&jpeg(), 2, &jpeg_exif(6, b"")),
            Harmless,
        )
    },
    || {
        let inside = join(&[b"SECRET", &picture(16, 16, ImageFormat::Jpeg)]);
        file(
            "a JPEG with another inside",
            JPEG,
            with(&jpeg(), 2, &jpeg_exif(1, &inside)),
            Harmless,
        )
    },
    || {
        let xmp = segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<SECRET>");
        let photoshop = segment(0xed, b"Photoshop 3.0\x008BIMSECRET");
        file(
            "a JPEG with XMP and IPTC",
            JPEG,
            with(&jpeg(), 2, &join(&[&xmp, &photoshop])),
            Harmless,
        )
    },
    || {
        let profile = segment(0xe2, &join(&[b"ICC_PROFILE\0\x01\x01", b"SECRET and no profile"]));
        file(
            "a JPEG with a profile that is none",
            JPEG,
            with(&jpeg(), 2, &profile),
            Harmless,
        )
    },
    || {
        let hidden = [
            riff_chunk(b"EXIF", &exif(3, b"")),
            riff_chunk(b"XMP ", b"SECRET"),
            riff_chunk(b"WHAT", b"SECRET"),
        ];
        let whole = join(&[&webp_pixels(400, 300), &hidden.concat()]);
        file(
            "a WebP with a place",
            WEBP,
            webp(0x0c, (400, 300), &whole),
            Harmless,
        )
    },
    || {
        let frame = join(&[
            &[0; 6],
            &399_u32.to_le_bytes()[..3],
            &299_u32.to_le_bytes()[..3],
            &[50, 0, 0, 0],
            &webp_pixels(400, 300),
        ]);
        let moving = join(&[
            &riff_chunk(b"ANIM", &[0; 6]),
            &riff_chunk(b"ANMF", &frame).repeat(3),
        ]);
        file(
            "a WebP that moves",
            WEBP,
            webp(0x02, (400, 300), &moving),
            Harmless,
        )
    },
];

/// Small, and large when they are opened.
pub(crate) const BOMBS: &[Maker] = &[
    || {
        let bomb = png_chunk(b"zTXt", &join(&[b"Comment\0\0", &zeros(400_000_000)]));
        file(
            "a PNG with 400 MB of words",
            PNG,
            with(&png(), BEHIND_HEADER, &bomb),
            FailedOrHarmless,
        )
    },
    || {
        let bomb = png_chunk(
            b"iTXt",
            &join(&[b"XML:com.adobe.xmp\0\x01\0\0\0", &zeros(400_000_000)]),
        );
        file(
            "a PNG with 400 MB of XMP",
            PNG,
            with(&png(), BEHIND_HEADER, &bomb),
            FailedOrHarmless,
        )
    },
    || {
        let bomb = png_chunk(b"iCCP", &join(&[b"screen\0\0", &zeros(400_000_000)]));
        file(
            "a PNG with a profile of 400 MB",
            PNG,
            with(&png(), BEHIND_HEADER, &bomb),
            FailedOrHarmless,
        )
    },
    || {
        let bomb = join(&[
            &png_header(100, 100, [8, 0]),
            &png_chunk(b"IDAT", &zeros(400_000_000)),
            &png_chunk(b"IEND", b""),
        ]);
        file(
            "a PNG with 400 MB of pixels too many",
            PNG,
            bomb,
            FailedOrHarmless,
        )
    },
    || {
        file(
            "a GIF of 5,000 pictures",
            GIF,
            gif((9, 9), (9, 9), 5_000),
            TOO_MUCH,
        )
    },
    || {
        file(
            "a GIF of 200 pictures of 36 million pixels",
            GIF,
            gif((6000, 6000), (6000, 6000), 200),
            TOO_MUCH,
        )
    },
    || {
        file(
            "a GIF of 49 million pixels",
            GIF,
            gif((7000, 7000), (1, 1), 1),
            TOO_MUCH,
        )
    },
    || {
        let components = [1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
        let frame = segment(0xc2, &join(&[b"\x08\x1b\x58\x1b\x58\x03", &components]));
        let whole = join(&[
            b"\xff\xd8",
            &frame,
            &segment(0xda, b"\x01\x01\0\0\0\0"),
            b"\xff\xd9",
        ]);
        file(
            "a JPEG in several goes of 49 million pixels",
            JPEG,
            whole,
            TOO_MUCH,
        )
    },
    || {
        let frame = segment(0xc2, b"\x08\x07\xd0\x07\xd0\x01\x01\x11\0");
        let scans = segment(0xda, b"\x01\x01\0\0\0\0").repeat(9_000);
        file(
            "a JPEG of 9,000 scans",
            JPEG,
            join(&[b"\xff\xd8", &frame, &scans, b"\xff\xd9"]),
            UNREADABLE,
        )
    },
    || {
        file(
            "a WebP of 48 million pixels",
            WEBP,
            webp_of_nothing(16_000, 3_000),
            TOO_MUCH,
        )
    },
    // The largest that are taken, and what they cost.
    || {
        file(
            "the largest PNG that can be seen through",
            PNG,
            encoded(&DynamicImage::new_rgba8(10_000, 5_000), ImageFormat::Png),
            Harmless,
        )
    },
    || {
        file(
            "the largest PNG of sixteen bits",
            PNG,
            encoded(&DynamicImage::new_rgba16(4_090, 4_090), ImageFormat::Png),
            Harmless,
        )
    },
    || {
        file(
            "the largest WebP that can be seen through",
            WEBP,
            webp_of_nothing(3_900, 3_900),
            Harmless,
        )
    },
    || {
        let whole = encoded(&DynamicImage::new_rgb8(10_000, 5_000), ImageFormat::Jpeg);
        file(
            "the largest JPEG, lying on its side",
            JPEG,
            with(&whole, 2, &jpeg_exif(6, b"")),
            Harmless,
        )
    },
    || {
        file(
            "the largest GIF",
            GIF,
            gif((5_170, 5_170), (5_170, 5_170), 3),
            Harmless,
        )
    },
    || {
        let strip = encoded(&DynamicImage::new_rgb8(32_767, 3), ImageFormat::Jpeg);
        file("a JPEG of 32767 × 3", JPEG, strip, Harmless)
    },
];
