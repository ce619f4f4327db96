//! The service of the spine's tests as a program, so that tests can start it as a function of Lambda.

#[expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "it fails and panics when it is asked to"
)]
#[path = "../tests/spine/things.rs"]
mod things;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    chassis::process::run("identity", |_| (), |config, (), _| things::service(config)).await
}
