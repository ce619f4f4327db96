//! What is kept in AWS Secrets Manager: where a variable is called `X_ARN` and names a secret, the value of `X` is what the secret
//! holds, read once when a process starts. A secret that holds nothing counts as not set.

use crate::aws;
use crate::config::Environment;
use anyhow::Context;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::Builder;
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use futures::future::try_join_all;
use std::time::Duration;

/// How a variable is called that names a secret, and how the secret itself is.
const SUFFIX: &str = "_ARN";

/// How every secret's ARN begins; the partition stands between.
const ARN: (&str, &str) = ("arn:", ":secretsmanager:");

/// Which content of a secret: what was put into it last, or what that took the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// The last.
    Current,
    /// The one before, as long as nothing else was put in.
    Previous,
}

impl Version {
    /// As Secrets Manager calls it.
    fn stage(self) -> &'static str {
        match self {
            Self::Current => "AWSCURRENT",
            Self::Previous => "AWSPREVIOUS",
        }
    }
}

/// For one secret, with repetitions.
const LIMIT: Duration = Duration::from_secs(8);

/// The environment with what is kept.
///
/// # Errors
/// When Secrets Manager cannot be asked, or does not give one of them.
pub async fn resolved(environment: Environment) -> anyhow::Result<Environment> {
    let named: Vec<_> = environment
        .variables()
        .filter_map(|(name, value)| Some((name.strip_suffix(SUFFIX)?.to_owned(), value.to_owned())))
        .filter(|(_, arn)| arn.starts_with(ARN.0) && arn.contains(ARN.1))
        .collect();
    if named.is_empty() {
        return Ok(environment);
    }
    let client = client().await;
    let values = named.into_iter().map(async |(name, arn)| {
        let value = read(&client, &arn, Version::Current).await;
        let value = value.with_context(|| format!("{name}{SUFFIX}"))?;
        anyhow::Ok((name, value))
    });
    let values = try_join_all(values).await?;
    Ok(values
        .into_iter()
        .fold(environment, |environment, (name, value)| match value {
            Some(value) => environment.with(&name, value),
            None => environment,
        }))
}

/// A content of one secret; nothing where it holds none.
///
/// # Errors
/// When Secrets Manager does not say.
pub async fn value(arn: &str, version: Version) -> anyhow::Result<Option<String>> {
    // What the SDK does meanwhile is large, and is not carried around by those who ask for something else.
    Box::pin(async { read(&client().await, arn, version).await }).await
}

/// The content of these, in the same order.
///
/// # Errors
/// When Secrets Manager does not give one of them; the message names it.
pub async fn values(arns: &[String]) -> anyhow::Result<Vec<Option<String>>> {
    let client = client().await;
    let mut values = Vec::with_capacity(arns.len());
    for arn in arns {
        values.push(
            read(&client, arn, Version::Current)
                .await
                .with_context(|| arn.clone())?,
        );
    }
    Ok(values)
}

/// Puts this into a secret; what it held before is the version before.
///
/// # Errors
/// When Secrets Manager does not take it.
pub async fn put(arn: &str, value: &str) -> anyhow::Result<()> {
    let asked = client()
        .await
        .put_secret_value()
        .secret_id(arn)
        .secret_string(value);
    match asked.send().await {
        Ok(_version) => Ok(()),
        Err(error) => {
            Err(anyhow::anyhow!("{}", DisplayErrorContext(error))).context("a secret cannot be written")
        }
    }
}

async fn client() -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_timeout(LIMIT)
        .build();
    let means = aws::means().await;
    Client::from_conf(Builder::from(&means).timeout_config(timeouts).build())
}

async fn read(client: &Client, arn: &str, version: Version) -> anyhow::Result<Option<String>> {
    let asked = client
        .get_secret_value()
        .secret_id(arn)
        .version_stage(version.stage())
        .send()
        .await;
    match asked {
        Ok(answer) => Ok(answer.secret_string.filter(|value| !value.trim().is_empty())),
        // Nothing was ever put into it.
        Err(error)
            if error
                .as_service_error()
                .is_some_and(|error| error.is_resource_not_found_exception()) =>
        {
            Ok(None)
        }
        Err(error) => {
            Err(anyhow::anyhow!("{}", DisplayErrorContext(error))).context("a secret cannot be read")
        }
    }
}
