//! The archive of an export: a zip with the rows of each service as JSON, the files as they are, and a manifest that says
//! what is in it. It knows nothing but that.

use anyhow::Context;
use chassis::export::HeldFile;
use chassis::http::wire_time;
use chassis::storage::Bucket;
use chrono::{DateTime, Utc};
use events::{AccountId, ExportId};
// Zip packs with it, and leaves open by which of its ways: so it is by the first.
use flate2 as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An archive that is being written.
pub(crate) struct Archive {
    zip: ZipWriter<BufWriter<File>>,
    tables: Vec<Value>,
    files: Vec<Value>,
    missing: Vec<Value>,
}

impl Archive {
    /// Into an empty file.
    pub(crate) fn begin(file: File) -> Self {
        Self {
            zip: ZipWriter::new(BufWriter::new(file)),
            tables: Vec::new(),
            files: Vec::new(),
            missing: Vec::new(),
        }
    }

    /// Adds what a service has in its tables: a file for each that is not empty.
    pub(crate) fn add_rows(
        &mut self,
        service: &str,
        rows: &BTreeMap<String, Vec<Value>>,
    ) -> anyhow::Result<()> {
        for (name, rows) in rows.iter().filter(|(_, rows)| !rows.is_empty()) {
            let path = format!("{service}/{name}.json");
            self.zip.start_file(&path, packed())?;
            serde_json::to_writer_pretty(&mut self.zip, rows)?;
            self.tables
                .push(json!({ "service": service, "name": name, "path": path, "rows": rows.len() }));
        }
        Ok(())
    }

    /// Adds a file as it lies in storage. One that was removed since the part was written is said to be missing.
    pub(crate) async fn add_file(
        &mut self,
        bucket: &Bucket,
        service: &str,
        held: &HeldFile,
    ) -> anyhow::Result<()> {
        let path = format!("{service}/files/{}", held.path);
        self.zip.start_file(&path, as_it_is())?;
        let mut measured = Measured {
            target: &mut self.zip,
            digest: Sha256::new(),
        };
        let copied = bucket.copy_to(&held.key, &mut measured).await?;
        let digest = hex(&measured.digest.finalize());
        match copied {
            Some(bytes) => {
                self.files
                    .push(json!({ "service": service, "path": path, "bytes": bytes, "sha256": digest }));
            }
            None => {
                self.zip.abort_file()?;
                self.missing.push(json!({ "service": service, "path": path }));
            }
        }
        Ok(())
    }

    /// Adds the manifest, and ends it.
    pub(crate) fn end(
        mut self,
        export: ExportId,
        account: AccountId,
        requested_at: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let manifest = json!({
            "about": "Everything that Joint holds about one person: a JSON file for each kind of rows, and the files as they are.",
            "exportId": export,
            "accountId": account,
            "requestedAt": wire_time(requested_at),
            "tables": self.tables,
            "files": self.files,
            "missing": self.missing,
        });
        self.zip.start_file("manifest.json", packed())?;
        serde_json::to_writer_pretty(&mut self.zip, &manifest)?;
        let mut file = self.zip.finish().context("an archive cannot be ended")?;
        file.flush()?;
        Ok(())
    }
}

/// Text is packed.
fn packed() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

/// Pictures, sounds and films are packed already, and may be larger than 4 GB together.
fn as_it_is() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .large_file(true)
}

/// Passes bytes on, and knows what passed.
struct Measured<'a, W> {
    target: &'a mut W,
    digest: Sha256,
}

impl<W: Write> Write for Measured<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.target.write_all(bytes)?;
        self.digest.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.target.flush()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
