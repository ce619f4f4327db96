//! Objects are stored, read, copied and removed.

use super::*;

#[tokio::test]
async fn a_signed_upload_is_stored_with_its_type_and_read_back() {
    let storage = Storage::start().await;
    assert_eq!(
        storage.upload("uploads/a/1", "image/png", PNG).await,
        StatusCode::OK
    );

    let answer = storage.download("uploads/a/1").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let header = |name: &str| {
        answer
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(header("content-type").as_deref(), Some("image/png"));
    assert_eq!(header("content-length"), Some(PNG.len().to_string()));
    assert_eq!(header("accept-ranges").as_deref(), Some("bytes"));
    assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"));
    assert!(
        header("content-security-policy")
            .unwrap()
            .contains("script-src 'none'")
    );
    assert!(header("etag").is_some());
    assert_eq!(answer.bytes().await.unwrap(), PNG);

    let head = storage
        .client
        .head_object()
        .bucket("media")
        .key("uploads/a/1")
        .send()
        .await
        .unwrap();
    assert_eq!(head.content_length(), Some(i64::try_from(PNG.len()).unwrap()));
    assert_eq!(head.content_type(), Some("image/png"));
}

#[tokio::test]
async fn parts_of_an_object_can_be_read() {
    let storage = Storage::start().await;
    storage.upload("film", "video/mp4", b"0123456789").await;
    let range = async |range: &str| {
        let request = storage
            .send(&storage.download_link("film").await)
            .header("range", range);
        let answer = request.send().await.unwrap();
        let header = answer
            .headers()
            .get("content-range")
            .map(|value| value.to_str().unwrap().to_owned());
        (answer.status(), header, answer.text().await.unwrap())
    };
    let part = |status, header: &str, text: &str| (status, Some(header.to_owned()), text.to_owned());
    assert_eq!(
        range("bytes=2-4").await,
        part(StatusCode::PARTIAL_CONTENT, "bytes 2-4/10", "234")
    );
    assert_eq!(
        range("bytes=7-").await,
        part(StatusCode::PARTIAL_CONTENT, "bytes 7-9/10", "789")
    );
    assert_eq!(
        range("bytes=-3").await,
        part(StatusCode::PARTIAL_CONTENT, "bytes 7-9/10", "789")
    );
    assert_eq!(
        range("bytes=-99").await,
        part(StatusCode::PARTIAL_CONTENT, "bytes 0-9/10", "0123456789")
    );
    assert_eq!(range("bytes=10-").await.0, StatusCode::RANGE_NOT_SATISFIABLE);
}

#[tokio::test]
async fn a_download_can_carry_another_name() {
    let storage = Storage::start().await;
    storage.upload("report", "application/pdf", b"%PDF-1.7").await;
    let get = storage.client.get_object().bucket("media").key("report");
    let link = get
        .response_content_disposition("attachment; filename=\"cv.pdf\"")
        .presigned(minutes(1))
        .await
        .unwrap();
    let answer = storage.send(&link).send().await.unwrap();
    assert_eq!(
        answer.headers()["content-disposition"],
        "attachment; filename=\"cv.pdf\""
    );
    assert_eq!(answer.headers()["content-type"], "application/pdf");
}

#[tokio::test]
async fn an_object_is_copied_whole_and_removed_without_a_trace() {
    let storage = Storage::start().await;
    storage.upload("uploads/a/1", "image/png", PNG).await;
    let copy = storage
        .client
        .copy_object()
        .bucket("media")
        .key("kept/1")
        .copy_source("media/uploads/a/1");
    copy.send().await.unwrap();
    let head = storage
        .client
        .head_object()
        .bucket("media")
        .key("kept/1")
        .send()
        .await
        .unwrap();
    assert_eq!(head.content_type(), Some("image/png"));

    let copy = storage
        .client
        .copy_object()
        .bucket("media")
        .key("kept/1")
        .copy_source("media/uploads/a/1");
    let copy = copy
        .metadata_directive(MetadataDirective::Replace)
        .content_type("image/webp");
    copy.send().await.unwrap();
    let answer = storage.download("kept/1").await;
    assert_eq!(answer.headers()["content-type"], "image/webp");
    assert_eq!(answer.bytes().await.unwrap(), PNG);

    let missing = storage
        .client
        .copy_object()
        .bucket("media")
        .key("kept/2")
        .copy_source("media/nothing");
    assert_eq!(code(missing.send().await.unwrap_err()), "NoSuchKey");

    let listed = storage
        .client
        .list_objects_v2()
        .bucket("media")
        .prefix("uploads/")
        .send()
        .await
        .unwrap();
    let keys: Vec<_> = listed
        .contents()
        .iter()
        .filter_map(|object| object.key())
        .collect();
    assert_eq!(keys, ["uploads/a/1"]);

    for _ in 0..2 {
        // Asked twice, the same answer.
        storage
            .client
            .delete_object()
            .bucket("media")
            .key("uploads/a/1")
            .send()
            .await
            .unwrap();
    }
    let all = Delete::builder()
        .objects(ObjectIdentifier::builder().key("kept/1").build().unwrap())
        .build()
        .unwrap();
    let deleted = storage
        .client
        .delete_objects()
        .bucket("media")
        .delete(all)
        .send()
        .await
        .unwrap();
    assert_eq!(deleted.deleted().len(), 1);
    assert_eq!(storage.download("kept/1").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(storage.files(), ["incoming", "media"]);
}

#[tokio::test]
async fn bytes_that_do_not_match_their_checksum_are_not_kept() {
    let storage = Storage::start().await;
    let put = storage.client.put_object().bucket("media").key("damaged");
    let put = put.checksum_crc32("AAAAAA==").body(ByteStream::from_static(PNG));
    assert_eq!(code(put.send().await.unwrap_err()), "BadDigest");
    assert_eq!(storage.files(), ["incoming", "media"]);

    // And a client's own checksums are accepted.
    let put = storage
        .client
        .put_object()
        .bucket("media")
        .key("whole")
        .body(ByteStream::from_static(PNG));
    put.send().await.unwrap();
    assert_eq!(
        storage.download("whole").await.headers()["content-type"],
        "application/octet-stream"
    );
}
