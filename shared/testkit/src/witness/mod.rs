//! What must never be told, and whether it was.
//!
//! Every answer that a test is given, and every line of log that its program writes, passes here. It is looked at in two ways:
//! for what has the form of a secret, whatever it says (a hash, a session, a link that was mailed, an address of somebody
//! else), and for the secrets that this program came to know: what somebody typed as a password, what one answer alone may say,
//! what lies in the database as a hash, what stands in a mail. What becomes known later is looked for in what was seen before.
//!
//! An answer that tells a secret fails the test that was given it. A line of log belongs to no test: it fails whichever asks
//! or ends next.

mod asker;
mod contract;
mod rows;
mod shapes;
#[cfg(test)]
mod tests;

use asker::{Asker, Typed};
use chassis::telemetry::{self, Format};
use http::{HeaderMap, Method, StatusCode, Uri, header};
use serde_json::Value;
use shapes::Place;
use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::sync::{LazyLock, Mutex, MutexGuard, Once, PoisonError};

pub use rows::learn as learn_from_rows;

/// What is logged and looked at: everything that we say ourselves, of others what they find worth a line.
pub const LOGGED: &str = "info,audience=trace,chassis=trace,content=trace,edge=trace,events=trace,identity=trace,local=trace,\
    media=trace,ops=trace,orchestrator=trace,profile=trace,search_indexer=trace,social_graph=trace,store=trace";

/// What somebody said has at least so many letters, to be looked for in the log.
const LETTERS: usize = 6;

/// Larger answers are looked at once, however often they are given.
const LARGE: usize = 64 * 1024;

/// The one of this program.
static WITNESS: LazyLock<Witness> = LazyLock::new(Witness::default);

/// The one of this program, which sees what is logged from now on.
#[must_use]
pub fn witness() -> &'static Witness {
    static LOGGING: Once = Once::new();
    LOGGING.call_once(|| {
        telemetry::start(Format::Json, LOGGED, || Lines).expect("nobody else logs in a program of tests");
    });
    &WITNESS
}

/// Where the log goes.
struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        WITNESS.line(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A question and its answer.
pub struct Exchange<'a> {
    /// How it was asked.
    pub method: &'a Method,
    /// Where.
    pub uri: &'a Uri,
    /// The request's headers.
    pub asked_with: &'a HeaderMap,
    /// The request's body.
    pub typed: &'a [u8],
    /// What came back.
    pub status: StatusCode,
    /// The answer's headers.
    pub headers: &'a HeaderMap,
    /// The answer's body.
    pub text: &'a str,
}

/// Sees answers and lines of log, and knows secrets.
#[derive(Default)]
pub struct Witness {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Words that could be secrets, and where each was seen first.
    seen: HashMap<Box<str>, String>,
    /// Words that are, and what each is.
    secrets: HashMap<Box<str>, String>,
    /// What people typed: in no line of log.
    phrases: HashMap<Box<str>, &'static str>,
    /// Lines of log, without numbers.
    lines: HashSet<Box<str>>,
    /// Which addresses are an account's.
    addresses: HashMap<String, HashSet<String>>,
    /// Large answers that were looked at, by what they are hashed to.
    large: HashSet<u64>,
    answers: usize,
    findings: Vec<String>,
}

impl Witness {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at an answer.
    ///
    /// # Panics
    /// When it tells what it must not, or a line of log did.
    #[track_caller]
    pub fn answered(&self, exchange: &Exchange<'_>) {
        let found = self.look_at(exchange);
        assert!(found.is_empty(), "secrets were told:\n  {}\n", found.join("\n  "));
        self.must_be_silent();
    }

