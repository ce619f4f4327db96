//! Runs identity as a process of its own.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    chassis::process::run(
        identity::MANIFEST.name,
        identity::Settings::read,
        |config, settings, _| identity::service(config, settings),
    )
    .await
}
