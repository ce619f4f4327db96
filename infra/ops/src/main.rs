//! The `valine` command line, which is also the operators' functions on AWS.

use ops::cli;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    cli::start().await
}
