//! Where the bus and the queues are, as configured.

use crate::config::Reader;
use std::fmt;
use std::str::FromStr;

/// Stands for a queue's name in `QUEUE_URL`.
const PLACE: &str = "{service}";

/// Which bus and which queues. How AWS itself is reached (region, credentials, `AWS_ENDPOINT_URL`) the SDK reads by
/// its own rules, for people and platforms know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsSettings {
    /// The bus: its name or its ARN.
    pub bus: String,
    /// The address of each service's queue.
    pub queues: QueueUrls,
}

/// The addresses of all queues as one text, in which `{service}` stands for the service's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueUrls(String);

impl QueueUrls {
    /// The address of this service's queue.
    #[must_use]
    pub fn of(&self, service: &str) -> String {
        self.0.replace(PLACE, &service.replace('_', "-"))
    }
}

/// Why an address cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub struct Unusable;

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "it has to be a queue's https:// address with {PLACE} in the place of the service's name"
        )
    }
}

impl std::error::Error for Unusable {}

impl FromStr for QueueUrls {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        let is_address = text.starts_with("https://") || text.starts_with("http://");
        if is_address && text.contains(PLACE) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Unusable)
        }
    }
}

impl AwsSettings {
    /// Reads `EVENT_BUS_NAME` and `QUEUE_URL`. When neither is set events travel by the embedded transport; one
    /// without the other is noted in the reader.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let (bus_is, queues_are) = (
            "the name or ARN of the EventBridge bus",
            "the address of the SQS queues, with {service} in the place of the service's name",
        );
        let bus: Option<String> = reader.optional("EVENT_BUS_NAME", bus_is);
        if bus.is_none() && !reader.is_set("QUEUE_URL") {
            return None;
        }
        let queues = reader.required("QUEUE_URL", queues_are);
        let bus = reader.required("EVENT_BUS_NAME", bus_is);
        Some(Self {
            bus: bus?,
            queues: queues?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    fn read(environment: &Environment) -> (Option<AwsSettings>, String) {
        let mut reader = environment.read();
        let settings = AwsSettings::read(&mut reader);
        let problems = reader.finish().err().map(|problems| problems.to_string());
        (settings, problems.unwrap_or_default())
    }

    #[test]
    fn nothing_set_means_the_embedded_transport() {
        assert_eq!(read(&Environment::default()), (None, String::new()));
    }

    #[test]
    fn one_without_the_other_is_a_mistake() {
        let url = "https://sqs.eu-central-1.amazonaws.com/123456789012/joint-{service}";
        let bus = Environment::default().with("EVENT_BUS_NAME", "joint");
        let (settings, problems) = read(&bus);
        assert!(
            settings.is_none() && problems.contains("QUEUE_URL is not set"),
            "{problems}"
        );
        let (settings, problems) = read(&Environment::default().with("QUEUE_URL", url));
        assert!(
            settings.is_none() && problems.contains("EVENT_BUS_NAME is not set"),
            "{problems}"
        );
        let (settings, problems) = read(&bus.clone().with("QUEUE_URL", "https://sqs.example/1/joint"));
        assert!(settings.is_none() && problems.contains("{service}"), "{problems}");

        let (settings, problems) = read(&bus.with("QUEUE_URL", url));
        let settings = settings.unwrap();
        assert_eq!(problems, "");
        assert_eq!(
            settings.queues.of("search_indexer"),
            "https://sqs.eu-central-1.amazonaws.com/123456789012/joint-search-indexer"
        );
    }
}
