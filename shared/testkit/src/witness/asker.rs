//! Who asks, what they typed, and which addresses are theirs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::session::token_in;
use chassis::{Caller, PRINCIPAL_HEADER, Voucher};
use http::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What people type so that it is compared, and told to nobody: not to themselves either.
const TYPED_IN_SECRET: [&str; 6] = [
    "password",
    "currentPassword",
    "newPassword",
    "token",
    "code",
    "twoFactorCode",
];

/// Shorter ones stand in other words by chance.
const SHORTEST_SECRET: usize = 8;

/// As long as this, or of several words, is something that a person said.
const SHORTEST_PHRASE: usize = 16;

/// More of a phrase is not looked for.
const LONGEST_PHRASE: usize = 100;

/// Who asks, as far as a request says.
#[derive(Debug, Default)]
pub(super) struct Asker {
    pub(super) account: Option<String>,
    /// The address that the edge states.
    pub(super) email: Option<String>,
    pub(super) is_edge: bool,
}

/// What a signed text says before its last part.
fn said<T: DeserializeOwned>(part: Option<&str>) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part?).ok()?).ok()
}

impl Asker {
    /// By the session cookie at the edge, which believes nothing else; by the edge's word behind it.
    pub(super) fn of(headers: &HeaderMap, path: &str) -> Self {
        let is_at_edge = path.starts_with("/api/");
        let voucher = headers
            .get(PRINCIPAL_HEADER)
            .and_then(|value| value.to_str().ok());
        let voucher = voucher.filter(|_| !is_at_edge);
        let voucher: Option<Voucher> = voucher.and_then(|text| said(text.split('.').next()));
        if let Some(voucher) = voucher {
            let principal = voucher.caller.principal();
            return Self {
                account: principal.map(|principal| principal.account.to_string()),
                email: principal.map(|principal| principal.email.to_lowercase()),
                is_edge: voucher.caller == Caller::Edge,
            };
        }
        let token = token_in(headers);
        let claims: Option<Value> = token.and_then(|token| said(token.split('.').nth(1)));
        Self {
            account: claims.and_then(|claims| Some(claims.get("sub")?.as_str()?.to_owned())),
            ..Self::default()
        }
    }
}

/// What a request's body and query say.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// Passwords, codes, tokens.
    pub(super) secrets: Vec<String>,
    /// What people said otherwise.
    pub(super) phrases: Vec<String>,
    /// The addresses that whoever succeeds has.
    pub(super) emails: Vec<String>,
}

impl Typed {
    pub(super) fn of(query: Option<&str>, body: &[u8]) -> Self {
        let mut typed = Self::default();
        if let Some(query) = query.filter(|query| query.len() >= SHORTEST_SECRET) {
            typed.phrases.push(begin_of(query));
        }
        if let Ok(body) = serde_json::from_slice(body) {
            typed.read("", &body);
        }
        typed
    }

    fn read(&mut self, name: &str, value: &Value) {
        match value {
            Value::String(text) if TYPED_IN_SECRET.contains(&name) => {
                let is_secret = text.len() >= SHORTEST_SECRET && !is_id(text) && !is_plain(text);
                self.secrets.extend(is_secret.then(|| begin_of(text)));
            }
            Value::String(text) => {
                if ["email", "newEmail"].contains(&name) {
                    self.emails.push(text.trim().to_lowercase());
                }
                let is_said = text.len() >= SHORTEST_PHRASE
                    || (text.len() >= SHORTEST_SECRET && text.trim().contains(' '));
                if is_said && !is_id(text) {
                    self.phrases.push(begin_of(text));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.read(name, item)),
            Value::Object(fields) => fields.iter().for_each(|(name, value)| self.read(name, value)),
            _ => {}
        }
    }
}

/// Ids are no secrets, and logged.
fn is_id(text: &str) -> bool {
    text.parse::<uuid::Uuid>().is_ok()
}

/// A word of a dictionary, or a number, stands elsewhere by chance.
fn is_plain(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphabetic();
    text.chars().all(is_letter) || !text.chars().any(is_letter)
}

fn begin_of(text: &str) -> String {
    text.chars().take(LONGEST_PHRASE).collect()
}
