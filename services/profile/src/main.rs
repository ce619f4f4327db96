//! Runs profile as a process of its own.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    chassis::process::run(
        profile::MANIFEST.name,
        |_| (),
        |config, (), _| profile::service(config),
    )
    .await
}
