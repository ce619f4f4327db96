//! The edge's two functions on AWS, where API Gateway stands in the place of the edge's process: one says of every request who
//! asks (`RUN_AS=lambda-authorizer`), the other answers what belongs to no service (`RUN_AS=lambda-http`).

mod authorizer;
mod function;
mod origin;

pub use function::Function;

use crate::config::Config;
use crate::upstream::{Upstream, Upstreams};
use crate::web_app;
use anyhow::Context;
use authorizer::Authorizer;
use chassis::config::Reader;
use chassis::process::{Common, lambda};
use origin::OriginKey;
use std::path::PathBuf;

/// Answers what belongs to no service.
pub(crate) async fn answer(
    mut reader: Reader<'_>,
    common: &Common,
    config: Option<Config>,
) -> anyhow::Result<()> {
    let functions = functions(&mut reader);
    let folder: Option<PathBuf> = reader.optional(
        "LAMBDA_TASK_ROOT",
        "where the zip lies unpacked; the API's reference is in its folder docs",
    );
    reader.finish()?;
    let config = config.context("the configuration is not usable")?;
    common.start_telemetry()?;
    let client = function::client().await;
    let mut upstreams = Upstreams::behind_api_gateway();
    for (service, arn) in functions {
        upstreams = upstreams.with(&service, Upstream::Function(Function::new(&client, arn)));
    }
    let folder = folder.unwrap_or_default().join("docs");
    match web_app::docs(&folder)? {
        Some(docs) => upstreams = upstreams.outside(docs),
        None => tracing::warn!("the zip holds no reference of the API, so nothing is at /docs"),
    }
    lambda::answer_by(crate::router(config, upstreams)?).await
}

/// Says of every request who asks.
pub(crate) async fn authorize(
    mut reader: Reader<'_>,
    common: &Common,
    config: Option<Config>,
) -> anyhow::Result<()> {
    let origin = OriginKey::read(&mut reader);
    let identity = reader.required(
        "IDENTITY_FUNCTION",
        "the function of identity, which knows whether a session lives",
    );
    reader.finish()?;
    let (Some(config), Some(identity)) = (config, identity) else {
        anyhow::bail!("the configuration is not usable");
    };
    common.start_telemetry()?;
    let identity = Function::new(&function::client().await, identity);
    Authorizer::new(config, origin, identity).run().await
}

/// The functions of all services, by the services' names.
fn functions(reader: &mut Reader<'_>) -> Vec<(String, String)> {
    let stage: Option<String> = reader.required("STAGE", "what the names of all functions begin with");
    let arns: Vec<String> = reader.list(
        "READY_FUNCTIONS",
        "the functions of all services, which /ready asks, comma-separated",
    );
    if arns.is_empty() {
        reader.problem("READY_FUNCTIONS is not set: the functions of all services, which /ready asks");
    }
    let mut functions = Vec::new();
    for arn in arns {
        match service_of(&arn, stage.as_deref().unwrap_or_default()) {
            Some(service) => functions.push((service.to_owned(), arn)),
            None => reader.problem("READY_FUNCTIONS names what is no function STAGE-SERVICE-http"),
        }
    }
    functions
}

/// `arn:aws:lambda:REGION:ACCOUNT:function:STAGE-SERVICE-http:ALIAS`.
fn service_of<'a>(arn: &'a str, stage: &str) -> Option<&'a str> {
    let name = arn.split(':').nth(6)?;
    name.strip_prefix(stage)?.strip_prefix('-')?.strip_suffix("-http")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chassis::config::Environment;

    #[test]
    fn a_function_is_its_services() {
        let arn = |name: &str| format!("arn:aws:lambda:us-east-1:000000000000:function:{name}:live");
        let told = [arn("joint-dev-social-graph-http"), arn("joint-dev-media-http")];
        let told = Environment::default()
            .with("STAGE", "joint-dev")
            .with("READY_FUNCTIONS", told.join(","));
        let mut reader = told.read();
        let names: Vec<_> = functions(&mut reader).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["social-graph", "media"]);
        reader.finish().unwrap();

        for wrong in ["joint-prod-media-http", "joint-dev-media-relay", "media"] {
            let told = told.clone().with("READY_FUNCTIONS", arn(wrong));
            let mut reader = told.read();
            assert!(functions(&mut reader).is_empty(), "{wrong}");
            assert!(reader.finish().is_err(), "{wrong}");
        }
        let told = Environment::default();
        let mut reader = told.read();
        functions(&mut reader);
        let problems = reader.finish().unwrap_err().to_string();
        assert!(
            problems.contains("STAGE is not set") && problems.contains("READY_FUNCTIONS is not set"),
            "{problems}"
        );
    }
}
