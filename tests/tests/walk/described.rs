//! Every answer is one that the document describes: its status is named, and its body has the shape that is said.

use crate::contract::{assert_nothing, brief};
use crate::document::{Place, operations};
use crate::fill::{self, Ask, Filler};
use crate::world::World;
use end_to_end::TestNetwork;
use http::{Method, StatusCode};
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::HashMap;
use testkit::Answer;

/// The document, asked about answers.
pub(crate) struct Described {
    document: Value,
    validators: HashMap<String, Validator>,
}

impl Described {
    /// That of a network.
    pub(crate) async fn of(network: &TestNetwork) -> Self {
        Self {
            document: network.nobody().get("/openapi.json").await.expect(200),
            validators: HashMap::new(),
        }
    }

    /// What is wrong with an answer to this operation, if anything is.
    pub(crate) fn fault(
        &mut self,
        method: &Method,
        path: &str,
        status: StatusCode,
        text: &str,
        json: &Value,
    ) -> Option<String> {
        let status = status.as_u16();
        let responses = &self.document["paths"][path][method.as_str().to_lowercase()]["responses"];
        let Some(response) = responses.get(status.to_string()) else {
            return Some(format!("{status} is not described"));
        };
        let response = match response["$ref"].as_str() {
            Some(name) => self
                .document
                .pointer(name.trim_start_matches('#'))
                .expect("a shared answer"),
            None => response,
        };
        let Some(schema) = response.pointer("/content/application~1json/schema") else {
            return (!text.is_empty()).then(|| "it has a body, and none is described".to_owned());
        };
        let key = schema.to_string();
        if !self.validators.contains_key(&key) {
            let whole = json!({ "allOf": [schema], "components": self.document["components"] });
            let validator = jsonschema::options().should_validate_formats(true).build(&whole);
            self.validators
                .insert(key.clone(), validator.expect("a JSON Schema"));
        }
        let faults = self.validators[&key].iter_errors(json);
        let faults: Vec<_> = faults
            .map(|fault| format!("{} at {}", fault, fault.instance_path()))
            .collect();
        (!faults.is_empty()).then(|| faults.join("; "))
    }
}

/// Reads that are for nobody to keep: who is logged in, what secrets and sessions there are, files behind an address that ends soon,
/// and what moderators and admins see.
const NOT_KEPT: [&str; 8] = [
    "/api/admin/",
    "/api/auth/account/",
    "/api/auth/me",
    "/api/auth/security-log",
    "/api/auth/sessions",
    "/api/media/{id}/content",
    "/api/media/{id}/download",
    "/api/moderation/",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_read_may_be_kept_but_those_that_are_for_nobody_to_keep() {
    let world = World::build().await;
    let described = Described::of(&world.network).await;
    let mut found = Vec::new();
    for operation in operations(&world.network).await {
        if operation.method != Method::GET {
            continue;
        }
        let is_kept = !described.document["paths"][&operation.path]["get"]["responses"]["304"].is_null();
        let is_listed = NOT_KEPT
            .iter()
            .any(|beginning| operation.path.starts_with(beginning));
        if is_kept == is_listed {
            found.push(format!("{}: kept {is_kept}, listed {is_listed}", operation.path));
        }
    }
    assert_nothing(&found, "reads that may be kept, or not, against the list");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_one_that_the_document_describes() {
    let world = World::build().await;
    let mut described = Described::of(&world.network).await;
    let stranger = world.network.sign_up("stranger").await.client;
    let (owned, foreign) = (Filler::owner(&world), Filler::stranger(&world));
    let (mut found, mut spared) = (Vec::new(), 0);
    for operation in operations(&world.network).await {
        let at = |ask: &Ask| format!("{ask}");
        let mut look = |ask: &Ask, answer: &Answer| {
            let (status, text) = (answer.status, &answer.text);
            let fault = described.fault(&operation.method, &operation.path, status, text, &answer.json);
            if let Some(fault) = fault {
                found.push(format!("{}: {fault}: {}", at(ask), brief(answer)));
            }
        };
        for ask in foreign.requests(&operation) {
            for client in [&stranger, &world.network.nobody()] {
                look(&ask, &fill::send(client, &ask).await);
            }
        }
        for ask in owned.requests(&operation) {
            let ada = world.ada_anew().await;
            if operation.method == Method::GET {
                let kept = ada.with("if-none-match", "*");
                let answer = fill::send(&kept, &ask).await;
                spared += usize::from(answer.status == 304);
                look(&ask, &answer);
            }
            if operation.parameters_in(Place::Header).next().is_some() {
                // The same key for another request, too.
                let keyed = ada.with("idempotency-key", &operation.name());
                look(&ask, &fill::send(&keyed, &ask).await);
            }
            look(&ask, &fill::send(&ada, &ask).await);
            let wrong = Ask {
                body: ask.body.as_ref().map(|_| json!([])),
                ..ask.clone()
            };
            look(&wrong, &fill::send(&ada, &wrong).await);
        }
    }
    assert!(spared >= 10, "only {spared} answers were ones that had been kept");
    assert_nothing(&found, "answers that the document does not describe");
}
