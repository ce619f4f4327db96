//! What a presigned link allows, and to whom.

use super::*;

#[tokio::test]
async fn an_upload_link_works_once() {
    let storage = Storage::start().await;
    let link = storage
        .upload_link("once", "image/png", PNG.len(), minutes(15))
        .await;
    assert_eq!(
        storage.send(&link).body(PNG).send().await.unwrap().status(),
        StatusCode::OK
    );
    let other = vec![b'x'; PNG.len()];
    assert_eq!(
        storage.send(&link).body(other).send().await.unwrap().status(),
        StatusCode::PRECONDITION_FAILED
    );
    assert_eq!(storage.download("once").await.bytes().await.unwrap(), PNG);

    // Also when the second is larger than what fits into the sockets between.
    let large = vec![b'x'; 4 * 1024 * 1024];
    assert_eq!(
        storage.upload("once", "image/png", &large).await,
        StatusCode::PRECONDITION_FAILED
    );

    // Also when they come together.
    let link = storage
        .upload_link("race", "image/png", large.len(), minutes(15))
        .await;
    let answers = futures::future::join_all((0..8_u8).map(|number| {
        let body = vec![number; large.len()];
        let request = storage.send(&link).body(body);
        async move { (number, request.send().await.unwrap().status()) }
    }))
    .await;
    let won: Vec<u8> = answers
        .iter()
        .filter(|(_, status)| *status == StatusCode::OK)
        .map(|(number, _)| *number)
        .collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    let others = answers
        .iter()
        .filter(|(_, status)| *status == StatusCode::PRECONDITION_FAILED)
        .count();
    assert_eq!(others, 7, "{answers:?}");
    assert_eq!(
        storage.download("race").await.bytes().await.unwrap(),
        vec![won[0]; large.len()]
    );
    assert!(
        !storage.files().iter().any(|file| file.starts_with("incoming/")),
        "{:?}",
        storage.files()
    );
}

#[tokio::test]
async fn a_link_is_bound_to_key_type_length_and_once() {
    let storage = Storage::start().await;
    let link = storage
        .upload_link("bound", "image/png", PNG.len(), minutes(15))
        .await;
    let put = |uri: &str| {
        storage
            .http
            .put(uri)
            .header("content-type", "image/png")
            .header("if-none-match", "*")
    };
    let refused = async |request: reqwest::RequestBuilder| {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{answer:?}");
        let text = answer.text().await.unwrap();
        assert!(text.contains("<Code>SignatureDoesNotMatch</Code>"), "{text}");
    };
    refused(put(link.uri()).body(&PNG[1..])).await;
    refused(storage.send(&link).header("content-length", "1").body("x")).await;
    refused(
        storage
            .http
            .put(link.uri())
            .header("content-type", "text/html")
            .header("if-none-match", "*")
            .body(PNG),
    )
    .await;
    refused(
        storage
            .http
            .put(link.uri())
            .header("content-type", "image/png")
            .body(PNG),
    )
    .await;
    refused(put(&link.uri().replace("bound", "other")).body(PNG)).await;
    refused(put(&link.uri().replace("X-Amz-Expires=900", "X-Amz-Expires=9000")).body(PNG)).await;
    refused(storage.http.get(link.uri())).await;
    assert_eq!(storage.files(), ["incoming", "media"]);
}

#[tokio::test]
async fn an_expired_link_is_refused() {
    let storage = Storage::start().await;
    let an_hour_ago = SystemTime::now() - Duration::from_secs(3600);
    let expired = PresigningConfig::builder()
        .start_time(an_hour_ago)
        .expires_in(Duration::from_secs(900));
    let link = storage
        .upload_link("late", "image/png", PNG.len(), expired.build().unwrap())
        .await;
    let answer = storage.send(&link).body(PNG).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert!(answer.text().await.unwrap().contains("expired"));
    assert_eq!(storage.files(), ["incoming", "media"]);
}

