//! What only this service is configured with.

use chassis::config::Reader;
use chassis::http::Allowance;
use chassis::storage::BucketConfig;
use std::fmt;
use std::num::NonZeroU16;
use url::Url;

const UPLOADS: NonZeroU16 = NonZeroU16::new(50).unwrap();

/// What people may do.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub(crate) uploading: Allowance,
}

impl Default for Settings {
    fn default() -> Self {
        Self::with_uploads_per_hour(UPLOADS)
    }
}

impl Settings {
    /// With another limit of uploads, per person and hour.
    #[must_use]
    pub fn with_uploads_per_hour(uploads: NonZeroU16) -> Self {
        Self {
            uploading: Allowance::hourly("uploads", uploads),
        }
    }

    /// Reads `UPLOADS_PER_HOUR`. What is wrong with it is noted in the reader.
    #[must_use]
    pub fn read(reader: &mut Reader<'_>) -> Self {
        let meaning = "how many files one person may announce in an hour: from 1 to 65535";
        Self::with_uploads_per_hour(reader.or("UPLOADS_PER_HOUR", UPLOADS, meaning))
    }
}

/// Where files lie: an S3 bucket, on AWS or anywhere else.
#[derive(Clone)]
pub struct Config {
    /// The endpoint for this service's own requests; absent on AWS, where the region tells.
    pub endpoint: Option<Url>,
    /// The endpoint in URLs that are given to browsers, when they reach it by another address. Another origin than the
    /// site's, so that nothing people upload can act in its name.
    pub public_endpoint: Option<Url>,
    /// The address of a CDN that shows files in the endpoint's place: it hands path and query on, and the signature in
    /// them stays the storage's to check.
    pub cdn: Option<Url>,
    /// The region that signatures name.
    pub region: String,
    /// The one bucket; private.
    pub bucket: String,
    /// The key's name.
    pub access_key: String,
    /// The key.
    pub secret_key: String,
    /// Comes with keys that do not last.
    pub session_token: Option<String>,
}

impl Config {
    /// Reads `MEDIA_*`; what is missing or wrong is noted in the reader.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let cdn = cdn(reader);
        let bucket = BucketConfig::read(reader)?;
        Some(Self {
            endpoint: bucket.endpoint,
            public_endpoint: bucket.public_endpoint,
            cdn,
            region: bucket.region,
            bucket: bucket.bucket,
            access_key: bucket.access_key,
            secret_key: bucket.secret_key,
            session_token: bucket.session_token,
        })
    }
}

/// What stands in front of the bucket.
pub fn cdn(reader: &mut Reader<'_>) -> Option<Url> {
    reader.optional("MEDIA_CDN_URL", "the CDN in front of the bucket, if there is one")
}

impl fmt::Debug for Config {
    /// Silent about the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("endpoint", &self.endpoint.as_ref().map(Url::as_str))
            .field("bucket", &self.bucket)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chassis::config::Environment;

    #[test]
    fn the_key_is_needed_and_never_shown() {
        let environment = Environment::default()
            .with("MEDIA_BUCKET", "files")
            .with("MEDIA_ACCESS_KEY", "name");
        let mut reader = environment.read();
        assert!(Config::read(&mut reader).is_none());
        let problems = reader.finish().unwrap_err().to_string();
        assert!(problems.contains("MEDIA_SECRET_KEY is not set"), "{problems}");

        let environment = environment.with("MEDIA_SECRET_KEY", "hush");
        let mut reader = environment.read();
        let config = Config::read(&mut reader).unwrap();
        reader.finish().unwrap();
        assert_eq!(
            (config.region.as_str(), config.bucket.as_str()),
            ("us-east-1", "files")
        );
        assert!(!format!("{config:?}").contains("hush"));
    }
}
