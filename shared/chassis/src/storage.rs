//! Object storage: one private bucket, on AWS or anywhere else that speaks S3. Never called within a transaction.

use crate::config::Reader;
use anyhow::Context;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Credentials, Region, RequestChecksumCalculation, SharedHttpClient,
};
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use chrono::{DateTime, Utc};
use std::fmt;
use std::io::Write;
use std::path::Path;
use std::time::Duration;
use url::Url;

/// For a request of ours and its repetitions.
const LIMIT: Duration = Duration::from_secs(25);

/// For a file of any size.
const LIMIT_OF_FILES: Duration = Duration::from_secs(3600);

/// Where a bucket is, and the key to it.
#[derive(Clone)]
pub struct BucketConfig {
    /// The endpoint for our own requests; absent on AWS, where the region tells.
    pub endpoint: Option<Url>,
    /// The endpoint in addresses that are given to browsers, when they reach it by another one.
    pub public_endpoint: Option<Url>,
    /// The region that signatures name.
    pub region: String,
    /// The bucket's name.
    pub bucket: String,
    /// The key's name.
    pub access_key: String,
    /// The key.
    pub secret_key: String,
    /// Comes with keys that do not last.
    pub session_token: Option<String>,
}

impl BucketConfig {
    /// Reads where it is and the key to it; what is missing or wrong is noted in the reader. Without a key of the bucket's own
    /// it is the process's: on Lambda that of the function's role, which lasts as long as the function.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let endpoint = reader.optional("MEDIA_ENDPOINT", "the S3 endpoint; not set on AWS");
        let public_endpoint =
            reader.optional("MEDIA_PUBLIC_ENDPOINT", "the S3 endpoint as browsers reach it");
        let region = reader.or("MEDIA_REGION", "us-east-1".to_owned(), "the bucket's region");
        let bucket = reader.required("MEDIA_BUCKET", "the private bucket that files are uploaded to");
        let is_ours = !reader.is_set("MEDIA_ACCESS_KEY") && reader.is_set("AWS_ACCESS_KEY_ID");
        let [name, key, token] = if is_ours {
            ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
        } else {
            ["MEDIA_ACCESS_KEY", "MEDIA_SECRET_KEY", "MEDIA_SESSION_TOKEN"]
        };
        let access_key = reader.required(name, "the name of the key to the bucket");
        let secret_key = reader.required(key, "the key to the bucket");
        let session_token = reader.optional(token, "comes with keys that do not last");
        Some(Self {
            endpoint,
            public_endpoint,
            region,
            bucket: bucket?,
            access_key: access_key?,
            secret_key: secret_key?,
            session_token,
        })
    }
}

/// A bucket.
#[derive(Clone)]
pub struct Bucket {
    /// For our own requests.
    inside: Client,
    /// Signs what browsers are given; sends nothing.
    outside: Client,
    name: String,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Bucket {
    /// Nothing is connected before the first use.
    #[must_use]
    pub fn new(config: &BucketConfig) -> Self {
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let public = config.public_endpoint.as_ref().or(config.endpoint.as_ref());
        Self {
            inside: client(config, config.endpoint.as_ref(), http.clone()),
            outside: client(config, public, http),
            name: config.bucket.clone(),
        }
    }

    /// One that cannot be reached: for services that are described, or tested without storage.
    #[must_use]
    pub fn nowhere() -> Self {
        Self::new(&BucketConfig {
            endpoint: Url::parse("http://127.0.0.1:9").ok(),
            public_endpoint: None,
            region: "nowhere".to_owned(),
            bucket: "nothing".to_owned(),
            access_key: "nobody".to_owned(),
            secret_key: "nothing".to_owned(),
            session_token: None,
        })
    }

    /// For requests of a service's own kind.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.inside
    }

