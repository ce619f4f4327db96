//! The skeleton of a JPEG: enough to know what decoding it costs, and that it is all there.

/// What the markers say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outline {
    pub(super) size: (u32, u32),
    /// Bytes for eight pixels that decoding needs.
    pub(super) bytes_for_eight: u64,
}

const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const PROGRESSIVE: u8 = 0xc2;

/// Most scans. Each may go over all of the picture and be a few bytes long; cameras and editors write about ten.
const MOST_SCANS: usize = 64;

/// Walks from marker to marker up to the end of the picture; nothing when it has none, or is something else.
///
/// What stands behind the end (another picture, another file) is not looked at: it is not written anew.
pub(super) fn outline(bytes: &[u8]) -> Option<Outline> {
    let mut frame: Option<Frame> = None;
    let mut scans = 0;
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    loop {
        // A marker may be preceded by any number of ff.
        rest = rest.strip_prefix(&[0xff])?;
        while let Some(fewer) = rest.strip_prefix(&[0xff]) {
            rest = fewer;
        }
        let (&marker, after) = rest.split_first()?;
        rest = match marker {
            END => break,
            // Without content.
            0x01 | 0xd0..=0xd7 => after,
            _ => {
                let (content, after) = segment(after)?;
                if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
                    // A second frame would be another picture.
                    if frame.replace(Frame::parse(marker, content)?).is_some() {
                        return None;
                    }
                }
                if marker == SCAN {
                    scans += 1;
                    if scans > MOST_SCANS {
                        return None;
                    }
                    skip_scan(after)?
                } else {
                    after
                }
            }
        };
    }
    let frame = frame.filter(|_| scans > 0)?;
    Some(Outline {
        size: frame.size,
        bytes_for_eight: frame.bytes_for_eight(scans),
    })
}

/// A segment's content, and what follows it.
fn segment(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, _) = bytes.split_first_chunk::<2>()?;
    let (segment, after) = bytes.split_at_checked(u16::from_be_bytes(*length).into())?;
    Some((segment.get(2..)?, after))
}

/// What follows a scan's data, in which ff is followed by 00 or by a mark to restart at.
fn skip_scan(bytes: &[u8]) -> Option<&[u8]> {
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|byte| *byte == 0xff)?;
        match bytes.get(at + 1)? {
            0x00 | 0xd0..=0xd7 => from = at + 2,
            0xff => from = at + 1,
            _ => return bytes.get(at..),
        }
    }
}

struct Frame {
    is_progressive: bool,
    size: (u32, u32),
    /// Samples of each component across and down.
    samples: Vec<(u64, u64)>,
}

impl Frame {
    fn parse(marker: u8, content: &[u8]) -> Option<Self> {
        let ([_depth, h1, h0, w1, w0, count], components) = content.split_first_chunk::<6>()?;
        let samples: Vec<_> = components
            .chunks_exact(3)
            .filter_map(|component| component.get(1))
            .map(|sampling| (u64::from(sampling >> 4), u64::from(sampling & 15)))
            .collect();
        let is_sane = samples.len() == usize::from(*count)
            && (1..=4).contains(&samples.len())
            && samples
                .iter()
                .all(|(across, down)| (1..=4).contains(across) && (1..=4).contains(down));
        is_sane.then_some(Self {
            is_progressive: marker == PROGRESSIVE,
            size: (
                u16::from_be_bytes([*w1, *w0]).into(),
                u16::from_be_bytes([*h1, *h0]).into(),
            ),
            samples,
        })
    }

    /// The decoded pixels; and where a picture comes in several goes, two bytes for each coefficient.
    fn bytes_for_eight(&self, scans: usize) -> u64 {
        let channels = if self.samples.len() == 1 { 1 } else { 3 };
        let pixels = channels * 8;
        if !self.is_progressive && scans == 1 {
            return pixels;
        }
        let most = |side: fn(&(u64, u64)) -> u64| self.samples.iter().map(side).max().unwrap_or(1);
        let block = most(|sampling| sampling.0) * most(|sampling| sampling.1);
        let samples: u64 = self.samples.iter().map(|(across, down)| across * down).sum();
        pixels + (16 * samples).div_ceil(block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(marker: u8, sampling: &[u8], scans: usize, end: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xff, 0xe1, 0, 4, 0xff, 0xd9];
        let count = u8::try_from(sampling.len()).unwrap();
        bytes.extend([0xff, marker, 0, 8 + 3 * count, 8, 0, 16, 0, 32, count]);
        for sampling in sampling {
            bytes.extend([1, *sampling, 0]);
        }
        for _ in 0..scans {
            bytes.extend([0xff, 0xda, 0, 2, 7, 0xff, 0, 7, 0xff, 0xd3, 7]);
        }
        bytes.extend(end);
        bytes
    }

    const EOI: &[u8] = &[0xff, 0xd9];

    #[test]
    fn a_picture_that_comes_in_several_goes_costs_more() {
        let cost = |marker, sampling: &[u8], scans| {
            let outline = outline(&jpeg(marker, sampling, scans, EOI)).unwrap();
            assert_eq!(outline.size, (32, 16));
            outline.bytes_for_eight
        };
        assert_eq!(cost(0xc0, &[0x11], 1), 8);
        assert_eq!(cost(0xc0, &[0x22, 0x11, 0x11], 1), 24);
        assert_eq!(cost(0xc0, &[0x22, 0x11, 0x11], 3), 24 + 24);
        assert_eq!(cost(0xc2, &[0x22, 0x11, 0x11], 1), 24 + 24);
        assert_eq!(cost(0xc2, &[0x11, 0x11, 0x11], 9), 24 + 48);
    }

    #[test]
    fn what_is_not_all_there_has_no_outline() {
        let whole = jpeg(0xc0, &[0x11], 1, EOI);
        assert!(outline(&whole).is_some());
        assert!(outline(&[&whole[..], b"PK\x03\x04 and more"].concat()).is_some());
        for length in 0..whole.len() {
            assert_eq!(outline(&whole[..length]), None, "{length} bytes");
        }
        assert_eq!(outline(&jpeg(0xc0, &[0x11], 0, EOI)), None, "no scan");
        assert_eq!(outline(&jpeg(0xc2, &[0x11], 65, EOI)), None, "too many scans");
        assert_eq!(
            outline(&jpeg(0xc0, &[0x51], 1, EOI)),
            None,
            "sampling that is none"
        );
        assert_eq!(outline(&jpeg(0xc0, &[], 1, EOI)), None, "no components");
    }
}
