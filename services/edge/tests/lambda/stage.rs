//! The edge's functions, told what `infra/aws/edge.yaml` tells them, and what they ask.

use crate::identity::Identity;
use chassis::session::{SessionKey, SessionToken};
use chassis::{CLIENT_HEADER, Caller, PRINCIPAL_HEADER, Principal, Refusal, Seal, Secrets, Voucher};
use chrono::Utc;
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use testkit::lambda::requests::Asked;
use testkit::lambda::{Cloud, Function, Outcome, Variables, empty};
use testkit::{LOGGED, principal, witness};

/// What CloudFront presents.
pub(crate) const ORIGIN: &str = "origin-key-of-forty-visible-characters-1";

/// The operator's key.
pub(crate) const OPERATOR: &str = "operator-key-of-forty-visible-characters";

/// The name of the stage.
const STAGE: &str = "joint-test";

/// The services that `/ready` asks besides identity.
const OTHERS: [&str; 6] = [
    "profile",
    "content",
    "media",
    "social-graph",
    "search-indexer",
    "orchestrator",
];

pub(crate) struct Stage {
    pub(crate) cloud: Cloud,
    pub(crate) identity: Arc<Identity>,
    pub(crate) seal: Seal,
    pub(crate) folder: TempDir,
    signing_key: String,
    secret: Secrets,
    key: SessionKey,
}

/// Somebody who is logged in.
pub(crate) struct Member {
    pub(crate) principal: Principal,
    pub(crate) cookie: String,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let (signing_key, secret): ([u8; 32], _) = (rand::random(), Secrets::random());
        for (what, value) in [
            ("the edge's key", hex::encode(signing_key).as_str()),
            ("the installation's secret", &secret.to_hex()),
            ("the operator's key", OPERATOR),
            ("the origin key", ORIGIN),
        ] {
            witness().learn(what, value);
        }
        Self {
            cloud: Cloud::start().await,
            identity: Arc::default(),
            seal: Seal::new(signing_key),
            folder: tempfile::tempdir().unwrap(),
            signing_key: hex::encode(signing_key),
            key: SessionKey::new(&secret),
            secret,
        }
    }

    /// What both functions are told.
    pub(crate) fn variables(&self, run_as: &str) -> Variables {
        let mut variables = self.cloud.variables();
        variables.retain(|name, _| name.starts_with("AWS_"));
        let kept = |name: &str, value: &str| self.cloud.keep(name, value);
        let (identity, seal) = (self.identity.clone(), self.seal.clone());
        let name = format!("{STAGE}-identity-http");
        let identity = self
            .cloud
            .function(&name, move |event| identity.clone().call(seal.clone(), event));
        let mut ready = OTHERS.map(|service| self.ready(service, 200)).to_vec();
        ready.push(identity.clone());
        for (name, value) in [
            ("RUN_AS", run_as.to_owned()),
            ("LOG", LOGGED.to_owned()),
            ("STAGE", STAGE.to_owned()),
            ("PUBLIC_URL", "https://joint.example".to_owned()),
            ("ALLOWED_ORIGINS", "https://studio.example".to_owned()),
            ("SECRET_KEY_ARN", kept("secret-key", &self.secret.to_hex())),
            ("SESSION_KEYS_ARN", empty("session-keys")),
            (
                "EDGE_SIGNING_KEY_ARN",
                kept("edge-signing-key", &self.signing_key),
            ),
            ("OPERATOR_KEY_ARN", kept("operator-key", OPERATOR)),
            ("ORIGIN_KEY_ARN", kept("origin-key", ORIGIN)),
            ("IDENTITY_FUNCTION", identity),
            ("READY_FUNCTIONS", ready.join(",")),
            (
                "LAMBDA_TASK_ROOT",
                self.folder.path().to_str().unwrap().to_owned(),
            ),
        ] {
            variables.insert(name.to_owned(), value);
        }
        variables
    }

    /// Has a service answer `/ready` like this; answers the function's ARN.
    pub(crate) fn ready(&self, service: &str, status: u16) -> String {
        let name = format!("{STAGE}-{service}-http");
        self.cloud.function(&name, move |event| async move {
            assert_eq!(
                (&event["path"], &event["httpMethod"]),
                (&json!("/ready"), &json!("GET"))
            );
            Outcome::Answered(json!({ "statusCode": status, "body": "ok", "isBase64Encoded": false }))
        })
    }

    pub(crate) async fn function(&self, run_as: &str) -> Function {
        self.function_told(run_as, &self.variables(run_as)).await
    }

    pub(crate) async fn function_told(&self, name: &str, variables: &Variables) -> Function {
        let program = Path::new(env!("CARGO_BIN_EXE_edge"));
        Function::start(program, name, self.folder.path(), variables).await
    }

    /// Somebody who logs in.
    pub(crate) fn member(&self, username: &str) -> Member {
        let principal = principal(username);
        let sessions = &self.identity.sessions;
        sessions
            .lock()
            .unwrap()
            .insert(principal.session, principal.clone());
        let now = Utc::now().timestamp();
        let token = SessionToken {
            account: principal.account,
            session: principal.session,
            issued_at: now,
            expires_at: now + 600,
        };
        let token = self.key.sign(&token).unwrap();
        witness().learn("a session", &token);
        Member {
            cookie: format!("theme=dark; jwt_token={token}"),
            principal,
        }
    }

    /// What the service's own gate makes of a word.
    pub(crate) fn opened(&self, service: &str, verdict: &Verdict) -> Result<Arc<Voucher>, Refusal> {
        let mut headers = HeaderMap::new();
        if let Some(word) = &verdict.principal {
            headers.insert(PRINCIPAL_HEADER, HeaderValue::try_from(word).unwrap());
        }
        self.seal.gate().open(service, &headers, Utc::now())
    }

    /// Who asks, by a word for this service.
    pub(crate) fn caller(&self, service: &str, verdict: &Verdict) -> Caller {
        self.opened(service, verdict).unwrap().caller.clone()
    }
}

