//! Where an object's bytes and its attributes lie, and how they change places for good.
//!
//! `s3s-fs` writes an object in three steps (bytes, attributes, checks), and one that fails its check
//! stays. So uploads are written in a bucket of their own, `incoming`, and moved here when they are
//! whole: attributes first, the object last, each on the disk before it counts.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The bucket of uploads that are not whole yet.
pub(crate) const INCOMING: &str = "incoming";

/// A key's encoded form is part of a file name, which may have 255 bytes.
pub(crate) const LONGEST_KEY: usize = 150;

/// The folders of one bucket.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    root: PathBuf,
    bucket: String,
}

impl Files {
    /// Makes the folders, and sweeps away what a start that was killed left.
    pub(crate) fn open(root: &Path, bucket: &str) -> io::Result<Self> {
        let incoming = root.join(INCOMING);
        if incoming.exists() {
            fs::remove_dir_all(&incoming)?;
        }
        fs::create_dir_all(&incoming)?;
        fs::create_dir_all(root.join(bucket))?;
        let files = Self {
            root: root.to_owned(),
            bucket: bucket.to_owned(),
        };
        files.sweep()?;
        Ok(files)
    }

    /// The file of an object.
    pub(crate) fn object(&self, key: &str) -> PathBuf {
        self.root.join(&self.bucket).join(key)
    }

    /// Moves the upload `name` to `key`, replacing what is there.
    pub(crate) fn admit(&self, name: &str, key: &str) -> io::Result<()> {
        let from = self.root.join(INCOMING).join(name);
        let to = self.object(key);
        File::open(&from)?.sync_all()?;
        let folder = to.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        let pairs = self
            .attributes(INCOMING, name)
            .into_iter()
            .zip(self.attributes(&self.bucket, key));
        for (from, to) in pairs {
            if from.exists() {
                File::open(&from)?.sync_all()?;
                fs::rename(from, to)?;
            } else {
                remove(&to)?;
            }
        }
        File::open(&self.root)?.sync_all()?;
        fs::rename(&from, &to)?;
        self.sync_upwards(folder)
    }

    /// Forgets an upload that came to nothing.
    pub(crate) fn discard(&self, name: &str) {
        for file in self
            .attributes(INCOMING, name)
            .into_iter()
            .chain([self.root.join(INCOMING).join(name)])
        {
            // What stays is swept at the next start.
            fs::remove_file(file).unwrap_or_default();
        }
    }

    /// Removes the object `key` and every trace of it.
    pub(crate) fn remove(&self, key: &str) -> io::Result<()> {
        let object = self.object(key);
        if object.is_dir() {
            return Ok(());
        }
        remove(&object)?;
        for file in self.attributes(&self.bucket, key) {
            remove(&file)?;
        }
        let bucket = self.root.join(&self.bucket);
        let mut folder = object.parent();
        while let Some(empty) = folder.filter(|folder| *folder != bucket && folder.starts_with(&bucket)) {
            // Ends at the first that holds something else.
            if fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
        File::open(&self.root)?.sync_all()?;
        if let Some(folder) = folder.filter(|folder| folder.exists()) {
            self.sync_upwards(folder)?;
        }
        Ok(())
    }

    /// The files in which `s3s-fs` keeps an object's content type, checksums and such.
    fn attributes(&self, bucket: &str, key: &str) -> [PathBuf; 2] {
        let (bucket, key) = (URL_SAFE_NO_PAD.encode(bucket), URL_SAFE_NO_PAD.encode(key));
        ["metadata", "internal"].map(|kind| {
            self.root
                .join(format!(".bucket-{bucket}.object-{key}.{kind}.json"))
        })
    }

    fn sync_upwards(&self, folder: &Path) -> io::Result<()> {
        for folder in folder
            .ancestors()
            .take_while(|folder| folder.starts_with(&self.root))
        {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// Removes attributes whose object is not there.
    fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(encoded) = name
                .strip_prefix(".bucket-")
                .and_then(|rest| rest.split_once(".object-"))
            else {
                continue;
            };
            let decode = |word: &str| {
                URL_SAFE_NO_PAD
                    .decode(word)
                    .ok()
                    .and_then(|word| String::from_utf8(word).ok())
            };
            let key = encoded.1.split('.').next().and_then(decode);
            if let (Some(bucket), Some(key)) = (decode(encoded.0), key)
                && !self.root.join(bucket).join(key).exists()
            {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
