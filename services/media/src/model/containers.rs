//! Whether a file that is not decoded here is at least whole, as far as its container tells at little cost.

use super::Format;

/// How much of the end of a file is looked at.
pub(crate) const TAIL: u64 = 64 * 1024;

/// Whether what stands at both ends of a file fits its length. A file that is cut off, or has something else behind it,
/// mostly does not; where the format cannot tell, this says yes.
///
/// MP4 and its kin keep their index anywhere: see [`Boxes`].
pub(crate) fn is_whole(format: &Format, size: u64, head: &[u8], tail: &[u8]) -> bool {
    let fits = match format.content_type {
        "application/pdf" => Some(pdf_ends(tail)),
        "audio/wav" => wav_fits(size, head),
        "audio/ogg" => ogg_ends(tail),
        "audio/flac" => Some(
            head.get(4..8)
                .is_some_and(|block| matches!(block, [0x00 | 0x80, 0, 0, 34])),
        ),
        "audio/aac" => adts_goes_on(head),
        "video/webm" => webm_fits(size, head),
        _ => Some(true),
    };
    fits == Some(true)
}

/// The mark stands in the last kilobyte, which readers search for it.
fn pdf_ends(tail: &[u8]) -> bool {
    let last = tail.get(tail.len().saturating_sub(1024)..).unwrap_or_default();
    last.windows(5).any(|window| window == b"%%EOF")
}

/// RIFF tells its length; recorders that do not know it yet write 0 or the largest number.
fn wav_fits(size: u64, head: &[u8]) -> Option<bool> {
    let told = u32::from_le_bytes(*head.get(4..)?.first_chunk::<4>()?);
    Some(matches!(told, 0 | u32::MAX) || u64::from(told).saturating_add(8) <= size.saturating_add(1))
}

/// The last page ends where the file does.
fn ogg_ends(tail: &[u8]) -> Option<bool> {
    let at = tail.windows(4).rposition(|window| window == b"OggS")?;
    let page = tail.get(at..)?;
    let count = usize::from(*page.get(26)?);
    let lengths = page.get(27..27 + count)?;
    let content: usize = lengths.iter().map(|length| usize::from(*length)).sum();
    Some(27 + count + content == page.len())
}

/// Frames follow each other, as far as can be seen.
fn adts_goes_on(head: &[u8]) -> Option<bool> {
    let mut rest = head;
    let mut frames = 0;
    while let Some(header) = rest.first_chunk::<7>() {
        let [0xff, second, _, fourth, fifth, sixth, _] = header else {
            return Some(false);
        };
        let length = (usize::from(fourth & 3) << 11) | (usize::from(*fifth) << 3) | usize::from(sixth >> 5);
        if second & 0xf6 != 0xf0 || length < 7 {
            return Some(false);
        }
        frames += 1;
        match rest.get(length..) {
            Some(after) => rest = after,
            None => break,
        }
    }
    Some(frames > 0)
}

/// The segment behind the header tells its length, or that it does not know it.
fn webm_fits(size: u64, head: &[u8]) -> Option<bool> {
    let (header, after) = ebml_size(head.strip_prefix(&[0x1a, 0x45, 0xdf, 0xa3])?)?;
    let segment = after.get(usize::try_from(header?).ok()?..)?;
    let (length, content) = ebml_size(segment.strip_prefix(&[0x18, 0x53, 0x80, 0x67])?)?;
    let before = u64::try_from(head.len() - content.len()).ok()?;
    Some(length.is_none_or(|length| before.saturating_add(length) <= size))
}

/// A number of one to eight bytes; nothing inside when all its bits are set, which means unknown.
fn ebml_size(bytes: &[u8]) -> Option<(Option<u64>, &[u8])> {
    let length = usize::try_from(bytes.first()?.leading_zeros()).ok()? + 1;
    let (number, after) = bytes.split_at_checked(length)?;
    let value = number
        .iter()
        .fold(0_u64, |value, byte| (value << 8) | u64::from(*byte));
    let most = (1_u64 << (7 * length)) - 1;
    let value = value & most;
    Some(((value != most).then_some(value), after))
}

/// Walks over the outermost boxes of an MP4 or QuickTime file, one header at a time: `ftyp` comes first, the index
/// `moov` somewhere, and the last box ends where the file does.
#[derive(Debug)]
pub(crate) struct Boxes {
    size: u64,
    at: u64,
    seen: usize,
    has_index: bool,
    is_fragmented: bool,
}

impl Boxes {
    /// Bytes of a box's header.
    pub(crate) const HEADER: u64 = 16;
    /// Most boxes that are looked at; a film in fragments may have thousands.
    const MOST: usize = 48;

    pub(crate) fn of(size: u64) -> Self {
        Self {
            size,
            at: 0,
            seen: 0,
            has_index: false,
            is_fragmented: false,
        }
    }

    /// Where the next header is, or whether the file is whole.
    pub(crate) fn next(&self) -> Result<u64, bool> {
        if self.at >= self.size {
            return Err(self.at == self.size && self.has_index);
        }
        if self.seen >= Self::MOST {
            return Err(self.has_index && self.is_fragmented);
        }
        Ok(self.at)
    }

    /// Takes the header that is there; answers whether it can be one.
    pub(crate) fn take(&mut self, header: &[u8]) -> bool {
        self.step(header).is_some()
    }

