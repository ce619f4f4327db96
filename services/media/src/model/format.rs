//! Which files are taken.

use events::media::Kind;

/// A type of file. SVG is none of them: it is a program.
#[derive(Debug, PartialEq)]
pub(crate) struct Format {
    /// As it is stored, signed and served.
    pub(crate) content_type: &'static str,
    pub(crate) kind: Kind,
    /// Other names that clients have for it.
    aliases: &'static [&'static str],
    /// What its bytes may look like, in the words of `infer`. Containers are shared: an M4A is an MP4 without pictures.
    looks_like: &'static [&'static str],
    /// The first is given to files that have none of them.
    pub(crate) extensions: &'static [&'static str],
}

const FORMATS: &[Format] = &[
    Format {
        content_type: "image/jpeg",
        kind: Kind::Image,
        aliases: &["image/jpg", "image/pjpeg"],
        looks_like: &["image/jpeg"],
        extensions: &["jpg", "jpeg"],
    },
    Format {
        content_type: "image/png",
        kind: Kind::Image,
        aliases: &[],
        looks_like: &["image/png"],
        extensions: &["png"],
    },
    Format {
        content_type: "image/gif",
        kind: Kind::Image,
        aliases: &[],
        looks_like: &["image/gif"],
        extensions: &["gif"],
    },
    Format {
        content_type: "image/webp",
        kind: Kind::Image,
        aliases: &[],
        looks_like: &["image/webp"],
        extensions: &["webp"],
    },
    Format {
        content_type: "audio/mpeg",
        kind: Kind::Audio,
        aliases: &["audio/mp3"],
        looks_like: &["audio/mpeg"],
        extensions: &["mp3"],
    },
    Format {
        content_type: "audio/wav",
        kind: Kind::Audio,
        aliases: &["audio/x-wav", "audio/wave", "audio/vnd.wave"],
        looks_like: &["audio/x-wav"],
        extensions: &["wav"],
    },
    Format {
        content_type: "audio/ogg",
        kind: Kind::Audio,
        aliases: &["audio/opus"],
        looks_like: &["audio/ogg", "audio/opus"],
        extensions: &["ogg", "oga", "opus"],
    },
    Format {
        content_type: "audio/aac",
        kind: Kind::Audio,
        aliases: &["audio/aacp"],
        looks_like: &["audio/aac"],
        extensions: &["aac"],
    },
    Format {
        content_type: "audio/mp4",
        kind: Kind::Audio,
        aliases: &["audio/m4a", "audio/x-m4a"],
        looks_like: &["audio/m4a", "video/mp4"],
        extensions: &["m4a", "mp4"],
    },
    Format {
        content_type: "audio/flac",
        kind: Kind::Audio,
        aliases: &["audio/x-flac"],
        looks_like: &["audio/x-flac"],
        extensions: &["flac"],
    },
    Format {
        content_type: "video/mp4",
        kind: Kind::Video,
        aliases: &["video/x-m4v"],
        looks_like: &["video/mp4", "video/x-m4v"],
        extensions: &["mp4", "m4v"],
    },
    Format {
        content_type: "video/webm",
        kind: Kind::Video,
        aliases: &[],
        looks_like: &["video/webm"],
        extensions: &["webm"],
    },
    Format {
        content_type: "video/quicktime",
        kind: Kind::Video,
        aliases: &[],
        looks_like: &["video/quicktime"],
        extensions: &["mov", "qt"],
    },
    Format {
        content_type: "application/pdf",
        kind: Kind::Document,
        aliases: &["application/x-pdf"],
        looks_like: &[],
        extensions: &["pdf"],
    },
];

const MB: i64 = 1024 * 1024;

impl Format {
    /// The format of a MIME type; its parameters do not matter.
    pub(crate) fn parse(mime: &str) -> Result<&'static Self, &'static str> {
        let essence = mime
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        FORMATS
            .iter()
            .find(|format| format.content_type == essence || format.aliases.contains(&essence.as_str()))
            .ok_or("FileType must be a JPEG, PNG, GIF or WebP image, an MP3, WAV, Ogg, AAC, M4A or FLAC sound, an MP4, WebM or QuickTime video, or a PDF")
    }

    /// The format that a row names.
    pub(crate) fn of(content_type: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.content_type == content_type)
    }

    /// Most bytes.
    pub(crate) fn limit(&self) -> i64 {
        match self.kind {
            Kind::Image => 10 * MB,
            Kind::Audio => 50 * MB,
            Kind::Video => 500 * MB,
            Kind::Document => 25 * MB,
        }
    }

    /// A size that is allowed for this format.
    pub(crate) fn parse_size(&self, bytes: i64) -> Result<i64, String> {
        if bytes < 1 {
            return Err("FileSize must be at least 1".to_owned());
        }
        if bytes > self.limit() {
            return Err(format!(
                "FileSize must be at most {} MB for this type",
                self.limit() / MB
            ));
        }
        Ok(bytes)
    }

    /// Whether a file that begins like this can be one.
    pub(crate) fn fits(&self, head: &[u8]) -> bool {
        // Readers of PDF forgive what stands before its mark, and so would infer; who does not want to be mistaken for
        // one thing while being another begins properly.
        if self.kind == Kind::Document {
            return head.starts_with(b"%PDF-");
        }
        infer::get(head).is_some_and(|found| self.looks_like.contains(&found.mime_type()))
    }
}

/// As it stands in tables.
pub(crate) fn kind_as_str(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "image",
        Kind::Audio => "audio",
        Kind::Video => "video",
        Kind::Document => "document",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_by_their_many_names_and_programs_are_not() {
        assert_eq!(
            Format::parse("Image/JPG; q=1").unwrap().content_type,
            "image/jpeg"
        );
        assert_eq!(Format::parse("audio/x-m4a").unwrap().content_type, "audio/mp4");
        for refused in [
            "image/svg+xml",
            "text/html",
            "application/zip",
            "image/*",
            "",
            "image/png\r\nx: y",
        ] {
            assert!(Format::parse(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn no_name_means_two_formats() {
        let mut names: Vec<_> = FORMATS
            .iter()
            .flat_map(|format| format.aliases.iter().chain([&format.content_type]))
            .collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn limits_are_those_of_the_contract() {
        for (mime, limit) in [
            ("image/png", 10 * MB),
            ("audio/wav", 50 * MB),
            ("video/mp4", 500 * MB),
            ("application/pdf", 25 * MB),
        ] {
            let format = Format::parse(mime).unwrap();
            assert_eq!(format.parse_size(limit), Ok(limit));
            assert!(format.parse_size(limit + 1).is_err());
            assert!(format.parse_size(0).is_err());
        }
    }
}