#[tokio::test]
async fn nobody_gets_in_without_the_keys() {
    let storage = Storage::start().await;
    assert_eq!(storage.upload("mine", "image/png", PNG).await, StatusCode::OK);
    let address = storage.s3.endpoint.join("media/mine").unwrap();
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
        let answer = storage
            .http
            .request(method.clone(), address.clone())
            .body("x")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method}");
    }
    let list = storage
        .http
        .get(storage.s3.endpoint.join("media?list-type=2").unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(list.status(), StatusCode::FORBIDDEN);

    let stranger = client(
        &storage.s3,
        Credentials::new(&storage.s3.access_key, "guessed", None, None, "test"),
    );
    let refused = stranger
        .get_object()
        .bucket("media")
        .key("mine")
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(refused), "SignatureDoesNotMatch");
    assert_eq!(storage.download("mine").await.bytes().await.unwrap(), PNG);
}

#[tokio::test]
async fn keys_stay_inside_the_bucket() {
    let storage = Storage::start().await;
    for key in ["../escaped", "a/../../escaped", "a//b", "folder/", "a/./b"] {
        let put = storage
            .client
            .put_object()
            .bucket("media")
            .key(key)
            .body(ByteStream::from_static(b"x"))
            .send()
            .await;
        let code = code(put.unwrap_err());
        assert!(
            ["InvalidArgument", "SignatureDoesNotMatch"].contains(&code.as_str()),
            "{key}: {code}"
        );
    }
    let long = "k".repeat(151);
    let put = storage
        .client
        .put_object()
        .bucket("media")
        .key(&long)
        .body(ByteStream::from_static(b"x"))
        .send()
        .await;
    assert_eq!(code(put.unwrap_err()), "KeyTooLongError");
    for bucket in ["incoming", "another"] {
        let put = storage
            .client
            .put_object()
            .bucket(bucket)
            .key("x")
            .body(ByteStream::from_static(b"x"))
            .send()
            .await;
        assert_eq!(code(put.unwrap_err()), "NoSuchBucket");
    }
    assert_eq!(storage.files(), ["incoming", "media"]);
    let longest = "k".repeat(150);
    assert_eq!(storage.upload(&longest, "image/png", PNG).await, StatusCode::OK);
    let odd = "a/sp ace+plus ü & more";
    assert_eq!(storage.upload(odd, "image/png", PNG).await, StatusCode::OK);
    assert_eq!(storage.download(odd).await.bytes().await.unwrap(), PNG);
    let folder = storage
        .client
        .head_object()
        .bucket("media")
        .key("a")
        .send()
        .await
        .unwrap_err();
    assert!(folder.into_service_error().is_not_found());
}

#[tokio::test]
async fn only_the_sites_own_pages_may_use_it() {
    let storage = Storage::start().await;
    let address = storage.s3.endpoint.join("media/uploads/1").unwrap();
    let preflight = async |origin: &str| {
        let request = storage
            .http
            .request(Method::OPTIONS, address.clone())
            .header("origin", origin);
        let request = request.header("access-control-request-method", "PUT");
        let request = request.header("access-control-request-headers", "content-type,if-none-match");
        request.send().await.unwrap()
    };
    let answer = preflight(SITE).await;
    assert!(answer.status().is_success(), "{answer:?}");
    assert_eq!(answer.headers()["access-control-allow-origin"], SITE);
    let methods = answer.headers()["access-control-allow-methods"].to_str().unwrap();
    assert!(methods.contains("PUT"), "{methods}");
    let headers = answer.headers()["access-control-allow-headers"].to_str().unwrap();
    assert!(
        headers.contains("content-type") && headers.contains("if-none-match"),
        "{headers}"
    );

    let stranger = preflight("http://evil.example").await;
    assert!(
        !stranger.headers().contains_key("access-control-allow-origin"),
        "{stranger:?}"
    );

    let link = storage
        .upload_link("uploads/1", "image/png", PNG.len(), minutes(15))
        .await;
    let answer = storage
        .send(&link)
        .header("origin", SITE)
        .body(PNG)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], SITE);
    let exposed = answer.headers()["access-control-expose-headers"]
        .to_str()
        .unwrap()
        .to_lowercase();
    assert!(exposed.contains("etag"), "{exposed}");
}