    /// The same, as a list of what it tells.
    fn look_at(&self, exchange: &Exchange<'_>) -> Vec<String> {
        let &Exchange {
            method, uri, status, ..
        } = exchange;
        let (asker, typed) = (
            Asker::of(exchange.asked_with, uri.path()),
            Typed::of(uri.query(), exchange.typed),
        );
        let mut json: Value = serde_json::from_str(exchange.text).unwrap_or_default();
        let told = contract::take_told(method, uri.path(), status, &mut json);
        let mut state = self.state();
        state.answers += 1;
        for value in told.iter().flat_map(texts) {
            state.know("told once", value);
        }
        for cookie in cookies(exchange.headers) {
            // What stands before the signature is no secret.
            state.know("a cookie", cookie.rsplit('.').next().unwrap_or_default());
        }
        for secret in &typed.secrets {
            state.phrase("was typed in secret", secret);
        }
        for phrase in &typed.phrases {
            state.phrase("was said by somebody", phrase);
        }
        let own = state.own_addresses(&asker, &typed, exchange, &json);
        if exchange.text.len() > LARGE && !state.large.insert(hash(exchange.text)) {
            return Vec::new();
        }
        let at = format!("{method} {} ({status})", uri.path());
        let mut found = Vec::new();
        let texts: Vec<&str> = match json {
            Value::Null => vec![exchange.text],
            _ => texts(&json).collect(),
        };
        let headers = exchange
            .headers
            .iter()
            .filter(|(name, _)| *name != header::SET_COOKIE);
        let headers = headers.filter_map(|(_, value)| value.to_str().ok());
        let is_documentation = contract::is_documentation(uri.path());
        for text in texts.iter().copied().chain(headers) {
            let forms = shapes::forms(text, Place::Answer).into_iter();
            let forms = forms.filter(|_| !is_documentation).map(str::to_owned);
            found.extend(forms.chain(state.see(text, &at)));
            let typed = typed
                .secrets
                .iter()
                .filter(|secret| text.contains(secret.as_str()));
            found.extend(typed.map(|_| "what was typed in secret".to_owned()));
        }
        if !is_documentation {
            let fields = contract::forbidden_fields(&json).into_iter();
            found.extend(fields.map(|field| format!("the field `{field}`")));
            if !contract::may_be_told(&asker, uri.path()) {
                let addresses = texts.iter().flat_map(|text| shapes::addresses(text));
                let foreign =
                    addresses.filter(|address| !own.contains(address) && address != contract::NOBODYS);
                found.extend(foreign.map(|address| format!("the address {address}")));
            }
        }
        found
            .into_iter()
            .map(|what| format!("{at} tells {what}"))
            .collect()
    }

    /// Looks at a line of log. What it tells is kept for whoever asks or ends next.
    pub fn line(&self, line: &str) {
        let line = line.trim_end();
        let json: Value = serde_json::from_str(line).unwrap_or_default();
        let texts: Vec<&str> = match json {
            Value::Null => vec![line],
            _ => texts(&json).collect(),
        };
        let mut state = self.state();
        let mut found = Vec::new();
        for text in &texts {
            let forms = shapes::forms(text, Place::Log).into_iter().map(str::to_owned);
            found.extend(forms.chain(state.see(text, line)));
            found.extend(shapes::addresses(text));
        }
        let bare = shapes::without_numbers(&texts.join(" · "));
        if !state.lines.contains(bare.as_str()) {
            let said = state
                .phrases
                .iter()
                .filter(|(phrase, _)| bare.contains(&***phrase));
            found.extend(said.map(|(phrase, what)| format!("`{phrase}`, which {what}")));
            state.lines.insert(bare.into());
        }
        let found = found
            .into_iter()
            .map(|what| format!("the log tells {what}: {line}"));
        state.findings.extend(found);
    }

    /// Looks at what a program of its own answered or wrote to somebody of whom nothing is known here: for what has the form of
    /// a secret, for fields that no answer has, and for the secrets that are known, or become known later. Whose addresses and
    /// words may stand there cannot be told: what people say, such as `the first`, stands elsewhere by chance.
    ///
    /// # Panics
    /// When it tells what it must not.
    #[track_caller]
    pub fn overhears(&self, place: &str, text: &str) {
        let json: Value = serde_json::from_str(text).unwrap_or_default();
        let fields = contract::forbidden_fields(&json).into_iter();
        let mut found: Vec<_> = fields.map(|field| format!("the field `{field}`")).collect();
        found.extend(shapes::forms(text, Place::Answer).into_iter().map(str::to_owned));
        found.extend(self.state().see(text, place));
        assert!(found.is_empty(), "{place} tells secrets: {found:?}");
        self.must_be_silent();
    }

    /// Has the session in the cookies of such an answer known.
    pub fn learn_cookies(&self, headers: &HeaderMap) {
        for cookie in cookies(headers) {
            // What stands before the signature is no secret.
            self.learn("a cookie", cookie.rsplit('.').next().unwrap_or_default());
        }
    }

    /// Looks at all lines of a log that another program wrote.
    ///
    /// # Panics
    /// When one of them tells what it must not.
    #[track_caller]
    pub fn log(&self, text: &str) {
        text.lines().for_each(|line| self.line(line));
        self.must_be_silent();
    }

    /// Has a secret known, also to what was seen before.
    pub fn learn(&self, what: &str, secret: &str) {
        self.state().know(what, secret);
    }

