//! A witness that overlooks something is worth nothing: each thing that may not be told is told here once.

use super::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

const ADA: &str = "0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77";

/// The cookie of a session of this account.
fn session_of(account: &str) -> String {
    let part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
    format!(
        "jwt_token={}.{}.{}",
        part(json!({ "alg": "HS256" })),
        part(json!({ "sub": account })),
        "signature-of-forty-three-characters"
    )
}

/// What a witness says of an answer.
fn seen(witness: &Witness, asked: &str, by: &str, typed: &Value, answer: &Value) -> Vec<String> {
    seen_as(witness, asked, by, typed, &answer.to_string())
}

fn seen_as(witness: &Witness, asked: &str, by: &str, typed: &Value, text: &str) -> Vec<String> {
    let (method, path) = asked.split_once(' ').expect("a method and a path");
    let mut asked_with = HeaderMap::new();
    if !by.is_empty() {
        let cookie = session_of(by).try_into().expect("a cookie");
        asked_with.insert(header::COOKIE, cookie);
    }
    witness.look_at(&Exchange {
        method: &method.parse().expect("a method"),
        uri: &path.parse().expect("a path"),
        asked_with: &asked_with,
        typed: typed.to_string().as_bytes(),
        status: StatusCode::OK,
        headers: &HeaderMap::new(),
        text,
    })
}

#[test]
fn an_answer_that_tells_a_secret_is_seen() {
    let session = session_of(ADA);
    for (answer, what) in [
        (
            json!({ "it": format!("${}${}", "2b$10", "a".repeat(53)) }),
            "the hash of a password",
        ),
        (json!({ "it": [session] }), "a session's token"),
        (json!({ "passwordHash": null }), "the field `passwordHash`"),
        (
            json!({ "users": [{ "totp_secret": 1 }] }),
            "the field `totp_secret`",
        ),
        (
            json!({ "email": "eve@mail.example" }),
            "the address eve@mail.example",
        ),
        (
            json!({ "said": "write to Eve@Mail.example." }),
            "the address eve@mail.example",
        ),
        (
            json!({ "message": "`a walk in the rain` is wrong" }),
            "what was typed in secret",
        ),
    ] {
        let witness = Witness::default();
        let typed = json!({ "password": "a walk in the rain" });
        let found = seen(&witness, "POST /api/posts", ADA, &typed, &answer);
        assert_eq!(
            found,
            [format!("POST /api/posts (200 OK) tells {what}")],
            "{answer}"
        );
    }
    let page = ["<p>Error: postgres", "://joint:word@127.0.0.1/joint</p>"].concat();
    let found = seen_as(&Witness::default(), "GET /", "", &Value::Null, &page);
    assert_eq!(found, ["GET / (200 OK) tells a password in an address"]);
}

#[test]
fn what_the_contract_wants_to_be_told_is_told_there_and_nowhere_else() {
    let witness = Witness::default();
    let nothing = Value::Null;
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let set_up = json!({ "secret": secret, "otpauthUrl": format!("otpauth://totp/Joint:ada?secret={secret}"), "qrCode": "data:" });
    assert_eq!(
        seen(&witness, "POST /api/auth/2fa/setup", ADA, &nothing, &set_up),
        [""; 0]
    );
    assert!(witness.knows(secret));
    let elsewhere = json!({ "note": format!("it is {secret}") });
    assert_eq!(
        seen(&witness, "GET /api/auth/me", ADA, &nothing, &elsewhere),
        ["GET /api/auth/me (200 OK) tells a secret (told once)"]
    );
    let set_up = json!({ "it": set_up });
    let found = seen(&witness, "POST /api/auth/2fa/enable", ADA, &nothing, &set_up);
    assert_eq!(
        found.len(),
        6,
        "the form, the secret twice, three fields: {found:?}"
    );
}

#[test]
fn ones_own_address_is_ones_own_and_nobody_elses() {
    let witness = Witness::default();
    let ask = json!({ "email": "Ada@mail.example", "password": "a walk in the rain" });
    let me =
        json!({ "user": { "id": ADA, "email": "Ada@mail.example", "normalizedEmail": "ada@mail.example" } });
    assert_eq!(seen(&witness, "POST /api/auth/signup", "", &ask, &me), [""; 0]);
    assert_eq!(
        seen(&witness, "GET /api/auth/me", ADA, &Value::Null, &me),
        [""; 0]
    );
    let eve = "0297a2d0-5a10-7c3e-9a55-6f3f2f9e1a77";
    for asker in [eve, ""] {
        let found = seen(&witness, "GET /api/users/ada", asker, &Value::Null, &me);
        assert_eq!(found.len(), 2, "{found:?}");
    }
    let listed = json!({ "entries": [{ "email": "eve@mail.example" }] });
    assert_eq!(
        seen(&witness, "GET /api/admin/allow-list", ADA, &Value::Null, &listed),
        [""; 0]
    );
    assert_eq!(
        seen(&witness, "GET /api/admin/accounts", ADA, &Value::Null, &listed).len(),
        1
    );
}

