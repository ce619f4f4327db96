//! Runs content as a process of its own.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    chassis::process::run(
        content::MANIFEST.name,
        content::Settings::read,
        |config, settings, _| content::service_with(config, settings),
    )
    .await
}
