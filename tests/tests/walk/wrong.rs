//! Wrong bodies, made of a right one and of what the document says of it.

use crate::document::{Field, Shape};
use serde_json::{Map, Value, json};

/// What must come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// 400 `VALIDATION_ERROR`, with a detail that names this field, if one is named.
    Invalid(Option<String>),
    /// This status.
    Status(u16),
    /// Any refusal.
    Refused,
    /// Whatever is not our failure.
    Harmless,
}

/// A body, and what must come of it.
pub(crate) struct Case {
    pub(crate) what: String,
    pub(crate) kind: Option<&'static [u8]>,
    pub(crate) body: Vec<u8>,
    pub(crate) expected: Expected,
}

pub(crate) const JSON: &[u8] = b"application/json";
const DEEP: usize = 10_000;
const LONG: usize = 100_000;
const MANY: usize = 4_000;

/// The right body with one thing wrong in it, for each field and each way in which it can be wrong.
pub(crate) fn wrong_values(fields: &[Field], body: &Map<String, Value>, above: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for field in fields {
        let path = format!("{above}{}", field.name);
        let mut add = |what: &str, value: Option<Value>, expected: Expected| {
            let mut body = body.clone();
            match value {
                Some(value) => drop(body.insert(field.name.clone(), value)),
                None => drop(body.remove(&field.name)),
            }
            let body = Value::Object(body).to_string().into_bytes();
            cases.push(Case {
                what: format!("{path} {what}"),
                kind: Some(JSON),
                body,
                expected,
            });
        };
        let invalid = Expected::Invalid(Some(path.clone()));
        if field.is_required {
            add("missing", None, invalid.clone());
        }
        for (what, value) in of_other_types(&field.shape) {
            add(what, Some(value), invalid.clone());
        }
        if !field.is_nullable {
            add("null", Some(Value::Null), invalid.clone());
        }
        match &field.shape {
            Shape::Text { most } => {
                if let Some(most) = most {
                    add("one too long", Some(json!("a".repeat(most + 1))), invalid.clone());
                }
                add("far too long", Some(json!("a".repeat(LONG))), Expected::Refused);
                add("of spaces", Some(json!("   ")), Expected::Harmless);
                add("of nothing", Some(json!("")), Expected::Harmless);
                add(
                    "of odd letters",
                    Some(json!(
                        "\u{202e}\u{200b}\u{feff}\u{fffe}\u{10ffff}\u{1}\u{7f}'\"\\%_<>"
                    )),
                    Expected::Harmless,
                );
            }
            Shape::OneOf(_) => add("unknown", Some(json!("no-such-value")), invalid.clone()),
            Shape::Id => add("that is none", Some(json!("no-id")), invalid.clone()),
            Shape::Whole => {
                for number in [
                    json!(1.5),
                    json!(u64::MAX),
                    json!(i64::MAX),
                    json!(i64::MIN),
                    json!(-1),
                    json!(1e300),
                ] {
                    add("out of range", Some(number), invalid.clone());
                }
            }
            Shape::Number => {
                for number in [json!(-1), json!(1e300), json!(f64::MIN)] {
                    add("out of range", Some(number), invalid.clone());
                }
            }
            Shape::List(item) => {
                add("of lists", Some(json!([[]])), Expected::Invalid(None));
                add(
                    "of many",
                    Some(json!(
                        (0..MANY).map(|number| sample(item, number)).collect::<Vec<_>>()
                    )),
                    Expected::Refused,
                );
                if matches!(**item, Shape::Id) {
                    add(
                        "of what is no id",
                        Some(json!(["no-id"])),
                        Expected::Invalid(None),
                    );
                }
            }
            Shape::Object(inner) => {
                if let Some(Value::Object(inside)) = body.get(&field.name) {
                    for case in wrong_values(inner, inside, &format!("{path}.")) {
                        let wrong = serde_json::from_slice(&case.body).expect("JSON");
                        let mut body = body.clone();
                        body.insert(field.name.clone(), wrong);
                        cases.push(Case {
                            body: Value::Object(body).to_string().into_bytes(),
                            ..case
                        });
                    }
                }
            }
            Shape::YesOrNo => {}
        }
    }
    cases
}

/// Each another one.
fn sample(shape: &Shape, number: usize) -> Value {
    match shape {
        Shape::Id => json!(format!("0197a2d0-5a10-7c3e-9a55-{number:012}")),
        _ => json!(format!("a{number}")),
    }
}

/// Values of all types but its own.
fn of_other_types(shape: &Shape) -> Vec<(&'static str, Value)> {
    let all = [
        ("a text", json!("a")),
        ("a number", json!(7)),
        ("yes", json!(true)),
        ("a list", json!([])),
        ("an object", json!({})),
    ];
    let own = match shape {
        Shape::Text { .. } | Shape::Id | Shape::OneOf(_) => "a text",
        Shape::Whole | Shape::Number => "a number",
        Shape::YesOrNo => "yes",
        Shape::List(_) => "a list",
        Shape::Object(_) => "an object",
    };
    all.into_iter().filter(|(kind, _)| *kind != own).collect()
}

