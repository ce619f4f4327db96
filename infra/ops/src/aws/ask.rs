//! `valine --aws`: has the operators' function of a stage run the command, and says what it said.

use super::event::{Answered, Asked};
use crate::installation::user;
use crate::output::{self, Said};
use anyhow::{Context, Result, anyhow, bail};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::config::{Builder, ProvideCredentials, StalledStreamProtectionConfig};
use aws_sdk_lambda::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_lambda::operation::invoke::{InvokeError, InvokeOutput};
use aws_sdk_lambda::primitives::Blob;
use clap::ValueEnum;
use serde::Deserialize;
use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

/// Said below the list of commands.
pub(crate) const HELP: &str = "\
On AWS the database can be reached by the stage's own functions only, so one of them is asked to run the command:
  valine --aws prod doctor --deep
  valine --aws staging dead-letters list --json
  valine --function joint-dev-ops:live events explain 0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77

Region and credentials are read from AWS_REGION, AWS_PROFILE and all else that AWS's own tools read. Where these log in by
SSO: eval \"$(aws configure export-credentials --format env)\". Who may ask has the policy joint-STAGE-operator. The answer's exit code is
that of the command; 1 also where it could not be asked.";

/// The longest that the function may take (infra/aws/operations.yaml), and some seconds for the way.
const LIMIT: Duration = Duration::from_secs(915);

/// Whom to ask.
#[derive(Debug, clap::Args)]
pub(crate) struct Whom {
    /// Ask the operators' function of this stage on AWS, instead of this machine
    #[arg(long, global = true, value_name = "STAGE", value_enum)]
    aws: Option<Stage>,
    /// Ask this function on AWS: its name or its ARN, with its alias
    #[arg(long, global = true, value_name = "NAME")]
    function: Option<String>,
}

/// What is deployed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Stage {
    Dev,
    Staging,
    Prod,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dev => "dev",
            Self::Staging => "staging",
            Self::Prod => "prod",
        })
    }
}

impl Whom {
    /// The name of the function; none where this machine is asked. The policy of operators is for its alias.
    ///
    /// # Errors
    /// When it is said twice. (clap sees no conflict where one of them stands behind the command.)
    pub(crate) fn function(&self) -> Result<Option<String>, &'static str> {
        match (self.aws, &self.function) {
            (Some(_), Some(_)) => Err("--aws and --function both say whom to ask; say one of them"),
            (Some(stage), None) => Ok(Some(format!("joint-{stage}-ops:live"))),
            (None, function) => Ok(function.clone()),
        }
    }
}

/// Has the function run the command that was typed here; answers its exit code.
///
/// # Errors
/// When it cannot be asked, or failed itself.
pub(crate) async fn ask(function: &str, typed: &[OsString]) -> Result<u8> {
    let asked = Asked {
        arguments: for_function(typed)?,
        operator: user(),
        columns: output::columns(),
    };
    let client = client().await?;
    let invoked = client
        .invoke()
        .function_name(function)
        .payload(Blob::new(serde_json::to_vec(&asked)?))
        .send()
        .await
        .map_err(|error| refused(function, error))?;
    let answered = answered(function, &invoked)?;
    output::again(&Said {
        data: answered.stdout,
        talk: answered.stderr,
    });
    Ok(answered.code)
}

/// The arguments as the function is given them: without the program's name, and without what says whom to ask or is of this
/// machine.
fn for_function(typed: &[OsString]) -> Result<Vec<String>> {
    let mut arguments = Vec::new();
    let mut typed = typed.iter().skip(1);
    let own = ["--aws", "--function", "--root"];
    while let Some(argument) = typed.next() {
        let argument = argument.to_str().context("arguments have to be text")?;
        if argument == "--" {
            arguments.push(argument.to_owned());
            break;
        }
        if own.contains(&argument) {
            typed.next();
            continue;
        }
        let name = argument.split_once('=').map(|(name, _)| name);
        if !name.is_some_and(|name| own.contains(&name)) {
            arguments.push(argument.to_owned());
        }
    }
    for argument in typed {
        arguments.push(argument.to_str().context("arguments have to be text")?.to_owned());
    }
    Ok(arguments)
}

