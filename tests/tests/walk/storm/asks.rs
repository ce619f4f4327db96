//! A request of any operation, filled at random: mostly with what is right, now and then with what is not.

use super::known::{Known, kind_of};
use super::people::{Member, number};
use crate::document::{Field, Operation, Place, Shape};
use crate::fill::{self, Ask};
use chrono::{TimeDelta, Utc};
use end_to_end::PIXEL;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rand::RngExt;
use rand::seq::IndexedRandom;
use serde_json::{Map, Value, json};
use totp_rs::{Builder, Secret};

/// Words that people write, so that a search finds some.
const WORDS: [&str; 8] = [
    "rain", "walrus", "studio", "voice", "night", "casting", "script", "harbour",
];

/// What makes a text stand once in the whole network, if everything was done once.
pub(super) const MARK: &str = "mark";

/// Fills an operation as somebody would.
pub(super) fn ask(member: &mut Member, known: &Known, operation: &Operation) -> Ask {
    let mut filler = Filler {
        member,
        known,
        operation,
    };
    let address = filler.address();
    let body = operation.body.as_ref().map(|fields| filler.object(fields));
    Ask {
        method: operation.method.clone(),
        address,
        body,
    }
}

struct Filler<'a> {
    member: &'a mut Member,
    known: &'a Known,
    operation: &'a Operation,
}

impl Filler<'_> {
    fn address(&mut self) -> String {
        let mut address = String::new();
        let mut before = "";
        for segment in self.operation.path.split('/').skip(1) {
            address.push('/');
            match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some("username") => address.push_str(&self.id("username")),
                Some(_) => address.push_str(&encoded(&self.id(before))),
                None => address.push_str(segment),
            }
            before = segment;
        }
        let mut pairs = Vec::new();
        for field in self.operation.parameters_in(Place::Query) {
            if field.is_required || self.member.once_in(3) {
                let value = match self.value(&field.name, &field.shape) {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                pairs.push(format!("{}={}", field.name, encoded(&value)));
            }
        }
        if !pairs.is_empty() {
            address.push_str(&format!("?{}", pairs.join("&")));
        }
        address
    }

    fn id(&mut self, name: &str) -> String {
        let kind = if name == "receipts" {
            "receipt".to_owned()
        } else {
            kind_of(name)
        };
        self.known.any(&kind, &mut self.member.dice)
    }

    fn object(&mut self, fields: &[Field]) -> Value {
        let mut object = Map::new();
        for field in fields {
            let is_given = field.is_required || self.member.once_in(2);
            // Now and then what must be there is not, and what must be something is nothing.
            if is_given && !self.member.once_in(100) {
                let is_null = self.member.once_in(if field.is_nullable { 6 } else { 100 });
                let value = if is_null {
                    Value::Null
                } else {
                    self.value(&field.name, &field.shape)
                };
                object.insert(field.name.clone(), value);
            }
        }
        Value::Object(object)
    }

    fn value(&mut self, name: &str, shape: &Shape) -> Value {
        match shape {
            Shape::OneOf(options) => json!(options.choose(&mut self.member.dice)),
            Shape::YesOrNo => json!(self.member.dice.random::<bool>()),
            Shape::Object(fields) => self.object(fields),
            Shape::List(item) => {
                let length = self.member.dice.random_range(0..4);
                (0..length).map(|_| self.value(name, item)).collect()
            }
            Shape::Id => json!(self.id(name)),
            Shape::Whole | Shape::Number => self.number(name),
            Shape::Text { most } => json!(self.text(name, *most)),
        }
    }

    fn number(&mut self, name: &str) -> Value {
        if self.member.once_in(20) {
            return json!(self.member.dice.random_range(-5..5000));
        }
        match name {
            "fileSize" => json!(PIXEL.len()),
            "year" | "startYear" | "endYear" => json!(self.member.dice.random_range(1980..2026)),
            _ => json!(self.member.dice.random_range(1..=100)),
        }
    }

    fn text(&mut self, name: &str, most: Option<usize>) -> String {
        if self.member.once_in(40) {
            return "x".repeat(most.unwrap_or(10_000) + 1);
        }
        let is_right = !self.member.once_in(4);
        match name {
            "password" | "currentPassword" | "newPassword" if is_right => self.member.password.clone(),
            "email" if is_right => self.member.email.clone(),
            "email" | "newEmail" => format!("storm.{}@mail.example", number()),
            "username" | "newUsername" => format!("storm_{}", number()),
            "code" | "twoFactorCode" => self.code().unwrap_or_else(|| "123456".to_owned()),
            "vanityUrl" => format!("storm-{}", number()),
            "url" => format!("https://{MARK}{}z.example/", number()),
            "token" if is_right => self.id("token"),
            "until" => (Utc::now() + TimeDelta::days(2)).to_rfc3339(),
            "cursor" => "AAAA".to_owned(),
            "q" | "tag" | "tags" => (*WORDS.choose(&mut self.member.dice).unwrap()).to_owned(),
            _ => match fill::values(name) {
                Some(values) if name != "fileName" => (*values[0]).to_owned(),
                _ => self.sentence(most),
            },
        }
    }

    /// Words, and a mark that no other text has.
    fn sentence(&mut self, most: Option<usize>) -> String {
        let mark = format!("{MARK}{}z", number());
        let word = WORDS.choose(&mut self.member.dice).unwrap();
        let text = format!("{mark} {word}");
        text.chars().take(most.unwrap_or(usize::MAX)).collect()
    }

    /// What the app on their phone shows.
    fn code(&mut self) -> Option<String> {
        let secret = Secret::try_from_base32(self.member.phone.as_ref()?).ok()?;
        let totp = Builder::new().with_secret(secret).build().ok()?;
        Some(totp.generate(Utc::now().timestamp().try_into().ok()?).to_string())
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