    /// Whether this is known to be a secret.
    #[must_use]
    pub fn knows(&self, secret: &str) -> bool {
        let mut words = shapes::words(secret);
        words.any(|word| self.state().secrets.contains_key(word))
    }

    /// How many answers were looked at, and how many kinds of lines of log.
    #[must_use]
    pub fn has_seen(&self) -> (usize, usize) {
        let state = self.state();
        (state.answers, state.lines.len())
    }

    /// The kinds of lines of log in which a word stands, in any case.
    #[must_use]
    pub fn logged(&self, word: &str) -> Vec<String> {
        let word = shapes::without_numbers(word).to_lowercase();
        let state = self.state();
        let lines = state
            .lines
            .iter()
            .filter(|line| line.to_lowercase().contains(&word));
        lines.map(|line| line.to_string()).collect()
    }

    /// Fails when something was told that nobody was given as an answer.
    ///
    /// # Panics
    /// Then.
    #[track_caller]
    pub fn must_be_silent(&self) {
        let findings = self.state().findings.clone();
        assert!(
            findings.is_empty(),
            "in this program, by this test or another, secrets were told:\n  {}\n",
            findings.join("\n  ")
        );
    }
}

impl State {
    /// Notes the words of a text; answers which secrets are among them.
    fn see(&mut self, text: &str, place: &str) -> Vec<String> {
        let mut found = Vec::new();
        for word in shapes::words(text) {
            if let Some(what) = self.secrets.get(word) {
                found.push(format!("a secret ({what})"));
            }
            if !self.seen.contains_key(word) {
                self.seen.insert(word.into(), place.to_owned());
            }
        }
        found
    }

    /// Of a secret of several words the longest is looked for.
    fn know(&mut self, what: &str, secret: &str) {
        let Some(word) = shapes::words(secret).max_by_key(|word| word.len()) else {
            return;
        };
        if self.secrets.insert(word.into(), what.to_owned()).is_some() {
            return;
        }
        if let Some(place) = self.seen.get(word) {
            let finding = format!("a secret ({what}) was told before it was known: {place}");
            self.findings.push(finding);
        }
    }

    /// Something that stands in no line of log.
    fn phrase(&mut self, what: &'static str, phrase: &str) {
        let phrase = shapes::without_numbers(phrase);
        // Of numbers alone nothing is left that could be told from others.
        let is_bare = phrase.chars().filter(|letter| letter.is_alphabetic()).count() < LETTERS;
        if is_bare || self.phrases.contains_key(phrase.as_str()) {
            return;
        }
        let told = self.lines.iter().filter(|line| line.contains(&phrase));
        let told = told.map(|line| format!("the log tells `{phrase}`, which {what}: {line}"));
        let told: Vec<_> = told.collect();
        self.findings.extend(told);
        self.phrases.insert(phrase.into(), what);
    }

    /// The addresses of the asker, after this answer has said whether those that were typed are.
    fn own_addresses(
        &mut self,
        asker: &Asker,
        typed: &Typed,
        exchange: &Exchange<'_>,
        json: &Value,
    ) -> HashSet<String> {
        let path = exchange.uri.path();
        let enters = path.ends_with("/auth/signup") || path.ends_with("/auth/login");
        let entered = json
            .pointer("/user/id")
            .and_then(Value::as_str)
            .filter(|_| enters);
        let account = entered.map(str::to_owned).or_else(|| asker.account.clone());
        let is_theirs = enters || path.ends_with("/auth/change-email");
        let mut own: HashSet<_> = asker.email.iter().cloned().collect();
        if let Some(account) = account {
            let known = self.addresses.entry(account).or_default();
            if is_theirs && exchange.status.is_success() {
                known.extend(typed.emails.iter().cloned());
            }
            own.extend(known.iter().cloned());
        }
        own
    }
}

/// The values of the cookies that an answer sets.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let cookies = headers.get_all(header::SET_COOKIE).iter();
    let pairs = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    pairs.filter_map(|pair| Some(pair.split_once('=')?.1))
}

/// Every text of a JSON document, names of fields included.
fn texts(json: &Value) -> Box<dyn Iterator<Item = &str> + '_> {
    match json {
        Value::String(text) => Box::new(std::iter::once(text.as_str())),
        Value::Array(items) => Box::new(items.iter().flat_map(texts)),
        Value::Object(fields) => Box::new(
            fields
                .iter()
                .flat_map(|(name, value)| std::iter::once(name.as_str()).chain(texts(value))),
        ),
        _ => Box::new(std::iter::empty()),
    }
}

fn hash(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
