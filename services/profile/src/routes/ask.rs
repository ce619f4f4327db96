//! What requests have in common: which fields are there, which are cleared, and how a wrong one is named.

use chassis::Fields;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::marker::PhantomData;

/// For a field that can be cleared: absent stays `None`, `null` becomes `Some(None)`.
pub(super) fn clearable<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// For a field that can be absent but not cleared: `null` is refused like any other wrong type.
pub(super) fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// The same for a field with fields of its own: serde would take a list for it, value by value.
pub(super) fn given_object<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    struct Object<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map")
        }

        fn visit_map<M: MapAccess<'de>>(self, fields: M) -> Result<T, M::Error> {
            T::deserialize(MapAccessDeserializer::new(fields))
        }
    }

    deserializer.deserialize_map(Object(PhantomData)).map(Some)
}

/// Parses a field that may be absent; what is wrong with it is said with its name.
pub(super) fn parsed<A, T, E: Into<String>>(
    fields: &mut Fields,
    field: &str,
    asked: Option<A>,
    parse: impl FnOnce(A) -> Result<T, E>,
) -> Option<T> {
    fields.take_if(field, asked, |value| {
        parse(value).map_err(|problem| format!("{} {}", in_words(field), problem.into()))
    })
}

/// The same for a field that can be cleared: by `null`, and by a text without letters.
pub(super) fn parsed_or_cleared<T>(
    fields: &mut Fields,
    field: &str,
    asked: Option<Option<String>>,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Option<Option<T>> {
    match asked? {
        None => Some(None),
        Some(text) if text.trim().is_empty() => Some(None),
        Some(text) => parsed(fields, field, Some(text), |text| parse(&text)).map(Some),
    }
}

/// `avatarMediaId` → `Avatar media id`.
fn in_words(field: &str) -> String {
    let mut words = String::new();
    for (index, letter) in field.chars().enumerate() {
        if letter.is_uppercase() {
            words.push(' ');
        }
        if index == 0 {
            words.extend(letter.to_uppercase());
        } else {
            words.extend(letter.to_lowercase());
        }
    }
    words
}
