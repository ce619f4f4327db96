//! Names of files, which come from strangers' computers and go to strangers' disks.

use super::Format;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The last part of a path, without what could deceive: no control characters, no marks that turn the direction of
/// writing (`exe.gpj` shown as `jpg.exe`), no dots or blanks at its ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileName(String);

impl FileName {
    const MAX: usize = 255;

    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.chars().count() > Self::MAX {
            return Err("FileName must have at most 255 characters");
        }
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let plain: String = last.chars().filter(|letter| !deceives(*letter)).collect();
        let name = plain.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
        if name.is_empty() {
            return Err("FileName must name a file");
        }
        Ok(Self(name.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The header that makes a browser save a file of this format, under this name and with a fitting ending.
    pub(crate) fn disposition(&self, format: &Format) -> String {
        let ending = self
            .0
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_ascii_lowercase());
        let name = match (ending, format.extensions.first()) {
            (Some(ending), _) if format.extensions.contains(&ending.as_str()) => self.0.clone(),
            (_, Some(extension)) => format!("{}.{extension}", self.0),
            (_, None) => self.0.clone(),
        };
        let plain: String = name
            .chars()
            .map(|letter| {
                let is_plain = letter.is_ascii_alphanumeric() || "._- ".contains(letter);
                if is_plain { letter } else { '_' }
            })
            .collect();
        let exact = utf8_percent_encode(&name, NON_ALPHANUMERIC);
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
    }
}

fn deceives(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cut_to_its_last_part() {
        for (given, kept) in [
            ("photo.jpg", "photo.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\voice.mp3", "voice.mp3"),
            (" .hidden. ", "hidden"),
            ("gpj.\u{202e}exe", "gpj.exe"),
            ("a\r\nb\".png", "ab\".png"),
            ("日本.png", "日本.png"),
        ] {
            assert_eq!(FileName::parse(given).unwrap().as_str(), kept);
        }
        for refused in ["", "..", "a/", "\\", " . ", "\u{202e}", &"x".repeat(256)] {
            assert!(FileName::parse(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn a_saved_file_has_an_ending_of_its_type_and_a_header_that_nothing_escapes_from() {
        let png = Format::parse("image/png").unwrap();
        let header = |name: &str| FileName::parse(name).unwrap().disposition(png);
        assert_eq!(
            header("me.PNG"),
            "attachment; filename=\"me.PNG\"; filename*=UTF-8''me%2EPNG"
        );
        assert_eq!(
            header("me.exe"),
            "attachment; filename=\"me.exe.png\"; filename*=UTF-8''me%2Eexe%2Epng"
        );
        assert_eq!(
            header("a\"; filename=b.html"),
            "attachment; filename=\"a__ filename_b.html.png\"; filename*=UTF-8''a%22%3B%20filename%3Db%2Ehtml%2Epng"
        );
        assert!(header("日本").is_ascii());
    }
}
