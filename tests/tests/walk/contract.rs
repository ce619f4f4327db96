//! What the contract says of every answer, and of who may ask without a session.

use http::StatusCode;
use serde_json::Value;
use testkit::Answer;

/// "public" in the HTTP contract: `without a session: GET /users/{name} and /posts of it, /posts, /posts/{id} with
/// comments and reactions, /search*; sign-up, log-in, verify, forgot, reset; […]. Everything else is 401.` The files of a
/// public post are as public as its text ("media access derives from its post"), and whoever cannot log in must be able
/// to ask for another link ("verify"). Whoever is suspended takes their data and leaves by their password. A receipt is "readable by its secret token for 30 days without a session".
pub(crate) const PUBLIC: [&str; 20] = [
    "GET /api/users/{username}",
    "GET /api/users/{username}/posts",
    "GET /api/posts",
    "GET /api/posts/{id}",
    "GET /api/posts/{id}/comments",
    "GET /api/posts/{id}/reactions",
    "GET /api/search",
    "GET /api/search/users",
    "GET /api/search/posts",
    "GET /api/search/suggest",
    "GET /api/media/{id}/content",
    "GET /api/auth/account/receipts/{token}",
    "POST /api/auth/signup",
    "POST /api/auth/login",
    "POST /api/auth/verify-email",
    "POST /api/auth/resend-verification",
    "POST /api/auth/forgot-password",
    "POST /api/auth/reset-password",
    "POST /api/auth/suspended/export",
    "POST /api/auth/suspended/delete",
];

/// Words that stand in no message: names of our types and of our tools, statements, stacks.
const NOT_FOR_PEOPLE: [&str; 26] = [
    "::",
    "Option<",
    "Vec<",
    "struct ",
    "enum ",
    "tuple",
    "variant",
    "invalid type",
    "expected",
    "serde",
    "diesel",
    "panicked",
    "backtrace",
    "UUID",
    "i64",
    "i32",
    "u16",
    "f64",
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    " at line ",
    "syntax",
    ".rs:",
    "postgres",
    "deserialize",
];

/// What is wrong with an answer that is not a success, seen as the contract's words on errors; nothing when all is well.
pub(crate) fn faults(answer: &Answer) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |is_wrong: bool, words: &str| {
        if is_wrong {
            faults.push(words.to_owned());
        }
    };
    let (status, body) = (answer.status, &answer.json);
    fault(!status.is_client_error(), "it is no refusal");
    let header = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok());
    fault(
        header("content-type") != Some("application/json"),
        "it is no JSON",
    );
    fault(
        header("cache-control") != Some("no-store"),
        "somebody may store it",
    );
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    fault(
        Some(text("error")) != status.canonical_reason(),
        "`error` is not the reason phrase",
    );
    fault(text("message").is_empty(), "`message` is missing");
    fault(!is_code(text("code")), "`code` is no code");
    fault(
        text("requestId").parse::<uuid::Uuid>().is_err(),
        "`requestId` is no id",
    );
    fault(
        header("x-request-id") != Some(text("requestId")),
        "`requestId` is not the header's",
    );
    let names = body
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str());
    let known = ["error", "message", "code", "requestId", "details"];
    fault(
        names.clone().any(|name| !known.contains(&name)),
        "it has other fields than the contract's",
    );
    let is_validation = text("code") == "VALIDATION_ERROR";
    fault(
        is_validation && status != StatusCode::BAD_REQUEST,
        "VALIDATION_ERROR is 400",
    );
    let details = body["details"].as_array().cloned().unwrap_or_default();
    fault(
        !is_validation && !details.is_empty(),
        "`details` are for validation alone",
    );
    fault(
        body.get("details").is_some() && details.is_empty(),
        "`details` are there and say nothing",
    );
    let is_detail = |detail: &Value| {
        detail.as_object().is_some_and(|fields| fields.len() == 2)
            && detail["field"].is_string()
            && detail["message"]
                .as_str()
                .is_some_and(|message| !message.is_empty())
    };
    fault(
        !details.iter().all(is_detail),
        "a detail is not a field and a message",
    );
    let messages = details.iter().filter_map(|detail| detail["message"].as_str());
    for said in messages.chain([text("message")]) {
        for word in NOT_FOR_PEOPLE {
            fault(said.contains(word), &format!("it says `{word}` to people"));
        }
        fault(said.len() > 300, "it says too much");
    }
    faults
}

fn is_code(code: &str) -> bool {
    !code.is_empty()
        && code
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Reports all that was found, not only the first.
#[track_caller]
pub(crate) fn assert_nothing(found: &[String], what: &str) {
    assert!(found.is_empty(), "{what}:\n  {}\n", found.join("\n  "));
}

/// An answer in a line.
pub(crate) fn brief(answer: &Answer) -> String {
    let text: String = answer.text.chars().take(300).collect();
    format!("{} {text}", answer.status.as_u16())
}
