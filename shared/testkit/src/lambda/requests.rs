//! Events as API Gateway and SQS make them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use uuid::Uuid;

/// What somebody asks of API Gateway (REST).
#[derive(Clone, Debug)]
pub struct Asked {
    /// What API Gateway calls it.
    pub id: Uuid,
    /// Its method.
    pub method: String,
    /// Its address.
    pub path: String,
    /// The address that API Gateway has found for it.
    pub resource: String,
    /// Parameters of its query.
    pub query: Vec<(String, String)>,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Option<Vec<u8>>,
}

impl Asked {
    /// A question without a body.
    #[must_use]
    pub fn get(path: &str) -> Self {
        Self {
            id: Uuid::now_v7(),
            method: "GET".to_owned(),
            path: path.to_owned(),
            resource: "/{proxy+}".to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// A write.
    #[must_use]
    pub fn post(path: &str, body: Value) -> Self {
        Self {
            method: "POST".to_owned(),
            body: Some(body.to_string().into_bytes()),
            ..Self::get(path)
        }
        .with("Content-Type", "application/json")
    }

    /// At this address of API Gateway's.
    #[must_use]
    pub fn at(mut self, resource: impl Into<String>) -> Self {
        self.resource = resource.into();
        self
    }

    /// By this method.
    #[must_use]
    pub fn by(mut self, method: impl Into<String>) -> Self {
        self.method = method.into();
        self
    }

    /// With a header.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// With a parameter of the query.
    #[must_use]
    pub fn asking(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    fn pairs(pairs: &[(String, String)]) -> (Value, Value) {
        let (mut last, mut all) = (json!({}), json!({}));
        for (name, value) in pairs {
            last[name] = json!(value);
            if all[name].is_null() {
                all[name] = json!([]);
            }
            if let Some(values) = all[name].as_array_mut() {
                values.push(json!(value));
            }
        }
        (last, all)
    }

    fn common(&self) -> Value {
        let (headers, all_headers) = Self::pairs(&self.headers);
        let (query, all_query) = Self::pairs(&self.query);
        json!({
            "resource": self.resource,
            "path": self.path,
            "httpMethod": self.method,
            "headers": headers,
            "multiValueHeaders": all_headers,
            "queryStringParameters": if self.query.is_empty() { Value::Null } else { query },
            "multiValueQueryStringParameters": if self.query.is_empty() { Value::Null } else { all_query },
            "pathParameters": { "proxy": self.path.trim_start_matches('/') },
            "stageVariables": null,
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "joint",
                "domainName": "joint.execute-api.us-east-1.amazonaws.com",
                "httpMethod": self.method,
                "identity": { "sourceIp": "130.176.1.1", "userAgent": "test" },
                "path": format!("/live{}", self.path),
                "protocol": "HTTP/1.1",
                "requestId": self.id,
                "requestTimeEpoch": 1_770_000_000_000_u64,
                "resourceId": "abc123",
                "resourcePath": self.resource,
                "stage": "live",
            },
        })
    }

    /// As the authorizer is told of it.
    #[must_use]
    pub fn to_authorizer(&self) -> Value {
        let mut event = self.common();
        event["type"] = json!("REQUEST");
        event["methodArn"] = json!(format!(
            "arn:aws:execute-api:us-east-1:000000000000:joint/live/{}{}",
            self.method, self.path
        ));
        event
    }

    /// As a function is told of it, with what the authorizer has said (`context`).
    #[must_use]
    pub fn to_function(&self, context: &Value) -> Value {
        let mut event = self.common();
        event["body"] = self.body.as_ref().map(|body| STANDARD.encode(body)).into();
        event["isBase64Encoded"] = json!(self.body.is_some());
        let mut authorizer = context.clone();
        authorizer["principalId"] = json!("somebody");
        authorizer["integrationLatency"] = json!(4);
        event["requestContext"]["authorizer"] = authorizer;
        event
    }
}

/// A batch of a queue, each message with its id and its body.
#[must_use]
pub fn batch(messages: &[(&str, String)]) -> Value {
    let record = |(id, body): &(&str, String)| {
        json!({
            "messageId": id,
            "receiptHandle": format!("receipt of {id}"),
            "body": body,
            "attributes": {
                "ApproximateReceiveCount": "2",
                "SentTimestamp": "1770000000000",
                "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                "ApproximateFirstReceiveTimestamp": "1770000000001",
            },
            "messageAttributes": {},
            "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:joint-flawed",
            "awsRegion": "us-east-1",
        })
    };
    json!({ "Records": messages.iter().map(record).collect::<Vec<_>>() })
}
