//! An S3 endpoint on loopback: the protocol and the signatures of `s3s`, the files of `s3s-fs`.
//!
//! Presigned URLs are checked as AWS checks them: signature, expiry and every header that was signed;
//! nobody gets in without. Uploads with `If-None-Match: *` are written once. Browsers of the given
//! origins, and of no others, may read answers. There is one bucket and one key pair, which is made at
//! the first start.
//!
//! Kept narrow on purpose: PUT, GET (with ranges), HEAD, COPY, DELETE and listing of objects; no
//! multipart uploads, no versions, and no key that is a folder of another (`a` beside `a/b`).

mod files;
mod http;
mod objects;

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{Lock, home, secret};

/// How long transfers in flight may go on after the endpoint was asked to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// How to start an endpoint.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of this installation (`.valine` by convention); objects lie in `s3` below it.
    pub root: PathBuf,
    /// The port on 127.0.0.1. Without one: that of the last start if it is free, so that links given
    /// out before go on working, else any.
    pub port: Option<u16>,
    /// The one bucket.
    pub bucket: String,
    /// Whose browsers may use it, as in `http://127.0.0.1:8080`.
    pub origins: Vec<String>,
}

impl Options {
    /// An endpoint with the bucket `media` on any free port, for no browser yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            port: None,
            bucket: "media".to_owned(),
            origins: Vec::new(),
        }
    }

    /// Lets browsers of these origins use it.
    pub fn origins(mut self, origins: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.origins = origins.into_iter().map(Into::into).collect();
        self
    }
}

/// A running endpoint. It ends when its token is cancelled.
pub struct S3 {
    /// Its address, as in `http://127.0.0.1:40123`. Use path-style requests.
    pub endpoint: Url,
    /// The one bucket; it exists.
    pub bucket: String,
    /// The region that signatures name. Any would do.
    pub region: String,
    /// The access key.
    pub access_key: String,
    /// The secret key: never log it.
    pub secret_key: String,
    task: JoinHandle<std::io::Result<()>>,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3")
            .field("endpoint", &self.endpoint.as_str())
            .field("bucket", &self.bucket)
            .finish_non_exhaustive()
    }
}

impl S3 {
    /// Starts the endpoint; it takes requests when this returns. Cancelling `stop` ends it: it takes no
    /// more requests and finishes those that run.
    ///
    /// # Errors
    /// When another process serves this folder, the port is taken, or the folder cannot be used.
    pub async fn start(options: Options, stop: CancellationToken) -> Result<Self> {
        let root = home(&options.root)?;
        let lock = Lock::take(
            &root.join("s3.lock"),
            &format!("the object storage in {}", root.display()),
        )
        .await?;
        let Keys {
            access_key,
            secret_key,
        } = keys(&root)?;
        let objects = objects::Objects::open(&root.join("s3"), &options.bucket)?;
        let app = http::router(objects, &access_key, &secret_key, &options.origins)?;
        let listener = bind(&root, options.port).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            let served = axum::serve(listener, app)
                .with_graceful_shutdown(stop.cancelled_owned())
                .await;
            drop(lock);
            served
        });
        Ok(Self {
            endpoint: format!("http://{address}").parse()?,
            bucket: options.bucket,
            region: "us-east-1".to_owned(),
            access_key,
            secret_key,
            task,
        })
    }

    /// Waits until the endpoint has ended after its token was cancelled. Transfers that take longer
    /// than ten seconds are cut off.
    ///
    /// # Errors
    /// When the endpoint had failed.
    pub async fn stopped(mut self) -> Result<()> {
        match tokio::time::timeout(PATIENCE, &mut self.task).await {
            Ok(ended) => ended
                .context("the object storage panicked")?
                .context("the object storage failed"),
            Err(_elapsed) => {
                self.task.abort();
                Ok(())
            }
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Keys {
    access_key: String,
    secret_key: String,
}

fn keys(root: &Path) -> Result<Keys> {
    let path = root.join("s3-keys.json");
    if let Some(found) = secret::read(&path)? {
        return serde_json::from_str(&found).with_context(|| {
            format!(
                "{} is damaged; remove it, and new keys are made (links given out before end)",
                path.display()
            )
        });
    }
    let keys = Keys {
        access_key: format!("VALINE{}", secret::random(7).to_uppercase()),
        secret_key: secret::random(20),
    };
    secret::write(&path, &serde_json::to_string(&keys)?)?;
    Ok(keys)
}

async fn bind(root: &Path, wanted: Option<u16>) -> Result<TcpListener> {
    let on = |port| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    if let Some(port) = wanted {
        return match on(port).await {
            Ok(listener) => Ok(listener),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                bail!(
                    "port {port} on 127.0.0.1, where the object storage is to listen, is taken; choose another or stop who has it"
                )
            }
            Err(error) => Err(error).with_context(|| format!("port {port} on 127.0.0.1 cannot be used")),
        };
    }
    let remembered = root.join("s3-port");
    let last: Option<u16> = fs::read_to_string(&remembered)
        .ok()
        .and_then(|port| port.trim().parse().ok());
    let listener = match last {
        Some(port) => match on(port).await {
            Ok(listener) => listener,
            Err(_taken) => on(0).await?,
        },
        None => on(0).await?,
    };
    let port = listener.local_addr()?.port();
    fs::write(&remembered, format!("{port}\n"))
        .with_context(|| format!("{} cannot be written", remembered.display()))?;
    Ok(listener)
}
