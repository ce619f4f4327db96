//! Every service, and the edge before them, as functions of Lambda, behind what CloudFront and API Gateway do: an address is
//! found among those of the API's description, the authorizer says who asks, and the function of the address's owner answers.

use crate::TestNetwork;
use crate::processes::{Variables, common, hex_of, program, subscribe_all, variables};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chassis::config::Environment;
use chassis::{Seal, Secrets};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use testkit::lambda::requests::Asked;
use testkit::lambda::{Cloud, Function, Outcome};
use testkit::witness;
use url::form_urlencoded;

/// The name of the stage.
const STAGE: &str = "joint-test";

/// Who answers what is nobody's.
const EDGE: &str = "edge";

/// Largest body that passes.
const LARGEST: usize = 10 * 1024 * 1024;

/// The functions.
pub(crate) struct Functions {
    /// They ask each other by it.
    _cloud: Cloud,
    authorizer: Arc<Function>,
    /// Those that answer requests, by who they belong to.
    answering: BTreeMap<String, Arc<Function>>,
    /// The addresses that API Gateway knows.
    addresses: Vec<String>,
    origin_key: String,
}

impl Functions {
    /// Starts them before the database and the storage of this network.
    pub(crate) async fn start(network: &TestNetwork) -> Arc<Self> {
        let services = network.network.services();
        subscribe_all(network, &services).await;
        let key = Secrets::random().key("edge");
        let origin_key = Secrets::random().to_hex();
        witness().learn("the edge's key", &hex_of(&key));
        witness().learn("the origin key", &origin_key);
        let (seal, cloud) = (Seal::new(key), Cloud::start().await);
        let (mut answering, mut ready) = (BTreeMap::new(), Vec::new());
        for service in &services {
            let mut told = variables(network, service, 0, &seal, &Environment::default());
            told.insert("RUN_AS".to_owned(), "lambda-http".to_owned());
            let function = Arc::new(start(network, service.name, service.name, &told).await);
            answering.insert(service.name.to_owned(), function.clone());
            let name = format!("{STAGE}-{}-http", service.name);
            ready.push(cloud.runs(&name, &function));
        }
        let mut told = common(network, 0);
        told.extend(cloud.variables());
        let identity = ready.iter().find(|arn| arn.contains("-identity-"));
        let operator_key = network.settings.operator_key.clone().unwrap_or_default();
        for (name, value) in [
            ("STAGE", STAGE.to_owned()),
            (
                "EDGE_SIGNING_KEY_ARN",
                cloud.keep("edge-signing-key", &hex_of(&key)),
            ),
            ("OPERATOR_KEY_ARN", cloud.keep("operator-key", &operator_key)),
            ("ORIGIN_KEY_ARN", cloud.keep("origin-key", &origin_key)),
            ("IDENTITY_FUNCTION", identity.cloned().unwrap_or_default()),
            ("READY_FUNCTIONS", ready.join(",")),
        ] {
            told.insert(name.to_owned(), value);
        }
        told.insert("RUN_AS".to_owned(), "lambda-http".to_owned());
        let own = Arc::new(start(network, EDGE, "edge-http", &told).await);
        answering.insert(EDGE.to_owned(), own);
        told.insert("RUN_AS".to_owned(), "lambda-authorizer".to_owned());
        let authorizer = Arc::new(start(network, EDGE, "edge-authorizer", &told).await);
        let document = ops::templates::described().expect("the API is described");
        let paths = document["paths"].as_object().into_iter().flatten();
        Arc::new(Self {
            _cloud: cloud,
            authorizer,
            answering,
            addresses: paths.map(|(address, _)| address.clone()).collect(),
            origin_key,
        })
    }

    /// What leads to them.
    pub(crate) fn door(self: &Arc<Self>) -> Router {
        let functions = self.clone();
        Router::new().fallback(move |request: Request| {
            let functions = functions.clone();
            async move { functions.pass(request).await }
        })
    }

    /// Looks at what they logged.
    pub(crate) fn look(&self) {
        for function in self.answering.values().chain([&self.authorizer]) {
            witness().log(&function.logged());
        }
    }

    async fn pass(&self, request: Request) -> Response {
        let asked = self.through_cloudfront(request).await;
        let address = self.found(&asked.path);
        let owner = match address {
            Some(address) if asked.method != Method::OPTIONS.as_str() => edge::owner_of(address),
            _ => None,
        };
        let asked = match address {
            Some(address) => asked.at(address),
            None => asked,
        };
        let context = match self.authorizer.invoke(asked.to_authorizer()).await {
            Outcome::Answered(said) if is_allowed(&said) => said["context"].clone(),
            Outcome::Answered(_) => return refusal(StatusCode::FORBIDDEN, "FORBIDDEN", &asked),
            Outcome::Failed(_) => return refusal(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", &asked),
        };
        let function = &self.answering[owner.unwrap_or(EDGE)];
        match function.invoke(asked.to_function(&context)).await {
            Outcome::Answered(answer) => response(&answer),
            Outcome::Failed(_) => refusal(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", &asked),
        }
    }

    async fn through_cloudfront(&self, request: Request) -> Asked {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, LARGEST).await.expect("a body");
        let mut asked = Asked::get(parts.uri.path()).by(parts.method.as_str());
        let query = parts.uri.query().unwrap_or_default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            asked = asked.asking(name, value);
        }
        for (name, value) in &parts.headers {
            asked = asked.with(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
        }
        asked.body = (!body.is_empty()).then(|| body.to_vec());
        asked
            .with("X-Valine-Origin", &self.origin_key)
            .with("X-Forwarded-For", "127.0.0.1, 130.176.1.1")
    }

    /// The address that is meant: what is written out goes before what may be anything.
    fn found(&self, path: &str) -> Option<&str> {
        let fitting = self.addresses.iter().filter(|address| {
            let (wanted, given) = (address.split('/'), path.split('/'));
            wanted.clone().count() == given.clone().count()
                && wanted
                    .zip(given)
                    .all(|(wanted, given)| wanted == given || wanted.starts_with('{'))
        });
        fitting
            .min_by_key(|address| address.matches('{').count())
            .map(String::as_str)
    }
}

async fn start(network: &TestNetwork, program_of: &str, name: &str, told: &Variables) -> Function {
    Function::start(&program(program_of), name, network.folder(), told).await
}

fn is_allowed(said: &Value) -> bool {
    said["policyDocument"]["Statement"][0]["Effect"] == "Allow"
}

fn refusal(status: StatusCode, code: &str, asked: &Asked) -> Response {
    let error = status.canonical_reason();
    let body =
        json!({ "error": error, "message": "API Gateway says no", "code": code, "requestId": asked.id });
    (status, axum::Json(body)).into_response()
}

fn response(answer: &Value) -> Response {
    let body = answer["body"].as_str().unwrap_or_default();
    let body = match answer["isBase64Encoded"].as_bool() {
        Some(true) => STANDARD.decode(body).expect("base64"),
        _ => body.as_bytes().to_vec(),
    };
    let mut response = Response::new(Body::from(body));
    let status = answer["statusCode"]
        .as_u64()
        .and_then(|status| u16::try_from(status).ok());
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    *response.status_mut() = status.unwrap_or_else(|| panic!("no answer of a function: {answer}"));
    for (name, values) in answer["multiValueHeaders"].as_object().into_iter().flatten() {
        for value in values.as_array().into_iter().flatten() {
            let value = value.as_str().and_then(|value| HeaderValue::try_from(value).ok());
            response.headers_mut().append(
                HeaderName::try_from(name).expect("a header"),
                value.expect("a header's value"),
            );
        }
    }
    response
}
