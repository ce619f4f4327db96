//! Answers of a function as API Gateway gives them to whoever asked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::lambda::Function;
use testkit::lambda::requests::Asked;

pub(crate) struct Answer {
    pub(crate) status: u64,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) is_base64: bool,
    body: Vec<u8>,
}

impl Answer {
    pub(crate) fn of(answer: &Value) -> Self {
        let headers = answer["multiValueHeaders"].as_object().unwrap().iter();
        let headers = headers.map(|(name, values)| {
            let last = values.as_array().unwrap().last().unwrap();
            (name.clone(), last.as_str().unwrap().to_owned())
        });
        let (body, is_base64) = (&answer["body"], answer["isBase64Encoded"] == true);
        let body = body.as_str().unwrap_or_default();
        Self {
            status: answer["statusCode"].as_u64().unwrap(),
            headers: headers.collect(),
            is_base64,
            body: if is_base64 {
                STANDARD.decode(body).unwrap()
            } else {
                body.as_bytes().to_vec()
            },
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.text()))
    }

    /// The code of a refusal, after a look at its shape.
    pub(crate) fn refused(&self) -> String {
        let said = self.json();
        let status = StatusCode::from_u16(u16::try_from(self.status).unwrap()).unwrap();
        assert_eq!(said["error"], status.canonical_reason().unwrap(), "{said}");
        assert_eq!(said["requestId"], self.header("x-request-id").unwrap(), "{said}");
        assert!(said["message"].is_string(), "{said}");
        said["code"].as_str().unwrap().to_owned()
    }
}

/// What the function answers after the authorizer has said from where somebody asks.
pub(crate) async fn ask(function: &Function, asked: &Asked) -> Answer {
    let event = asked.to_function(&json!({ "client": "203.0.113.7" }));
    Answer::of(&function.answers(event).await)
}
