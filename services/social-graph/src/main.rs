//! Runs social-graph as a process of its own.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    chassis::process::run(
        social_graph::MANIFEST.name,
        |_| (),
        |config, (), _| social_graph::service(config),
    )
    .await
}
