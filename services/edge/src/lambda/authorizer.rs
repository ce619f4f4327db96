//! Says of every request who asks, before API Gateway passes it on (a REQUEST authorizer of a REST API).
//!
//! It says no to who did not come through CloudFront, and to who presents an operator's key that is none. To everybody else it
//! says yes, with a word for the one service that answers this address: what somebody may see is the owner's to decide,
//! also where nobody is logged in. Where identity does not say whether a session lives, it fails, and API Gateway answers 503.

use super::{Function, OriginKey};
use crate::client_address;
use crate::config::Config;
use crate::moment::{Moment, Now};
use crate::operator::Operators;
use crate::routing::owner_of;
use crate::sessions::{Sessions, Visitor};
use crate::upstream::{Upstream, Upstreams};
use crate::vouchers::Vouchers;
use anyhow::{Context, anyhow};
use aws_lambda_events::apigw::ApiGatewayCustomAuthorizerRequestTypeRequest as Event;
use chassis::Caller;
use chassis::process::lambda::{self, Deadline, Vouched};
use chrono::Utc;
use http::{HeaderMap, Method};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// What an invocation needs to fail in words, instead of being cut off.
const LAST: Duration = Duration::from_millis(300);

/// The authorizer.
pub(super) struct Authorizer {
    origin: OriginKey,
    operators: Operators,
    sessions: Sessions,
    vouchers: Arc<Vouchers>,
}

/// What is said of a request.
enum Verdict {
    /// It is passed on, with what is known of who asks.
    Allowed(Vouched, Caller),
    /// It is refused: 403.
    Denied,
}

impl Authorizer {
    pub(super) fn new(config: Config, origin: OriginKey, identity: Function) -> Self {
        let upstreams = Upstreams::behind_api_gateway().with("identity", Upstream::Function(identity));
        let (services, _) = upstreams.into_parts();
        let now: Now = Moment::now_in_function;
        let vouchers = Arc::new(Vouchers::new(config.seal, now));
        Self {
            origin,
            operators: Operators::new(config.operator_key, services.clone(), vouchers.clone()),
            sessions: Sessions::new(config.session_key, services, vouchers.clone(), now),
            vouchers,
        }
    }

    /// Answers one request after the other, until the platform ends the process.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let authorizer = Arc::new(self);
        lambda::handle(move |event: Event, deadline| {
            let authorizer = authorizer.clone();
            Box::pin(async move { authorizer.answer(event, deadline).await })
        })
        .await
    }

    async fn answer(&self, event: Event, deadline: Deadline) -> anyhow::Result<Value> {
        let stage = whole_stage(event.method_arn.as_deref().unwrap_or_default());
        let stage = stage.context("the event has no methodArn")?;
        let judged = tokio::time::timeout(deadline.left(LAST), self.judge(&event)).await;
        Ok(match judged.context("that took too long")?? {
            Verdict::Allowed(vouched, caller) => {
                let who = caller.account().map(|account| account.to_string());
                let who = who.unwrap_or_else(|| "anonymous".to_owned());
                policy("Allow", &stage, &who, &vouched)
            }
            Verdict::Denied => policy("Deny", &stage, "nobody", &Vouched::default()),
        })
    }

    async fn judge(&self, event: &Event) -> anyhow::Result<Verdict> {
        let headers = &event.multi_value_headers;
        if !self.origin.is_presented(headers).await {
            tracing::debug!("somebody does not come through CloudFront");
            return Ok(Verdict::Denied);
        }
        let Some(client) = client_address::of_viewer(headers) else {
            tracing::warn!("X-Forwarded-For is not as CloudFront and API Gateway write it");
            return Ok(Verdict::Denied);
        };
        let request_id = event.request_context.request_id.as_deref();
        let request_id = request_id.and_then(|id| id.parse().ok());
        let request_id = request_id.unwrap_or_else(Uuid::now_v7);
        let presented = self.operators.is_presented(headers, Some(client), request_id);
        let Ok(operator) = presented.await else {
            return Ok(Verdict::Denied);
        };
        match owner(event) {
            Some(owner) => self.vouch(owner, headers, client, operator).await,
            None => Ok(Verdict::Allowed(from(client), Caller::Anonymous)),
        }
    }

    async fn vouch(
        &self,
        owner: &'static str,
        headers: &HeaderMap,
        client: IpAddr,
        operator: bool,
    ) -> anyhow::Result<Verdict> {
        let visitor = self.sessions.visitor(headers).await;
        let visitor = visitor.map_err(|refusal| anyhow!("{refusal}"))?;
        let is_expelled = visitor == Visitor::Expelled;
        let caller = match visitor {
            Visitor::Member(principal) => Caller::Account(principal),
            Visitor::Anonymous | Visitor::Expelled => Caller::Anonymous,
        };
        let principal = self.vouchers.header(owner, &caller, operator, Utc::now())?;
        let vouched = Vouched {
            principal: Some(principal),
            is_expelled,
            ..from(client)
        };
        Ok(Verdict::Allowed(vouched, caller))
    }
}

fn from(client: IpAddr) -> Vouched {
    Vouched {
        client: Some(client),
        ..Vouched::default()
    }
}

/// The service that will be asked: that of the address which API Gateway has found, not of what somebody may read in the path.
/// Whether another site's page may ask is a question to the edge, at every address.
fn owner(event: &Event) -> Option<&'static str> {
    if event.http_method == Some(Method::OPTIONS) {
        return None;
    }
    owner_of(event.resource.as_deref()?)
}

/// `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/…`, with everything of the stage. An answer is kept for no other request, and
/// with a long address in it the ARN would be longer than the 512 characters that a policy may name.
fn whole_stage(method_arn: &str) -> Option<String> {
    let mut parts = method_arn.split('/');
    let (api, stage) = (parts.next()?, parts.next()?);
    Some(format!("{api}/{stage}/*"))
}

fn policy(effect: &str, resource: &str, principal_id: &str, vouched: &Vouched) -> Value {
    json!({
        "principalId": principal_id,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{ "Action": "execute-api:Invoke", "Effect": effect, "Resource": resource }],
        },
        "context": vouched.context(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(method: &str, resource: &str) -> Event {
        let event =
            json!({ "type": "REQUEST", "resource": resource, "httpMethod": method, "requestContext": {} });
        serde_json::from_value(event).unwrap()
    }

    #[test]
    fn the_word_is_for_the_owner_of_the_address_that_api_gateway_has_found() {
        assert_eq!(
            owner(&event("GET", "/api/users/{username}/posts")),
            Some("content")
        );
        assert_eq!(
            owner(&event("POST", "/api/admin/dead-letters/{id}/replay")),
            Some("orchestrator")
        );
        for (method, resource) in [
            ("OPTIONS", "/api/posts"),
            ("GET", "/{proxy+}"),
            ("GET", "/api/ready"),
            ("GET", "/docs/{proxy+}"),
            ("GET", "/api/internal/sessions/{id}"),
        ] {
            assert_eq!(owner(&event(method, resource)), None, "{method} {resource}");
        }
    }

    #[test]
    fn a_policy_is_for_the_stage_however_long_the_address_is() {
        let long = "a".repeat(1000);
        let arn = format!("arn:aws:execute-api:us-east-1:000000000000:joint/live/GET/api/users/{long}");
        let whole = "arn:aws:execute-api:us-east-1:000000000000:joint/live/*";
        assert_eq!(whole_stage(&arn).as_deref(), Some(whole));
        assert_eq!(whole_stage("arn:aws:execute-api"), None);
    }
}
