//! Runs the edge as a process of its own.

use chassis::config::Environment;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    edge::run(&Environment::of_process()).await
}