    fn step(&mut self, header: &[u8]) -> Option<()> {
        let (short, after) = header.split_first_chunk::<4>()?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        let length = match u32::from_be_bytes(*short) {
            // Up to the end.
            0 => self.size.checked_sub(self.at)?,
            1 => u64::from_be_bytes(*after.first_chunk::<8>()?),
            length => length.into(),
        };
        // QuickTime of old begins without ftyp; nothing else does.
        let may_begin = matches!(kind, b"ftyp" | b"moov" | b"mdat" | b"wide" | b"free" | b"skip");
        if length < 8 || (self.seen == 0 && !may_begin) {
            return None;
        }
        self.has_index |= kind == b"moov";
        self.is_fragmented |= kind == b"moof";
        self.seen += 1;
        self.at = self.at.checked_add(length)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(mime: &str, bytes: &[u8]) -> bool {
        let size = u64::try_from(bytes.len()).unwrap();
        is_whole(Format::parse(mime).unwrap(), size, bytes, bytes)
    }

    /// A file that is whole is no longer when something is cut off.
    fn breaks(mime: &str, bytes: &[u8], least: usize) {
        assert!(whole(mime, bytes), "{mime}");
        for length in 0..bytes.len() - least {
            assert!(!whole(mime, &bytes[..length]), "{mime}: {length} bytes");
        }
    }

    #[test]
    fn a_file_that_is_cut_off_is_found_where_its_container_tells() {
        breaks("application/pdf", b"%PDF-1.7\n1 0 obj\n%%EOF", 0);
        assert!(whole("application/pdf", b"%PDF-1.7\n%%EOF\n\0\0"));
        let behind = [&b"%PDF-1.7\n%%EOF"[..], &[0; 2000]].concat();
        assert!(!whole("application/pdf", &behind), "something else behind it");

        breaks("audio/wav", b"RIFF\x0a\0\0\0WAVEfmt \0\0", 1);
        assert!(whole("audio/wav", b"RIFF\xff\xff\xff\xffWAVEfmt "));

        let page = |content: &[u8]| {
            let mut page = b"OggS\0\x04".to_vec();
            page.resize(26, 0);
            page.extend([1, u8::try_from(content.len()).unwrap()]);
            page.extend(content);
            page
        };
        let ogg = [page(b"first"), page(b"last")].concat();
        assert!(whole("audio/ogg", &ogg));
        assert!(!whole("audio/ogg", &ogg[..ogg.len() - 1]));
        assert!(!whole("audio/ogg", &[&ogg[..], b"PK"].concat()));

        assert!(whole("audio/flac", b"fLaC\0\0\0\x22"));
        assert!(!whole("audio/flac", b"fLaC\0\0\0\x23"));

        // Two frames of eight bytes, the second perhaps not whole.
        let adts = [0xff, 0xf1, 0x50, 0x80, 0x01, 0x1f, 0xfc, 0].repeat(2);
        assert!(whole("audio/aac", &adts));
        assert!(!whole("audio/aac", b"\xff\xf1\x50\x80\0\0\0 and anything"));

        let webm = [
            &[0x1a, 0x45, 0xdf, 0xa3, 0x82, 7, 7][..],
            &[0x18, 0x53, 0x80, 0x67, 0x83, 1, 2, 3],
        ]
        .concat();
        breaks("video/webm", &webm, 0);
        assert!(whole(
            "video/webm",
            b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff more"
        ));
        assert!(whole("audio/mpeg", b"ID3"), "what cannot be told is not doubted");
    }

    fn walk(bytes: &[u8]) -> bool {
        let mut boxes = Boxes::of(u64::try_from(bytes.len()).unwrap());
        loop {
            match boxes.next() {
                Err(is_whole) => return is_whole,
                Ok(at) => {
                    let header = &bytes[usize::try_from(at).unwrap()..];
                    if !boxes.take(&header[..header.len().min(16)]) {
                        return false;
                    }
                }
            }
        }
    }

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).unwrap();
        [&length.to_be_bytes()[..], kind, content].concat()
    }

    #[test]
    fn a_film_has_an_index_and_ends_where_its_last_box_does() {
        let film = [
            boxed(b"ftyp", b"isom\0\0\x02\0"),
            boxed(b"mdat", &[7; 40]),
            boxed(b"moov", &[0; 9]),
        ]
        .concat();
        assert!(walk(&film));
        for length in 0..film.len() {
            assert!(!walk(&film[..length]), "{length} bytes");
        }
        assert!(!walk(&[&film[..], b"PK\x03\x04 a zip behind it"].concat()));
        assert!(
            !walk(&[boxed(b"ftyp", b"isom"), boxed(b"mdat", b"7")].concat()),
            "no index"
        );
        assert!(!walk(&[boxed(b"what", b"isom"), boxed(b"moov", b"7")].concat()));
        assert!(
            !walk(b"\0\0\0\x01ftyp\xff\xff\xff\xff\xff\xff\xff\xff"),
            "longer than anything"
        );
        let endless = [&boxed(b"ftyp", b"isom")[..], b"\0\0\0\0moov", &[0; 50]].concat();
        assert!(walk(&endless), "a length of 0 is up to the end");
        let fragments = [
            &boxed(b"ftyp", b"isom")[..],
            &boxed(b"moov", b"7"),
            &boxed(b"moof", b"7").repeat(90),
        ]
        .concat();
        assert!(walk(&fragments));
        assert!(!walk(
            &[&boxed(b"ftyp", b"isom")[..], &boxed(b"free", b"").repeat(90)].concat()
        ));
    }
}