/// A request as it comes through CloudFront and API Gateway.
pub(crate) fn through_cloudfront(asked: Asked) -> Asked {
    asked
        .with("X-Valine-Origin", ORIGIN)
        .with("X-Forwarded-For", "203.0.113.7, 130.176.1.1")
}

/// What the authorizer has said.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) is_allowed: bool,
    pub(crate) principal_id: String,
    pub(crate) principal: Option<String>,
    pub(crate) client: Option<String>,
    pub(crate) is_expelled: bool,
}

impl Verdict {
    /// After a look at its form, of which API Gateway says 500 when it is another.
    pub(crate) fn of(said: &Value) -> Self {
        let fields: Vec<_> = said.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["context", "policyDocument", "principalId"]);
        let policy = &said["policyDocument"];
        let statements = policy["Statement"].as_array().unwrap();
        assert_eq!((&policy["Version"], statements.len()), (&json!("2012-10-17"), 1));
        assert_eq!(statements[0]["Action"], "execute-api:Invoke");
        let stage = "arn:aws:execute-api:us-east-1:000000000000:joint/live/*";
        assert_eq!(statements[0]["Resource"], stage);
        let context = said["context"].as_object().unwrap();
        assert!(context.values().all(Value::is_string), "{context:?}");
        let field = |name: &str| Some(context.get(name)?.as_str()?.to_owned());
        let effect = statements[0]["Effect"].as_str().unwrap();
        assert!(["Allow", "Deny"].contains(&effect), "{effect}");
        let verdict = Self {
            is_allowed: effect == "Allow",
            principal_id: said["principalId"].as_str().unwrap().to_owned(),
            principal: field("principal"),
            client: field("client"),
            is_expelled: field("expelled").is_some(),
        };
        assert!(
            verdict.is_allowed || context.is_empty(),
            "who is denied is told nothing"
        );
        assert_eq!(CLIENT_HEADER, "x-valine-client");
        verdict
    }
}

/// What the authorizer says of a request.
pub(crate) async fn judged(authorizer: &Function, asked: &Asked) -> Verdict {
    Verdict::of(&authorizer.answers(asked.to_authorizer()).await)
}