    /// Signs addresses that are given to browsers.
    #[must_use]
    pub fn signer(&self) -> &Client {
        &self.outside
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Writes an object, in the place of what is there.
    ///
    /// # Errors
    /// When the storage says so.
    pub async fn write(&self, key: &str, bytes: Vec<u8>, content_type: &str) -> anyhow::Result<()> {
        let put = self.inside.put_object().bucket(&self.name).key(key);
        put.content_type(content_type)
            .body(bytes.into())
            .send()
            .await
            .context("an object cannot be written")?;
        Ok(())
    }

    /// Writes a file of this machine as an object, in the place of what is there.
    ///
    /// # Errors
    /// When the file cannot be read, or the storage says so.
    pub async fn write_file(&self, key: &str, file: &Path, content_type: &str) -> anyhow::Result<()> {
        let body = ByteStream::from_path(file)
            .await
            .context("a file cannot be read")?;
        let patience = TimeoutConfig::builder().operation_timeout(LIMIT_OF_FILES).build();
        let put = self.inside.put_object().bucket(&self.name).key(key);
        put.content_type(content_type)
            .body(body)
            .customize()
            .config_override(aws_sdk_s3::config::Builder::new().timeout_config(patience))
            .send()
            .await
            .context("an object cannot be written")?;
        Ok(())
    }

    /// Reads an object; nothing when nothing is there.
    ///
    /// # Errors
    /// When the storage says so.
    pub async fn read(&self, key: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        let copied = self.copy_to(key, &mut bytes).await?;
        Ok(copied.map(|_size| bytes))
    }

    /// Copies an object out, piece by piece; answers how many bytes it has, and nothing when nothing is there.
    ///
    /// # Errors
    /// When the storage says so, or the target does not take it.
    pub async fn copy_to(&self, key: &str, target: &mut (dyn Write + Send)) -> anyhow::Result<Option<u64>> {
        let asked = self.inside.get_object().bucket(&self.name).key(key).send().await;
        let mut object = match asked {
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
        let mut size = 0;
        while let Some(piece) = object.body.next().await {
            let piece = piece.context("an object cannot be read")?;
            target.write_all(&piece)?;
            size += u64::try_from(piece.len())?;
        }
        Ok(Some(size))
    }

    /// An address that shows an object for a while to whoever has it. Signed here, without asking anybody.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub async fn read_url(
        &self,
        key: &str,
        (content_type, disposition): (&str, &str),
        (from, lasts): (DateTime<Utc>, Duration),
    ) -> anyhow::Result<String> {
        let get = self.outside.get_object().bucket(&self.name).key(key);
        let get = get
            .response_content_type(content_type)
            .response_content_disposition(disposition);
        let signed = get.presigned(presigning(from, lasts)?).await?;
        Ok(signed.uri().to_owned())
    }

    /// The keys that begin like this.
    ///
    /// # Errors
    /// When the storage says so.
    pub async fn keys_below(&self, prefix: &str) -> anyhow::Result<Vec<String>> {
        let mut pages = self
            .inside
            .list_objects_v2()
            .bucket(&self.name)
            .prefix(prefix)
            .into_paginator()
            .send();
        let mut keys = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.context("objects cannot be listed")?;
            keys.extend(
                page.contents()
                    .iter()
                    .filter_map(|object| object.key().map(str::to_owned)),
            );
        }
        Ok(keys)
    }

    /// Deletes an object with every version of it that the storage has; nothing there is fine.
    ///
    /// # Errors
    /// When the storage says so: then something may be left.
    pub async fn remove(&self, key: &str) -> anyhow::Result<()> {
        let Some(versions) = self.versions(key).await? else {
            return self.remove_version(key, None).await;
        };
        for version in versions {
            self.remove_version(key, Some(version)).await?;
        }
        Ok(())
    }

    async fn remove_version(&self, key: &str, version: Option<String>) -> anyhow::Result<()> {
        let delete = self.inside.delete_object().bucket(&self.name).key(key);
        let deleted = delete.set_version_id(version).send().await;
        deleted.context("an object cannot be deleted")?;
        Ok(())
    }

    /// All versions of an object, and what marks that it was deleted; nothing from a storage that knows no versions.
    async fn versions(&self, key: &str) -> anyhow::Result<Option<Vec<String>>> {
        let (mut versions, mut from) = (Vec::new(), (None, None));
        loop {
            let asked = self
                .inside
                .list_object_versions()
                .bucket(&self.name)
                .prefix(key)
                .set_key_marker(from.0)
                .set_version_id_marker(from.1)
                .send()
                .await;
            let page = match asked {
                Ok(page) => page,
                Err(error)
                    if error.as_service_error().and_then(ProvideErrorMetadata::code)
                        == Some("NotImplemented") =>
                {
                    return Ok(None);
                }
                Err(error) => return Err(error).context("the versions of an object cannot be listed"),
            };
            let kept = page.versions().iter().map(|it| (it.key(), it.version_id()));
            let marks = page.delete_markers().iter().map(|it| (it.key(), it.version_id()));
            let own = kept.chain(marks).filter(|(named, _)| *named == Some(key));
            versions.extend(own.filter_map(|(_, version)| version.map(str::to_owned)));
            if page.is_truncated() != Some(true) {
                return Ok(Some(versions));
            }
            from = (
                page.next_key_marker().map(str::to_owned),
                page.next_version_id_marker().map(str::to_owned),
            );
        }
    }
}

fn client(config: &BucketConfig, endpoint: Option<&Url>, http: SharedHttpClient) -> Client {
    let credentials = Credentials::new(
        &config.access_key,
        &config.secret_key,
        config.session_token.clone(),
        None,
        "configuration",
    );
    let mut builder = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(config.region.clone()))
        .credentials_provider(credentials)
        .http_client(http)
        .retry_config(RetryConfig::standard())
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(Duration::from_secs(3))
                .operation_timeout(LIMIT)
                .build(),
        )
        // An address to write to binds the headers that a browser can send, and no checksum of bytes nobody has seen yet.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
    if let Some(endpoint) = endpoint {
        builder = builder.endpoint_url(endpoint.as_str()).force_path_style(true);
    }
    Client::from_conf(builder.build())
}

/// How an address is signed that is good from a time on for a while.
///
/// # Errors
/// When it would last for longer than a week.
pub fn presigning(from: DateTime<Utc>, lasts: Duration) -> anyhow::Result<PresigningConfig> {
    Ok(PresigningConfig::builder()
        .start_time(from.into())
        .expires_in(lasts)
        .build()?)
}
