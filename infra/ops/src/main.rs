//! The `valine` command line.

use ops::cli;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    cli::main_with(std::env::args_os()).await
}
