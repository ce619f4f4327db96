//! Where the contract wants what else is a secret to be told. A narrow list: each row is one answer.

use super::asker::Asker;
use http::{Method, StatusCode};
use serde_json::Value;

/// Told once, to whoever asked for it: from then on it is a secret, and no other answer says it.
const TOLD_ONCE: [(&str, &str, &[&str]); 4] = [
    ("POST", "/auth/2fa/setup", &["secret", "otpauthUrl", "qrCode"]),
    ("POST", "/auth/2fa/enable", &["recoveryCodes"]),
    ("POST", "/auth/2fa/recovery-codes", &["recoveryCodes"]),
    ("DELETE", "/auth/account", &["receiptUrl"]),
];

/// Admins read there the addresses that admins wrote there.
const OF_ADDRESSES: &str = "/admin/allow-list";

/// How an address looks, says a refusal of what is none.
pub(super) const NOBODYS: &str = "name@example.org";

/// Names that no field of an answer has, in lower case and without underscores. What is told once is looked at without its fields.
const FIELDS: [&str; 29] = [
    "password",
    "passwordhash",
    "passworddigest",
    "currentpassword",
    "newpassword",
    "hash",
    "salt",
    "secret",
    "secretkey",
    "totpsecret",
    "sealedsecret",
    "otpauthurl",
    "qrcode",
    "recoverycodes",
    "codehash",
    "digest",
    "token",
    "tokendigest",
    "tokenhash",
    "resettoken",
    "verificationtoken",
    "sessiontoken",
    "accesstoken",
    "refreshtoken",
    "jwt",
    "cookie",
    "voucher",
    "apikey",
    "databaseurl",
];

/// A path as services know it: the edge's base is taken off.
fn below_api(path: &str) -> &str {
    path.strip_prefix("/api").unwrap_or(path)
}

/// Takes out of an answer what the contract wants in it.
pub(super) fn take_told(method: &Method, path: &str, status: StatusCode, json: &mut Value) -> Vec<Value> {
    let path = below_api(path);
    let row = TOLD_ONCE
        .iter()
        .find(|(of, at, _)| method == *of && path == *at && status.is_success());
    let fields = row.map(|(_, _, fields)| *fields).unwrap_or_default();
    let object = json.as_object_mut();
    object
        .map(|object| fields.iter().filter_map(|field| object.remove(*field)).collect())
        .unwrap_or_default()
}

/// Whether it is documentation: it names every field, and has examples of what stands there. A secret of ours it may not tell.
pub(super) fn is_documentation(path: &str) -> bool {
    path == "/openapi.json" || path == "/docs" || path.starts_with("/docs/")
}

/// Whether this asker may be told this address there.
pub(super) fn may_be_told(asker: &Asker, path: &str) -> bool {
    below_api(path) == OF_ADDRESSES || (asker.is_edge && below_api(path).starts_with("/internal/"))
}

/// The fields of an answer that have a name which none may have.
pub(super) fn forbidden_fields(json: &Value) -> Vec<&str> {
    match json {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| {
                let is_forbidden = FIELDS.contains(&name.replace('_', "").to_lowercase().as_str());
                let here = is_forbidden.then_some(name.as_str());
                here.into_iter().chain(forbidden_fields(value))
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(forbidden_fields).collect(),
        _ => Vec::new(),
    }
}
