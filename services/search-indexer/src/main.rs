//! Runs search-indexer as a process of its own.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    chassis::process::run(
        search_indexer::MANIFEST.name,
        |_| (),
        |config, (), _| search_indexer::service(config),
    )
    .await
}
