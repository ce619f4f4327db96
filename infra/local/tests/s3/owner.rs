//! What the one who runs the storage can rely on.

use super::*;

#[tokio::test]
async fn a_restart_keeps_objects_keys_and_links() {
    let storage = Storage::start().await;
    storage.upload("kept", "image/png", PNG).await;
    let link = storage.download_link("kept").await;
    let secret = storage.s3.secret_key.clone();
    // What a killed process leaves: an upload under way, and attributes without their object.
    let folder = storage.root.path().join("valine/s3");
    std::fs::write(folder.join("incoming/half"), "x").unwrap();
    std::fs::write(folder.join(".bucket-bWVkaWE.object-Z29uZQ.metadata.json"), "{}").unwrap();

    let storage = storage.restart().await;
    assert_eq!(storage.s3.secret_key, secret);
    assert_eq!(
        storage.send(&link).send().await.unwrap().bytes().await.unwrap(),
        PNG
    );
    let files = storage.files();
    assert!(
        !files
            .iter()
            .any(|file| file.contains("half") || file.contains("Z29uZQ")),
        "{files:?}"
    );
}

#[tokio::test]
async fn secrets_are_closed_to_others_and_never_shown() {
    use std::os::unix::fs::PermissionsExt;
    let storage = Storage::start().await;
    let keys = storage.root.path().join("valine/s3-keys.json");
    assert_eq!(keys.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let folder = storage.root.path().join("valine/s3");
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    assert!(!format!("{:?}", storage.s3).contains(&storage.s3.secret_key));

    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o644)).unwrap();
    storage.stop.cancel();
    storage.s3.stopped().await.unwrap();
    let again = S3::start(
        Options::new(storage.root.path().join("valine")),
        CancellationToken::new(),
    )
    .await;
    let message = format!("{:#}", again.unwrap_err());
    assert!(message.contains("chmod 600"), "{message}");
}

#[tokio::test]
async fn a_folder_and_a_port_have_one_owner() {
    let storage = Storage::start().await;
    let second = S3::start(
        Options::new(storage.root.path().join("valine")),
        CancellationToken::new(),
    )
    .await;
    let message = format!("{:#}", second.unwrap_err());
    assert!(
        message.contains(&format!("in use by process {}", std::process::id())),
        "{message}"
    );

    let elsewhere = tempfile::tempdir().unwrap();
    let taken = storage.s3.endpoint.port();
    let second = S3::start(
        Options {
            port: taken,
            ..Options::new(elsewhere.path())
        },
        CancellationToken::new(),
    )
    .await;
    let message = format!("{:#}", second.unwrap_err());
    assert!(message.contains("is taken"), "{message}");

    let wrong = Options::new(elsewhere.path()).origins(["*"]);
    let message = format!(
        "{:#}",
        S3::start(wrong, CancellationToken::new()).await.unwrap_err()
    );
    assert!(message.contains("is no origin"), "{message}");
}

#[tokio::test]
async fn a_failure_is_logged_with_its_cause_and_without_requests() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("s3s=trace,s3s_fs=trace,local=trace")
        .with_writer(move || writer.clone())
        .finish();
    let _quiet_elsewhere = tracing::subscriber::set_default(subscriber);
    let storage = Storage::start().await;
    assert_eq!(
        storage.upload("members/ann", "image/png", PNG).await,
        StatusCode::OK
    );
    assert_eq!(
        storage.download("members/nobody").await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(log.text(), "");

    let storage_folder = storage.root.path().join("valine/s3");
    std::fs::remove_dir_all(storage_folder.join("media/members")).unwrap();
    std::fs::write(storage_folder.join("media/members"), "a file where a folder was").unwrap();
    assert_eq!(
        storage.upload("members/bea", "image/png", PNG).await,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    let text = log.text();
    assert!(
        text.contains("object storage failed") && text.contains("File exists"),
        "{text}"
    );
    for hidden in ["X-Amz", "bea", storage.s3.secret_key.as_str()] {
        assert!(!text.contains(hidden), "{text}");
    }
}

#[derive(Debug, Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
