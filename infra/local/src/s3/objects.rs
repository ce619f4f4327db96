//! What the endpoint can do with objects.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use futures::StreamExt;
use s3s::dto::{
    CopyObjectInput, CopyObjectOutput, CopySource, DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput,
    DeleteObjectsOutput, DeletedObject, GetObjectInput, GetObjectOutput, HeadBucketInput, HeadBucketOutput,
    HeadObjectInput, HeadObjectOutput, ListObjectsV2Input, ListObjectsV2Output, PutObjectInput,
    PutObjectOutput, Range,
};
use s3s::{S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};
use s3s_fs::FileSystem;
use tracing::Dispatch;

use super::files::{Files, INCOMING, LONGEST_KEY};
use crate::secret;

/// The objects of one bucket.
pub(crate) struct Objects {
    storage: FileSystem,
    files: Arc<Files>,
    bucket: String,
    /// Held while an object appears, is replaced or goes, so that looking and doing are one.
    changing: Arc<Mutex<()>>,
    /// Who is told of failures; everything below is silenced (see the router).
    log: Dispatch,
}

impl Objects {
    pub(crate) fn open(folder: &Path, bucket: &str) -> Result<Self> {
        let cannot = || format!("the object storage in {} cannot be used", folder.display());
        std::os::unix::fs::DirBuilderExt::mode(std::fs::DirBuilder::new().recursive(true), 0o700)
            .create(folder)
            .with_context(cannot)?;
        let files = Files::open(folder, bucket).with_context(cannot)?;
        let storage = FileSystem::new(folder)
            .map_err(|error| anyhow::anyhow!("{error:?}"))
            .with_context(cannot)?;
        Ok(Self {
            storage,
            files: Arc::new(files),
            bucket: bucket.to_owned(),
            changing: Arc::default(),
            log: tracing::dispatcher::get_default(Clone::clone),
        })
    }

    fn in_bucket(&self, bucket: &str) -> S3Result<()> {
        if bucket == self.bucket {
            Ok(())
        } else {
            Err(s3_error!(NoSuchBucket))
        }
    }

    /// Only keys that are plain relative paths: nothing that a file system reads in its own way.
    fn key(&self, bucket: &str, key: &str) -> S3Result<()> {
        self.in_bucket(bucket)?;
        if key.len() > LONGEST_KEY {
            return Err(s3_error!(KeyTooLongError));
        }
        if key.chars().any(char::is_control)
            || key
                .split('/')
                .any(|part| part.is_empty() || part == "." || part == "..")
        {
            return Err(s3_error!(
                InvalidArgument,
                "this storage takes keys like `folder/name` only"
            ));
        }
        Ok(())
    }

    fn existing(&self, bucket: &str, key: &str) -> S3Result<u64> {
        self.key(bucket, key)?;
        match self.files.object(key).metadata() {
            Ok(found) if found.is_file() => Ok(found.len()),
            _ => Err(s3_error!(NoSuchKey)),
        }
    }

    /// Runs file work that must not be interleaved with other changes.
    async fn change(&self, work: impl FnOnce(&Files) -> S3Result<()> + Send + 'static) -> S3Result<()> {
        let (files, changing) = (Arc::clone(&self.files), Arc::clone(&self.changing));
        let done = tokio::task::spawn_blocking(move || {
            // A change that panicked left at worst an upload to sweep.
            let _alone = changing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            work(&files)
        });
        done.await
            .unwrap_or_else(|panic| Err(S3Error::internal_error(panic)))
    }

    /// Makes an upload the object `key`; with `once`, only when there is none.
    async fn admit(&self, upload: Upload, key: String, once: bool) -> S3Result<()> {
        // The work owns the upload: a client that hangs up now does not take it away half-way.
        self.change(move |files| {
            if once && files.object(&key).exists() {
                return Err(already());
            }
            files.admit(&upload.name, &key).map_err(S3Error::internal_error)
        })
        .await
    }

    /// A name in the bucket of uploads that are not whole yet, in the place of `bucket` and `key`.
    fn upload(&self, bucket: &mut String, key: &mut String) -> (Upload, String) {
        INCOMING.clone_into(bucket);
        let name = secret::random(16);
        let wanted = std::mem::replace(key, name.clone());
        (
            Upload {
                files: Arc::clone(&self.files),
                name,
            },
            wanted,
        )
    }

