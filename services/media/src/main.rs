//! Runs media as a process of its own.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    chassis::process::run(
        media::MANIFEST.name,
        |reader| (media::cdn(reader), media::Settings::read(reader)),
        |config, (cdn, settings), _| {
            media::service_with(config, media::Storage::of(config.bucket.clone(), cdn), settings)
        },
    )
    .await
}
