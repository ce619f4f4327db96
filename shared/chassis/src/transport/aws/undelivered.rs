//! What a rule of EventBridge could not put on a queue. Its dead letters have another shape than a queue's: the body is the event as
//! the rule saw it, with our envelope as its `detail`, and the message's attributes say why.

use aws_sdk_sqs::types::MessageAttributeValue;
use serde_json::Value;
use std::collections::HashMap;

/// What the queue of such letters is called after that of its service (infra/aws/messaging.yaml).
pub(super) const SUFFIX: &str = "-undelivered";

/// What the rule would have put on the queue. A body of another form stays as it is.
pub(super) fn envelope(body: String) -> String {
    let Ok(Value::Object(mut event)) = serde_json::from_str(&body) else {
        return body;
    };
    match event.remove("detail") {
        Some(detail) if event.contains_key("detail-type") => detail.to_string(),
        _ => body,
    }
}

/// Why, outermost first.
pub(super) fn causes(attributes: &HashMap<String, MessageAttributeValue>) -> Vec<String> {
    let text = |name| attributes.get(name).and_then(MessageAttributeValue::string_value);
    let code = text("ERROR_CODE").unwrap_or("it does not say why");
    let mut causes = vec![format!("the bus could not put it on its queue: {code}")];
    causes.extend(text("ERROR_MESSAGE").map(str::to_owned));
    if let Some(tries) = text("RETRY_ATTEMPTS") {
        let end = text("EXHAUSTED_RETRY_CONDITION").unwrap_or("it does not say by what");
        causes.push(format!("given up after {tries} tries, by {end}"));
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(attributes: &[(&str, &str)]) -> Vec<String> {
        let value = |text: &str| {
            MessageAttributeValue::builder()
                .data_type("String")
                .string_value(text)
        };
        let attribute = |(name, text): &(&str, &str)| ((*name).to_owned(), value(text).build().unwrap());
        causes(&attributes.iter().map(attribute).collect())
    }

    #[test]
    fn the_envelope_is_the_events_detail() {
        let envelope_of = |body: Value| envelope(body.to_string());
        let event = json!({ "version": "0", "detail-type": "a.b.v1", "detail": { "id": 1 } });
        assert_eq!(envelope_of(event), json!({ "id": 1 }).to_string());
        for other in [
            json!({ "id": 1 }),
            json!({ "detail": 1 }),
            json!({ "detail-type": "x" }),
        ] {
            assert_eq!(envelope_of(other.clone()), other.to_string());
        }
        assert_eq!(envelope("no JSON".to_owned()), "no JSON");
    }

    #[test]
    fn its_attributes_say_why() {
        assert_eq!(
            told(&[("ERROR_CODE", "NO_PERMISSIONS"), ("RULE_ARN", "arn")]),
            ["the bus could not put it on its queue: NO_PERMISSIONS"]
        );
        assert_eq!(
            told(&[
                ("ERROR_CODE", "THROTTLING"),
                ("ERROR_MESSAGE", "Rate exceeded"),
                ("RETRY_ATTEMPTS", "185"),
                ("EXHAUSTED_RETRY_CONDITION", "MaximumRetryAttempts"),
            ]),
            [
                "the bus could not put it on its queue: THROTTLING",
                "Rate exceeded",
                "given up after 185 tries, by MaximumRetryAttempts"
            ]
        );
        assert_eq!(
            told(&[]),
            ["the bus could not put it on its queue: it does not say why"]
        );
    }
}
