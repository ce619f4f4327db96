//! The object storage through a real client and real presigned links.

#![cfg(test)]

mod links;
mod objects;
mod owner;

use std::time::{Duration, SystemTime};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, MetadataDirective, ObjectIdentifier};
use local::s3::{Options, S3};
use reqwest::{Method, StatusCode};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const SITE: &str = "http://127.0.0.1:8080";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and some more";

struct Storage {
    root: TempDir,
    stop: CancellationToken,
    s3: S3,
    client: Client,
    http: reqwest::Client,
}

impl Storage {
    async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap()).await
    }

    async fn start_in(root: TempDir) -> Self {
        let stop = CancellationToken::new();
        let options = Options::new(root.path().join("valine")).origins([SITE]);
        let s3 = S3::start(options, stop.clone()).await.unwrap();
        let credentials = Credentials::new(&s3.access_key, &s3.secret_key, None, None, "test");
        let client = client(&s3, credentials);
        Self {
            root,
            stop,
            s3,
            client,
            http: reqwest::Client::new(),
        }
    }

    async fn restart(self) -> Self {
        self.stop.cancel();
        self.s3.stopped().await.unwrap();
        Self::start_in(self.root).await
    }

    /// A link for an upload as the media service makes it: key, type, length and once, all signed.
    async fn upload_link(
        &self,
        key: &str,
        kind: &str,
        length: usize,
        config: PresigningConfig,
    ) -> PresignedRequest {
        let put = self.client.put_object().bucket(&self.s3.bucket).key(key);
        let put = put
            .content_type(kind)
            .content_length(i64::try_from(length).unwrap())
            .if_none_match("*");
        put.presigned(config).await.unwrap()
    }

    async fn download_link(&self, key: &str) -> PresignedRequest {
        let get = self.client.get_object().bucket(&self.s3.bucket).key(key);
        get.presigned(minutes(15)).await.unwrap()
    }

    fn send(&self, link: &PresignedRequest) -> reqwest::RequestBuilder {
        let method: Method = link.method().parse().unwrap();
        let request = self.http.request(method, link.uri());
        link.headers()
            .fold(request, |request, (name, value)| request.header(name, value))
    }

    async fn upload(&self, key: &str, kind: &str, body: &[u8]) -> StatusCode {
        let link = self.upload_link(key, kind, body.len(), minutes(15)).await;
        self.send(&link)
            .body(body.to_vec())
            .send()
            .await
            .unwrap()
            .status()
    }

    async fn download(&self, key: &str) -> reqwest::Response {
        self.send(&self.download_link(key).await).send().await.unwrap()
    }

    /// All files below the installation's folder, as paths relative to it.
    fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let root = self.root.path().join("valine/s3");
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path.clone())
                }
                found.push(path.strip_prefix(&root).unwrap().to_string_lossy().into_owned());
            }
        }
        found.sort();
        found
    }
}

fn client(s3: &S3, credentials: Credentials) -> Client {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(s3.region.clone()))
        .endpoint_url(s3.endpoint.as_str())
        .force_path_style(true)
        .credentials_provider(credentials)
        .http_client(http);
    Client::from_conf(config.build())
}

fn minutes(minutes: u64) -> PresigningConfig {
    PresigningConfig::expires_in(Duration::from_secs(60 * minutes)).unwrap()
}

fn code<E: ProvideErrorMetadata, R: std::fmt::Debug>(error: SdkError<E, R>) -> String {
    match error {
        SdkError::ServiceError(refused) => refused.err().code().unwrap_or("no code").to_owned(),
        other => panic!("no answer: {:?}", other.raw_response()),
    }
}
