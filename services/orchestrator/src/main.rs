//! Runs orchestrator as a process of its own.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    chassis::process::run(
        "orchestrator",
        |_| (),
        |config, (), transport| {
            orchestrator::service(config, orchestrator::Watched::everything(transport.clone()))
        },
    )
    .await
}
