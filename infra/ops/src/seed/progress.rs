//! Says on stderr how far a phase is: a bar where somebody watches, a line where nobody does.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Whom the seed talks to.
#[derive(Clone)]
pub(super) struct Talk {
    audience: Audience,
    /// The bar that is shown now.
    bar: Arc<Mutex<Option<ProgressBar>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    Person,
    Log,
    #[cfg(test)]
    Nobody,
}

impl Talk {
    /// Stderr, with bars if it is a terminal.
    pub(super) fn to_stderr() -> Self {
        Self {
            audience: if std::io::stderr().is_terminal() {
                Audience::Person
            } else {
                Audience::Log
            },
            bar: Arc::default(),
        }
    }

    /// Nobody.
    #[cfg(test)]
    pub(super) fn silent() -> Self {
        Self {
            audience: Audience::Nobody,
            bar: Arc::default(),
        }
    }

    /// Says one sentence.
    pub(super) fn say(&self, sentence: &str) {
        let bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        match (self.audience, bar.as_ref()) {
            (Audience::Person, Some(bar)) => bar.println(sentence),
            (Audience::Person | Audience::Log, _) => {
                // A closed stderr is no reason to stop.
                drop(writeln!(std::io::stderr(), "{sentence}"));
            }
            #[cfg(test)]
            (Audience::Nobody, _) => {}
        }
    }

    /// Shows the bar of a phase with `total` steps, of which `done` were done before.
    pub(super) fn begin(&self, name: &'static str, total: u64, done: u64) -> Bar {
        let bar = if self.audience == Audience::Person {
            ProgressBar::new(total)
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{msg:20} {bar:32} {pos:>6}/{len} {per_sec:>10} {eta:>5}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(name);
        bar.set_position(done);
        bar.reset_eta();
        if self.audience == Audience::Person {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.clone());
        Bar {
            talk: self.clone(),
            bar,
        }
    }
}

/// The bar of one phase; gone when dropped.
pub(super) struct Bar {
    talk: Talk,
    bar: ProgressBar,
}

impl Bar {
    /// One more step is done.
    pub(super) fn step(&self) {
        self.bar.inc(1);
    }

    /// Ends the phase with a sentence about it.
    pub(super) fn finish(self, sentence: &str) {
        let talk = self.talk.clone();
        drop(self);
        talk.say(sentence);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.talk
            .bar
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        self.bar.finish_and_clear();
    }
}
