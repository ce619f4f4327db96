//! Collects everything that is wrong with a request, so that a person mends it in one go.

use crate::{FieldError, Refusal};

/// The fields of a request as they are parsed.
///
/// ```
/// # use chassis::{Fields, Result};
/// # fn parse_title(text: &str) -> std::result::Result<String, &'static str> { Ok(text.into()) }
/// # fn example(title: &str) -> Result<String> {
/// let mut fields = Fields::default();
/// let title = fields.take("title", parse_title(title));
/// fields.finish()?;
/// # let _: Option<String> = title; Ok(String::new()) }
/// ```
#[derive(Debug, Default)]
pub struct Fields {
    wrong: Vec<FieldError>,
}

impl Fields {
    /// Keeps a parsed value, or notes what is wrong with it.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, impl Into<String>>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(message) => {
                self.wrong(field, message);
                None
            }
        }
    }

    /// The same for a field that may be absent.
    pub fn take_if<A, T, E: Into<String>>(
        &mut self,
        field: &str,
        given: Option<A>,
        parse: impl FnOnce(A) -> Result<T, E>,
    ) -> Option<T> {
        given.and_then(|value| self.take(field, parse(value)))
    }

    /// Notes what is wrong with a field.
    pub fn wrong(&mut self, field: &str, message: impl Into<String>) {
        self.wrong.push(FieldError {
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// The refusal of all that was noted.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        Refusal::invalid_fields(self.wrong)
    }

    /// Refuses if anything was noted.
    ///
    /// # Errors
    /// 400 `VALIDATION_ERROR` with a detail for each field.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(self.refusal())
        }
    }
}
