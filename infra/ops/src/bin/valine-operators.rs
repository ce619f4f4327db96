//! The operators' functions on AWS, `lambda-migrate` and `lambda-ops`: what `valine` can without a machine of its own, and nothing of what
//! needs one.

use ops::aws;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    aws::start().await
}