/// What is no JSON, is JSON and no object, or holds what JSON may and we do not take.
pub(crate) fn wrong_json(fields: &[Field], body: &Map<String, Value>) -> Vec<Case> {
    let whole = Value::Object(body.clone()).to_string();
    let inside = whole.trim_start_matches('{').trim_end_matches('}').to_owned();
    let also = |more: &str| {
        if inside.is_empty() {
            format!("{{{more}}}")
        } else {
            format!("{{{inside},{more}}}")
        }
    };
    let mut cases = Vec::new();
    let mut add = |what: &str, body: Vec<u8>, expected: Expected| {
        cases.push(Case {
            what: what.to_owned(),
            kind: Some(JSON),
            body,
            expected,
        });
    };
    let invalid = || Expected::Invalid(None);
    for none in [
        "",
        " ",
        "{",
        "x",
        "[]",
        "[[]]",
        "null",
        "7",
        "\"text\"",
        "NaN",
        "{}}",
        "{'a':1}",
        "{\"a\":NaN}",
        "{\"a\":1,}",
    ] {
        add(&format!("{none:?}"), none.as_bytes().to_vec(), invalid());
    }
    add(
        "something behind it",
        format!("{whole} {{}}").into_bytes(),
        invalid(),
    );
    add(
        "in UTF-16",
        whole.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        invalid(),
    );
    add(
        "with a byte order mark",
        [b"\xef\xbb\xbf", whole.as_bytes()].concat(),
        invalid(),
    );
    add("compressed", vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0], invalid());
    add(
        "a field that nobody knows",
        also(r#""noSuchField":1"#).into_bytes(),
        Expected::Harmless,
    );
    let deep = format!(r#""noSuchField":{}1{}"#, "[".repeat(DEEP), "]".repeat(DEEP));
    add(
        "deep where nobody looks",
        also(&deep).into_bytes(),
        Expected::Harmless,
    );
    add(
        "only deep",
        format!("{}1{}", "{\"a\":".repeat(DEEP), "}".repeat(DEEP)).into_bytes(),
        Expected::Harmless,
    );
    for hidden in [
        r#""noSuchField":"a\u0000b""#,
        r#""noSuch\u0000Field":1"#,
        r#""noSuchField":{"a":["\u0000"]}"#,
        r#""noSuchField":"\u0000","another":1e400"#,
        r#""another":1e400,"noSuchField":"\\\u0000""#,
    ] {
        add(
            &format!("a NUL in {hidden}"),
            also(hidden).into_bytes(),
            invalid(),
        );
    }
    for broken in [
        &b"\"noSuchField\":\"\xff\""[..],
        b"\"noSuch\xc3\x28Field\":1",
        b"\"noSuchField\":\"\xed\xa0\x80\"",
    ] {
        let mut body = also("").into_bytes();
        body.pop();
        body.extend_from_slice(broken);
        body.push(b'}');
        add(
            &format!("broken UTF-8 in {:?}", String::from_utf8_lossy(broken)),
            body,
            invalid(),
        );
    }
    for field in fields {
        let others: Map<_, _> = body
            .iter()
            .filter(|(name, _)| **name != field.name)
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect();
        let others = Value::Object(others).to_string();
        let others = others.trim_start_matches('{').trim_end_matches('}');
        let comma = if others.is_empty() { "" } else { "," };
        let with = |value: &[u8]| {
            [
                format!("{{{others}{comma}\"{}\":", field.name).as_bytes(),
                value,
                b"}",
            ]
            .concat()
        };
        let what = |how: &str| format!("{} {how}", field.name);
        let value = body.get(&field.name).cloned().unwrap_or(Value::Null).to_string();
        let twice = format!("{value},\"{}\":{value}", field.name);
        add(
            &what("twice"),
            with(twice.as_bytes()),
            Expected::Invalid(Some(field.name.clone())),
        );
        add(
            &what("deep"),
            with(format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP)).as_bytes()),
            invalid(),
        );
        for odd in [
            &b"\"a\\u0000b\""[..],
            b"\"a\\u0000b\",\"x\":1e400",
            b"\"\\ud800\"",
            b"\"\\udc00\\ud800\"",
            b"\"a\xffb\"",
            b"\"a\0b\"",
            b"1e400",
            b"-1e400",
            b"00",
            b"Infinity",
            b"0x1",
        ] {
            let text = format!("{:?}", String::from_utf8_lossy(odd));
            add(&what(&text), with(odd), invalid());
        }
    }
    cases
}
