//! What the edge's authorizer says of who asks, as API Gateway carries it to the function that answers: in an event's
//! `requestContext.authorizer`, where nobody else writes.

use http::HeaderValue;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

const PRINCIPAL: &str = "principal";
const CLIENT: &str = "client";
const EXPELLED: &str = "expelled";

/// Who asks, and from where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vouched {
    /// The edge's word for the one service that is asked.
    pub principal: Option<HeaderValue>,
    /// From where, as the edge saw it.
    pub client: Option<IpAddr>,
    /// Whether they brought a cookie that does not count, or not any more.
    pub is_expelled: bool,
}

impl Vouched {
    /// As it is carried: texts, for API Gateway carries neither lists nor objects.
    #[must_use]
    pub fn context(&self) -> BTreeMap<&'static str, String> {
        let principal = self.principal.as_ref().and_then(|word| word.to_str().ok());
        let client = self.client.map(|client| client.to_string());
        let expelled = self.is_expelled.then(|| true.to_string());
        let told = [
            (PRINCIPAL, principal.map(str::to_owned)),
            (CLIENT, client),
            (EXPELLED, expelled),
        ];
        told.into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }

    /// As it has arrived.
    pub(super) fn of(context: &HashMap<String, Value>) -> Self {
        let field = |name: &str| context.get(name)?.as_str();
        Self {
            principal: field(PRINCIPAL).and_then(|word| HeaderValue::try_from(word).ok()),
            client: field(CLIENT).and_then(|address| address.parse().ok()),
            is_expelled: field(EXPELLED) == Some("true"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_arrives_and_what_is_no_text_does_not() {
        let sent = Vouched {
            principal: Some(HeaderValue::from_static("word.signature")),
            client: Some("2001:db8::7".parse().unwrap()),
            is_expelled: true,
        };
        let carried = |context: Value| Vouched::of(&serde_json::from_value(context).unwrap());
        assert_eq!(carried(serde_json::to_value(sent.context()).unwrap()), sent);
        let nothing = Vouched::default();
        assert!(nothing.context().is_empty());
        let odd = serde_json::json!({ "principal": 1, "client": "unknown", "expelled": "false", "integrationLatency": 4 });
        assert_eq!(carried(odd), nothing);
    }
}
