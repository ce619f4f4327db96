//! What is not decoded: sounds, films, documents, and programs that say they are one.

use crate::Wanted::{Harmless, NotAnnounced, NotStored, Refused};
use crate::parts::{SCRIPT, ZIP, join};
use crate::{Hostile, Maker, file};

const TYPE: crate::Wanted = Refused("MEDIA_TYPE_MISMATCH");
const UNREADABLE: crate::Wanted = Refused("MEDIA_UNREADABLE");
const MB: usize = 1024 * 1024;

const FTYP: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2";

pub(crate) const MAKERS: &[Maker] = &[
    || file("SVG with a script", "image/svg+xml", SCRIPT, NotAnnounced),
    || file("HTML by its own name", "text/html", SCRIPT, NotAnnounced),
    || file("nothing at all", "image/png", b"", NotAnnounced),
    || Hostile {
        told: Some(10 * MB + 1),
        ..file("one byte over the limit", "image/png", b"", NotAnnounced)
    },
    || Hostile {
        told: Some(5),
        ..file("larger than announced", "image/png", [7; 6], NotStored)
    },
    || Hostile {
        told: Some(700),
        ..file("smaller than announced", "image/png", [7; 6], NotStored)
    },
    || file("HTML as a sound", "audio/mpeg", SCRIPT, TYPE),
    || file("HTML as a film", "video/mp4", SCRIPT, TYPE),
    || {
        file(
            "a Windows program as a film",
            "video/quicktime",
            b"MZ\x90\0\x03\0\0\0",
            TYPE,
        )
    },
    || {
        file(
            "a Linux program as a sound",
            "audio/ogg",
            b"\x7fELF\x02\x01\x01",
            TYPE,
        )
    },
    || {
        file(
            "a shell script as a PDF",
            "application/pdf",
            b"#!/bin/sh\n%PDF-1.7\n%%EOF",
            TYPE,
        )
    },
    || {
        file(
            "HTML before a PDF",
            "application/pdf",
            join(&[SCRIPT, b"%PDF-1.7\n%%EOF"]),
            TYPE,
        )
    },
    || {
        file(
            "a zip as a PDF",
            "application/pdf",
            join(&[ZIP, b"%PDF-1.7\n%%EOF"]),
            TYPE,
        )
    },
    || {
        let zip = join(&[ZIP, &[0; 4096]]);
        file(
            "PDF and zip in one",
            "application/pdf",
            join(&[b"%PDF-1.7\n%%EOF\n", &zip]),
            UNREADABLE,
        )
    },
    || {
        file(
            "a PDF that is cut off",
            "application/pdf",
            b"%PDF-1.7\n1 0 obj <<",
            UNREADABLE,
        )
    },
    || {
        let script = b"%PDF-1.7\n1 0 obj << /S /JavaScript /JS (app.alert('SECRET')) >>\n%%EOF\n";
        file("a PDF with a script", "application/pdf", script, Harmless)
    },
    || {
        file(
            "a film without an index",
            "video/mp4",
            join(&[FTYP, b"\0\0\0\x0cmdatSEEN"]),
            UNREADABLE,
        )
    },
    || {
        file(
            "a film that is cut off",
            "video/mp4",
            join(&[FTYP, b"\0\0\x10\0moov and no more"]),
            UNREADABLE,
        )
    },
    || {
        let film = join(&[FTYP, b"\0\0\0\x08moov", ZIP]);
        file("film and zip in one", "video/mp4", film, UNREADABLE)
    },
    || {
        let endless = b"\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff";
        file(
            "a film with an endless box",
            "video/mp4",
            join(&[FTYP, endless]),
            UNREADABLE,
        )
    },
    || {
        file(
            "a film of empty boxes",
            "video/mp4",
            join(&[FTYP, &b"\0\0\0\x08free".repeat(9_000)]),
            UNREADABLE,
        )
    },
    || {
        file(
            "a recording that is cut off",
            "audio/wav",
            b"RIFF\xff\xff\0\0WAVEfmt ",
            UNREADABLE,
        )
    },
    || {
        let head = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm\x42\x87\x81\x04\x42\x85\x81\x02";
        // A kilobyte is promised, and there are 300 bytes.
        let segment = join(&[head, b"\x18\x53\x80\x67\x44\x00", &[0; 300]]);
        file("a WebM that is cut off", "video/webm", segment, UNREADABLE)
    },
];
