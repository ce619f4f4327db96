//! A bucket with versions: what is deleted is gone in all of them.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chassis::storage::{Bucket, BucketConfig};
use http::{Method, StatusCode, Uri};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use url::Url;

/// What an S3 that keeps versions says of the object `a`, in two pages; `ab` only begins like it.
const PAGES: [&str; 2] = [
    "<IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker><NextVersionIdMarker>2</NextVersionIdMarker>\
     <Version><Key>a</Key><VersionId>1</VersionId></Version><Version><Key>a</Key><VersionId>2</VersionId></Version>",
    "<IsTruncated>false</IsTruncated><DeleteMarker><Key>a</Key><VersionId>3</VersionId></DeleteMarker>\
     <Version><Key>ab</Key><VersionId>4</VersionId></Version>",
];

#[derive(Clone, Default)]
struct Storage {
    /// Whether it knows of versions.
    is_versioned: bool,
    asked: Arc<Mutex<Vec<String>>>,
}

async fn answer(State(storage): State<Storage>, method: Method, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    if method == Method::DELETE {
        let version = query
            .split('&')
            .find(|pair| pair.starts_with("versionId"))
            .unwrap_or("all");
        storage
            .asked
            .lock()
            .unwrap()
            .push(format!("{} {version}", uri.path()));
        return StatusCode::NO_CONTENT.into_response();
    }
    if !storage.is_versioned {
        let error = "<Error><Code>NotImplemented</Code><Message>no</Message></Error>";
        return (StatusCode::NOT_IMPLEMENTED, error).into_response();
    }
    let page = usize::from(query.contains("version-id-marker=2"));
    format!(
        "<ListVersionsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{}</ListVersionsResult>",
        PAGES[page]
    )
    .into_response()
}

/// A bucket of such a storage, and what is deleted there.
async fn bucket(is_versioned: bool) -> (Bucket, Arc<Mutex<Vec<String>>>) {
    let storage = Storage {
        is_versioned,
        ..Storage::default()
    };
    let asked = storage.asked.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, Router::new().fallback(answer).with_state(storage)).into_future());
    let bucket = Bucket::new(&BucketConfig {
        endpoint: Some(Url::parse(&format!("http://{address}")).unwrap()),
        public_endpoint: None,
        region: "us-east-1".to_owned(),
        bucket: "files".to_owned(),
        access_key: "name".to_owned(),
        secret_key: "hush".to_owned(),
        session_token: None,
    });
    (bucket, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_of_an_object_is_deleted_and_what_marks_that_it_was() {
    let (bucket, deleted) = bucket(true).await;
    bucket.remove("a").await.unwrap();
    let deleted = deleted.lock().unwrap().clone();
    assert_eq!(
        deleted,
        [
            "/files/a versionId=1",
            "/files/a versionId=2",
            "/files/a versionId=3"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_without_versions_deletes_what_there_is() {
    let (bucket, deleted) = bucket(false).await;
    bucket.remove("a").await.unwrap();
    assert_eq!(deleted.lock().unwrap().clone(), ["/files/a all"]);
}