/// A way to Lambda that asks once: a command that is run twice does twice what it does.
async fn client() -> Result<Client> {
    let means = chassis::aws::means().await;
    if means.region().is_none() {
        bail!("no region is said; set AWS_REGION, or AWS_PROFILE to a profile that has one");
    }
    let provider = means.credentials_provider().context(NO_CREDENTIALS)?;
    let provided = provider.provide_credentials().await;
    provided.map_err(anyhow::Error::new).context(NO_CREDENTIALS)?;
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(10))
        .operation_timeout(LIMIT)
        .build();
    let config = Builder::from(&means)
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        // Nothing comes for as long as the command runs.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    Ok(Client::from_conf(config.build()))
}

const NO_CREDENTIALS: &str = "there are no credentials for AWS; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (valine --help)";

/// Why the function was not run, in an operator's words.
fn refused(function: &str, error: SdkError<InvokeError>) -> anyhow::Error {
    let Some(said) = error.as_service_error() else {
        return anyhow!("{}", DisplayErrorContext(error)).context(format!("{function} cannot be asked"));
    };
    let why = said.message().unwrap_or("without words");
    match said.code().unwrap_or_default() {
        "ResourceNotFoundException" => anyhow!(
            "there is no function {function} in this account and region: is the stage deployed, and AWS_REGION right? ({why})"
        ),
        "AccessDeniedException" => {
            anyhow!("you may not ask {function}; who may has the policy joint-STAGE-operator ({why})")
        }
        "TooManyRequestsException" => {
            anyhow!("{function} runs as many commands as it may; nothing was done, ask again ({why})")
        }
        "ExpiredTokenException" | "UnrecognizedClientException" | "InvalidSignatureException" => {
            anyhow!("AWS does not take these credentials ({why})")
        }
        code => anyhow!("{function} cannot be asked: {code} ({why})"),
    }
}

/// How Lambda tells of a function that failed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    error_type: Option<String>,
    error_message: Option<String>,
}

fn answered(function: &str, invoked: &InvokeOutput) -> Result<Answered> {
    let payload: &[u8] = invoked.payload().map(AsRef::as_ref).unwrap_or_default();
    if invoked.function_error().is_none() {
        return serde_json::from_slice(payload).with_context(|| {
            format!("{function} answers otherwise than the operators' function does; is it that?")
        });
    }
    let failure: Option<Failure> = serde_json::from_slice(payload).ok();
    let (kind, message) = failure.map_or_else(Default::default, |failure| {
        (
            failure.error_type.unwrap_or_default(),
            failure.error_message.unwrap_or_default(),
        )
    });
    match &*kind {
        "Function.ResponseSizeTooLarge" => bail!(
            "the answer of {function} is larger than Lambda hands over (6 MB); what was asked is done. Ask for less of it"
        ),
        "Sandbox.Timedout" => {
            bail!("{function} was cut off, for it took too long; what it did until then stays ({message})")
        }
        _ => bail!("{function} failed: {kind} {message}; its log says more (/joint/joint-STAGE/ops)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_is_given_what_is_not_of_this_machine() {
        let given = |typed: &str| {
            let typed: Vec<_> = typed.split(' ').map(OsString::from).collect();
            for_function(&typed).unwrap().join(" ")
        };
        for typed in [
            "valine --aws prod dead-letters list --json",
            "valine dead-letters --root .here list --aws=prod --json",
            "valine --function joint-dev-ops --root=.here dead-letters list --json",
        ] {
            assert_eq!(given(typed), "dead-letters list --json", "{typed}");
        }
        assert_eq!(
            given("valine --aws dev dead-letters show -- --aws"),
            "dead-letters show -- --aws"
        );
    }
}
