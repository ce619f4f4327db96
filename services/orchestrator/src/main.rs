//! Runs orchestrator as a process of its own.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    chassis::process::run(
        orchestrator::MANIFEST.name,
        orchestrator::Settings::read,
        |config, settings, transport| {
            let watched = orchestrator::Watched::everything(transport.clone());
            orchestrator::service(config, &settings, watched)
        },
    )
    .await
}
