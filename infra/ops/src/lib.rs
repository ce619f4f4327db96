//! The one place that knows every service: composition root and the valine command line.

pub mod aws;
pub mod backup;
pub mod cli;
pub mod doctor;
mod installation;
pub mod mailbox;
pub mod manifests;
pub mod migrate;
pub mod network;
pub mod openapi;
pub mod operators;
pub mod output;
pub mod seed;
pub mod templates;
pub mod up;

pub use installation::Installation;

/// The chassis' error, for a tool: a refusal's words, or the whole chain of causes.
pub fn into_anyhow(error: chassis::Error) -> anyhow::Error {
    match error {
        chassis::Error::Refused(refusal) => anyhow::anyhow!("{}", refusal.message),
        chassis::Error::Failed(error) => error,
    }
}
