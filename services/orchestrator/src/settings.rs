//! What only the orchestrator is configured with.

use chassis::config::Reader;

/// The orchestrator's own configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The table of DynamoDB in which its state is kept; in its own schema where there is none.
    pub(crate) interactions: Option<String>,
}

impl Settings {
    /// Reads `INTERACTIONS_TABLE`; what is wrong with it is noted in the reader.
    #[must_use]
    pub fn read(reader: &mut Reader<'_>) -> Self {
        let interactions: Option<String> = reader.optional(
            "INTERACTIONS_TABLE",
            "the table of DynamoDB for interactions and conversations; a table in PostgreSQL where it is not set",
        );
        if interactions.as_deref().is_some_and(|name| !is_a_table(name)) {
            reader.problem(
                "INTERACTIONS_TABLE must have 3 to 255 letters, digits, dots, hyphens or underscores",
            );
        }
        Self { interactions }
    }
}

/// As DynamoDB lets tables be called.
fn is_a_table(name: &str) -> bool {
    let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'.' | b'-' | b'_');
    (3..=255).contains(&name.len()) && name.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chassis::config::Environment;

    fn read(environment: &Environment) -> (Settings, Option<String>) {
        let mut reader = environment.read();
        let settings = Settings::read(&mut reader);
        (
            settings,
            reader.finish().err().map(|problems| problems.to_string()),
        )
    }

    #[test]
    fn state_is_kept_in_dynamodb_where_a_table_is_named_and_else_in_ones_own_schema() {
        assert_eq!(read(&Environment::default()), (Settings::default(), None));
        let empty = Environment::default().with("INTERACTIONS_TABLE", "");
        assert_eq!(read(&empty), (Settings::default(), None));
        let named = Environment::default().with("INTERACTIONS_TABLE", "joint-prod-interactions");
        let (settings, problems) = read(&named);
        assert_eq!(
            (settings.interactions.as_deref(), problems),
            (Some("joint-prod-interactions"), None)
        );
    }

    #[test]
    fn a_name_that_no_table_can_have_is_a_problem() {
        for name in ["ab", "a table", "arn:aws:dynamodb:x", &"t".repeat(256)] {
            let (_, problems) = read(&Environment::default().with("INTERACTIONS_TABLE", name));
            assert!(
                problems.is_some_and(|problems| problems.contains("INTERACTIONS_TABLE")),
                "{name}"
            );
        }
    }
}