    /// Says in the log why we failed, and to the client what it can do.
    fn told<T>(&self, what: &str, result: S3Result<T>) -> S3Result<T> {
        result.map_err(|mut error| {
            if !error.status_code().is_none_or(|status| status.is_server_error()) {
                return error;
            }
            let cause = error.source().map(ToString::to_string).unwrap_or_default();
            tracing::dispatcher::with_default(
                &self.log,
                || tracing::error!(operation = what, %cause, "object storage failed"),
            );
            let full = error
                .source()
                .and_then(|source| source.downcast_ref::<io::Error>())
                .is_some_and(|source| source.kind() == io::ErrorKind::StorageFull);
            if full {
                error = S3Error::with_message(
                    S3ErrorCode::Custom("StorageFull".into()),
                    "The disk of this storage is full.",
                );
                error.set_status_code(http::StatusCode::INSUFFICIENT_STORAGE);
            }
            error
        })
    }

    async fn put(&self, mut request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let input = &mut request.input;
        self.key(&input.bucket, &input.key)?;
        if input.if_match.is_some() {
            return Err(s3_error!(NotImplemented, "this storage does not know If-Match"));
        }
        let once = match input.if_none_match.take() {
            None => false,
            Some(condition) if condition.is_any() => true,
            Some(_) => {
                return Err(s3_error!(
                    NotImplemented,
                    "this storage knows `If-None-Match: *` only"
                ));
            }
        };
        if once && self.files.object(&input.key).exists() {
            // A client that is still sending would meet a closed connection instead of the answer.
            if let Some(mut body) = input.body.take() {
                while let Some(Ok(_)) = body.next().await {}
            }
            return Err(already());
        }
        input
            .content_type
            .get_or_insert_with(|| "binary/octet-stream".to_owned());
        let (upload, key) = self.upload(&mut input.bucket, &mut input.key);
        let answer = self.storage.put_object(request).await?;
        self.admit(upload, key, once).await?;
        Ok(answer)
    }

    async fn copy(&self, mut request: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
        let input = &mut request.input;
        self.key(&input.bucket, &input.key)?;
        let CopySource::Bucket { bucket, key, .. } = &input.copy_source else {
            return Err(s3_error!(
                NotImplemented,
                "this storage copies from its bucket only"
            ));
        };
        self.existing(bucket, key)?;
        let (upload, key) = self.upload(&mut input.bucket, &mut input.key);
        let answer = self.storage.copy_object(request).await?;
        self.admit(upload, key, false).await?;
        Ok(answer)
    }

    async fn get(&self, mut request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let size = self.existing(&request.input.bucket, &request.input.key)?;
        if let Some(Range::Suffix { length }) = request.input.range
            && length > 0
            && size > 0
        {
            // The last 500 bytes of 100 are all 100.
            request.input.range = Some(Range::Int {
                first: size.saturating_sub(length),
                last: None,
            });
        }
        let mut answer = self.storage.get_object(request).await?;
        answer.output.accept_ranges = Some("bytes".to_owned());
        Ok(answer)
    }

    async fn remove(&self, bucket: &str, key: String) -> S3Result<()> {
        self.key(bucket, &key)?;
        self.change(move |files| files.remove(&key).map_err(S3Error::internal_error))
            .await
    }
}

/// An upload under way. Cut off or refused, it leaves nothing behind.
struct Upload {
    files: Arc<Files>,
    name: String,
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.files.discard(&self.name);
    }
}

fn already() -> S3Error {
    s3_error!(
        PreconditionFailed,
        "The object exists already, and it is written once."
    )
}

#[async_trait::async_trait]
impl S3 for Objects {
    async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        self.told("put", self.put(request).await)
    }

    async fn copy_object(
        &self,
        request: S3Request<CopyObjectInput>,
    ) -> S3Result<S3Response<CopyObjectOutput>> {
        self.told("copy", self.copy(request).await)
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        self.told("get", self.get(request).await)
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        self.existing(&request.input.bucket, &request.input.key)?;
        let mut answer = self.told("head", self.storage.head_object(request).await)?;
        answer.output.accept_ranges = Some("bytes".to_owned());
        Ok(answer)
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let DeleteObjectInput { bucket, key, .. } = request.input;
        self.told("delete", self.remove(&bucket, key).await)?;
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }

    async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let DeleteObjectsInput { bucket, delete, .. } = request.input;
        let mut deleted = Vec::new();
        for object in delete.objects {
            self.told("delete", self.remove(&bucket, object.key.clone()).await)?;
            deleted.push(DeletedObject {
                key: Some(object.key),
                ..DeletedObject::default()
            });
        }
        let deleted = if delete.quiet == Some(true) {
            None
        } else {
            Some(deleted)
        };
        Ok(S3Response::new(DeleteObjectsOutput {
            deleted,
            ..DeleteObjectsOutput::default()
        }))
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.in_bucket(&request.input.bucket)?;
        self.told("list", self.storage.list_objects_v2(request).await)
    }

    async fn head_bucket(
        &self,
        request: S3Request<HeadBucketInput>,
    ) -> S3Result<S3Response<HeadBucketOutput>> {
        self.in_bucket(&request.input.bucket)?;
        Ok(S3Response::new(HeadBucketOutput::default()))
    }
}
