//! Runs the edge as a process of its own, or as one of its functions.

use chassis::process::environment;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    edge::run(&environment().await?).await
}
