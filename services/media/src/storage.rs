//! The bucket: what may be done with it, and nothing else. Never called within a transaction.

use crate::config::Config;
use anyhow::Context;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::types::MetadataDirective;
use chassis::storage::{Bucket, BucketConfig, presigning};
use chrono::{DateTime, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt;
use std::time::Duration;
use url::Url;

/// In a copy's source everything but the unreserved characters and `/` is encoded.
const COPY_SOURCE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.');

/// What was verified under a key never changes, so whoever has it may keep it.
const CACHE_CONTROL: &str = "private, max-age=86400, immutable";

/// A bucket.
#[derive(Clone)]
pub struct Storage {
    bucket: Bucket,
    /// Stands in URLs that show files, in the storage's place.
    cdn: Option<Url>,
}

impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Storage")
            .field("bucket", &self.bucket)
            .finish_non_exhaustive()
    }
}

/// The beginning of an object, and what is told of the whole.
pub(crate) struct Glimpse {
    pub(crate) head: Vec<u8>,
    /// Bytes of the whole.
    pub(crate) size: i64,
    pub(crate) etag: String,
}

/// What a promoted object is served as.
pub(crate) struct Served<'a> {
    pub(crate) content_type: &'a str,
    pub(crate) disposition: &'a str,
}

impl Storage {
    /// Nothing is connected before the first use.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let bucket = Bucket::new(&BucketConfig {
            endpoint: config.endpoint.clone(),
            public_endpoint: config.public_endpoint.clone(),
            region: config.region.clone(),
            bucket: config.bucket.clone(),
            access_key: config.access_key.clone(),
            secret_key: config.secret_key.clone(),
            session_token: config.session_token.clone(),
        });
        Self::of(bucket, config.cdn.clone())
    }

    /// Files in this bucket, shown by this CDN if there is one.
    #[must_use]
    pub fn of(bucket: Bucket, cdn: Option<Url>) -> Self {
        Self { bucket, cdn }
    }

    /// The bucket, for what is not media's alone.
    #[must_use]
    pub fn bucket(&self) -> &Bucket {
        &self.bucket
    }

    /// A URL that takes exactly this many bytes of this type under this key, once. Signed here, without asking anybody.
    pub(crate) async fn upload_url(
        &self,
        key: &str,
        content_type: &str,
        size: i64,
        (from, lasts): (DateTime<Utc>, Duration),
    ) -> anyhow::Result<String> {
        let put = self
            .bucket
            .signer()
            .put_object()
            .bucket(self.bucket.name())
            .key(key);
        let put = put
            .content_type(content_type)
            .content_length(size)
            .if_none_match("*");
        let signed = put.presigned(presigning(from, lasts)?).await?;
        Ok(signed.uri().to_owned())
    }

    /// A URL that shows what is under this key.
    pub(crate) async fn read_url(
        &self,
        key: &str,
        served: Served<'_>,
        (from, lasts): (DateTime<Utc>, Duration),
    ) -> anyhow::Result<String> {
        let get = self
            .bucket
            .signer()
            .get_object()
            .bucket(self.bucket.name())
            .key(key);
        let get = get
            .response_content_type(served.content_type)
            .response_content_disposition(served.disposition);
        let signed = get.presigned(presigning(from, lasts)?).await?;
        let Some(cdn) = &self.cdn else {
            return Ok(signed.uri().to_owned());
        };
        // The storage checks its signature over the name it has for itself, by which the CDN asks it.
        let (mut shown, signed) = (cdn.clone(), Url::parse(signed.uri())?);
        shown.set_path(&format!("{}{}", cdn.path().trim_end_matches('/'), signed.path()));
        shown.set_query(signed.query());
        Ok(shown.into())
    }

    /// The whole of an object that is not larger than this; nothing when nothing is there.
    pub(crate) async fn read(&self, key: &str, most: u64) -> anyhow::Result<Option<Vec<u8>>> {
        let glimpse = self.glimpse(key, most).await?;
        Ok(glimpse.map(|glimpse| glimpse.head))
    }

    /// Some bytes from within an object that is there; fewer where it ends.
    pub(crate) async fn slice(&self, key: &str, from: u64, length: u64) -> anyhow::Result<Vec<u8>> {
        let last = from.saturating_add(length).saturating_sub(1);
        let get = self
            .bucket
            .client()
            .get_object()
            .bucket(self.bucket.name())
            .key(key);
        let object = get
            .range(format!("bytes={from}-{last}"))
            .send()
            .await
            .context("a part of an object cannot be read")?;
        let bytes = object.body.collect().await;
        Ok(bytes.context("a part of an object cannot be read")?.to_vec())
    }

    /// Writes an object that is shown.
    pub(crate) async fn write(&self, key: &str, bytes: Vec<u8>, served: Served<'_>) -> anyhow::Result<()> {
        let put = self
            .bucket
            .client()
            .put_object()
            .bucket(self.bucket.name())
            .key(key);
        put.content_type(served.content_type)
            .content_disposition(served.disposition)
            .cache_control(CACHE_CONTROL)
            .body(bytes.into())
            .send()
            .await
            .context("an object cannot be written")?;
        Ok(())
    }

    /// Looks at no more than the first `most` bytes; nothing when nothing is there.
    pub(crate) async fn glimpse(&self, key: &str, most: u64) -> anyhow::Result<Option<Glimpse>> {
        let get = self
            .bucket
            .client()
            .get_object()
            .bucket(self.bucket.name())
            .key(key);
        let answer = get
            .range(format!("bytes=0-{}", most.saturating_sub(1)))
            .send()
            .await;
        let object = match answer {
            Ok(object) => object,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_no_such_key()) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error).context("an object cannot be read"),
        };
        // "bytes 0-8191/123456"; without a range the answer is the whole.
        let of_whole = object
            .content_range()
            .and_then(|range| range.rsplit('/').next()?.parse().ok());
        let size = of_whole
            .or(object.content_length())
            .context("an object without a size")?;
        let etag = object.e_tag().context("an object without an ETag")?.to_owned();
        let head = object
            .body
            .collect()
            .await
            .context("an object cannot be read")?
            .to_vec();
        Ok(Some(Glimpse { head, size, etag }))
    }

    /// Copies to another key, within storage; answers whether there was something, and still the same as seen.
    pub(crate) async fn promote(
        &self,
        from: &str,
        etag: &str,
        to: &str,
        served: Served<'_>,
    ) -> anyhow::Result<bool> {
        let source = format!("{}/{from}", self.bucket.name());
        let copy = self
            .bucket
            .client()
            .copy_object()
            .bucket(self.bucket.name())
            .key(to);
        let copy = copy
            .copy_source(utf8_percent_encode(&source, COPY_SOURCE).to_string())
            .copy_source_if_match(etag)
            .metadata_directive(MetadataDirective::Replace)
            .content_type(served.content_type)
            .content_disposition(served.disposition)
            .cache_control(CACHE_CONTROL);
        match copy.send().await {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error().and_then(ProvideErrorMetadata::code) {
                Some("NoSuchKey" | "PreconditionFailed") => Ok(false),
                _ => Err(error).context("an object cannot be copied"),
            },
        }
    }

    /// Deletes, with every version; nothing there is fine.
    pub(crate) async fn remove(&self, key: &str) -> anyhow::Result<()> {
        self.bucket.remove(key).await
    }
}