#[test]
fn a_line_of_log_that_tells_a_secret_is_kept_until_somebody_asks() {
    let witness = Witness::default();
    let typed = json!({ "password": "a walk in the rain", "content": "What nobody should read in a log" });
    assert_eq!(
        seen(&witness, "POST /api/posts", ADA, &typed, &json!({})),
        [""; 0]
    );
    let harmless = json!({ "message": "answered", "status": 200, "account": ADA, "request_id": ADA });
    witness.line(&harmless.to_string());
    witness.must_be_silent();
    assert_eq!(witness.logged("ANSWERED").len(), 1);
    for (line, what) in [
        (json!({ "error": "no user ada@mail.example" }), "ada@mail.example"),
        (
            json!({ "causes": ["it is not `a walk in the rain`"] }),
            "typed in secret",
        ),
        (
            json!({ "body": "What nobody should read in a log" }),
            "was said by somebody",
        ),
        (
            json!({ "url": "http://s3/x?X-Amz-Signature=12" }),
            "the address of a file, signed",
        ),
        (json!({ "cookie": session_of(ADA) }), "a session's token"),
    ] {
        let before = witness.state().findings.len();
        witness.line(&line.to_string());
        let findings = witness.state().findings.clone();
        assert_eq!(findings.len(), before + 1, "{line}: {findings:?}");
        assert!(findings[before].contains(what), "{findings:?}");
    }
    let ends = std::panic::catch_unwind(|| witness.must_be_silent());
    assert!(ends.is_err(), "whoever ends next fails");
}

#[test]
fn a_secret_that_becomes_known_is_looked_for_in_what_was_seen_before() {
    let witness = Witness::default();
    let token = "AZosMailedTokenThatNobodyKnows_0123456789";
    let answer = json!({ "hint": format!("\n{token}\n") });
    assert_eq!(
        seen(&witness, "GET /api/posts", "", &Value::Null, &answer),
        [""; 0]
    );
    witness.must_be_silent();
    witness.learn("identity.mail.links", token);
    let findings = witness.state().findings.clone();
    let told = "a secret (identity.mail.links) was told before it was known: GET /api/posts (200 OK)";
    assert_eq!(findings, [told]);
    // What somebody says is in no log either, also when it was logged before they were seen to say it.
    let witness = Witness::default();
    witness.line("{\"message\":\"Ada says: 12 walks in the rain\"}");
    let typed = json!({ "content": "34 walks in the rain" });
    assert_eq!(seen(&witness, "POST /api/posts", "", &typed, &json!({})), [""; 0]);
    assert_eq!(witness.state().findings.len(), 1);
}

#[test]
fn what_a_program_of_its_own_says_is_overheard_and_harmless_words_are_none() {
    let witness = Witness::default();
    let (key, later) = (
        "b7e1c0ffee00000000000000000000d4",
        "AZosMailedTokenThatNobodyKnows_0123456789",
    );
    witness.learn("the operator's key", key);
    // Too short to be found anywhere but by chance.
    witness.learn("a word", "the first");
    let harmless = json!({ "posts": [{ "content": "the first", "author": "ada@mail.example" }], "id": ADA });
    witness.overhears("GET /api/posts", &harmless.to_string());
    for (told, what) in [
        (
            json!({ "hint": key }).to_string(),
            "a secret (the operator's key)",
        ),
        (
            json!({ "it": { "passwordHash": null } }).to_string(),
            "the field `passwordHash`",
        ),
        (
            format!("line\n${}${}", "2b$10", "a".repeat(53)),
            "the hash of a password",
        ),
        (session_of(ADA), "a session's token"),
    ] {
        let seen = std::panic::catch_unwind(|| witness.overhears("it", &told));
        let said = seen.expect_err(&told);
        let said = said.downcast_ref::<String>().expect("words");
        assert!(said.contains(what), "{said}");
    }
    witness.overhears("GET /api/posts", &json!({ "hint": later }).to_string());
    witness.must_be_silent();
    witness.learn("identity.mail.links", later);
    let ends = std::panic::catch_unwind(|| witness.must_be_silent());
    assert!(
        ends.is_err(),
        "what becomes known later is looked for in what was overheard"
    );
}
