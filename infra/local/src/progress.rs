//! Telling a person what is being done on their machine, before and while it is done.

use std::fmt;
use std::sync::Arc;

/// Where sentences about the work go. Cheap to clone.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(&str) + Send + Sync>);

impl Progress {
    /// Passes each sentence (no line end) to `say`, in the order of the work.
    pub fn to(say: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(say))
    }

    /// Tells nobody.
    pub fn silent() -> Self {
        Self::to(|_| ())
    }

    /// Writes each sentence to standard error, on a line of its own.
    pub fn stderr() -> Self {
        Self::to(|sentence| {
            use std::io::Write;
            // A person who closed the terminal cannot be told; the work goes on all the same.
            drop(writeln!(std::io::stderr(), "{sentence}"));
        })
    }

    /// Tells one sentence.
    pub fn say(&self, sentence: impl AsRef<str>) {
        (self.0)(sentence.as_ref());
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}
