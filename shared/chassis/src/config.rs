//! Configuration: read once, typed, and complained about as a whole.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The variables a process was started with. Only this module reads the environment.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// This process's own.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    pub fn of_process() -> Self {
        std::env::vars().collect()
    }

    /// The value of a variable; an empty one counts as not set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Every variable that is set, and its value.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        let names = self.variables.keys();
        names.filter_map(|name| Some((name.as_str(), self.get(name)?)))
    }

    /// Sets a variable, for what is started from here.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    /// Begins to read.
    #[must_use]
    pub fn read(&self) -> Reader<'_> {
        Reader {
            environment: self,
            problems: Vec::new(),
        }
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self {
            variables: pairs.into_iter().collect(),
        }
    }
}

/// Reads variables one by one and keeps what is wrong until [`Reader::finish`].
#[derive(Debug)]
pub struct Reader<'a> {
    environment: &'a Environment,
    problems: Vec<String>,
}

impl Reader<'_> {
    /// A variable that must be there. `meaning` tells a person what it is for.
    pub fn required<T>(&mut self, name: &str, meaning: &str) -> Option<T>
    where
        T: FromStr<Err: fmt::Display>,
    {
        let value = self.optional(name, meaning);
        if value.is_none() && self.environment.get(name).is_none() {
            self.problems.push(format!("{name} is not set: {meaning}"));
        }
        value
    }

    /// A variable that may be there.
    pub fn optional<T>(&mut self, name: &str, meaning: &str) -> Option<T>
    where
        T: FromStr<Err: fmt::Display>,
    {
        let text = self.environment.get(name)?;
        match text.parse() {
            Ok(value) => Some(value),
            // The value itself is not repeated: it may be a secret.
            Err(error) => {
                self.problems
                    .push(format!("{name} cannot be read ({error}): {meaning}"));
                None
            }
        }
    }

    /// Whether a variable is there, readable or not.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.environment.get(name).is_some()
    }

    /// A variable with a default.
    pub fn or<T>(&mut self, name: &str, default: T, meaning: &str) -> T
    where
        T: FromStr<Err: fmt::Display>,
    {
        self.optional(name, meaning).unwrap_or(default)
    }

    /// A comma-separated list; empty when not set.
    pub fn list<T>(&mut self, name: &str, meaning: &str) -> Vec<T>
    where
        T: FromStr<Err: fmt::Display>,
    {
        let Some(text) = self.environment.get(name) else {
            return Vec::new();
        };
        let mut values = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match part.parse() {
                Ok(value) => values.push(value),
                Err(error) => self
                    .problems
                    .push(format!("{name} cannot be read ({error}): {meaning}")),
            }
        }
        values
    }

    /// Notes something that no single variable shows, such as two that contradict each other.
    pub fn problem(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    /// All that is wrong, at once, and once each: parts of a process may have read the same variable.
    ///
    /// # Errors
    /// When anything was noted.
    pub fn finish(self) -> Result<(), Problems> {
        let mut problems = Vec::new();
        for problem in self.problems {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Problems(problems))
        }
    }
}

/// Everything that is wrong with a configuration.
#[derive(Debug)]
pub struct Problems(pub Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration is not usable:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_said_at_once_and_no_value_is_repeated() {
        let environment = Environment::default().with("PORT", "eighty").with("EMPTY", " ");
        let mut reader = environment.read();
        let port: u16 = reader.or("PORT", 8080, "where to listen");
        let secret: Option<String> = reader.required("SECRET", "signs things");
        let empty: Option<String> = reader.required("EMPTY", "must not be empty");
        let again: Option<String> = reader.required("EMPTY", "must not be empty");
        assert_eq!(again, None);
        let problems = reader.finish().unwrap_err().to_string();
        assert_eq!((port, secret, empty), (8080, None, None));
        for name in ["PORT", "SECRET", "EMPTY"] {
            assert!(problems.contains(name), "{problems}");
        }
        assert!(!problems.contains("eighty"));
        assert_eq!(problems.matches("EMPTY").count(), 1, "{problems}");
    }
}
