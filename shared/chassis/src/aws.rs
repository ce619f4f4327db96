//! How AWS is reached: region, credentials, `AWS_ENDPOINT_URL` and all else that AWS's own tools read from the environment.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

/// As this process's environment says. Nothing is connected before the first use.
pub async fn means() -> SdkConfig {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http)
        .load()
        .await
}
