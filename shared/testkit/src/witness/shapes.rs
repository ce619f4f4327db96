//! What a secret looks like, whatever it says: forms that stand in no answer and in no line of log.

/// Shorter words are no secret of ours: the shortest has 80 random bits.
const SHORTEST: usize = 16;

/// Whether a character may stand in a token (base64url), a hash in hexadecimal, a code.
fn is_token(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}

/// The words of a text that are long enough to be secrets, without ids, which are none.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter| !is_token(letter))
        .filter(|word| word.len() >= SHORTEST && !is_id(word))
}

/// Whether it is a UUID, as ours are written.
fn is_id(word: &str) -> bool {
    let parts = word.split('-').map(str::len);
    word.len() == 36 && parts.eq([8, 4, 4, 4, 12])
}

/// Where something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In an answer.
    Answer,
    /// In a line of log.
    Log,
}

/// What of that a text has.
pub(super) fn forms(text: &str, place: Place) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut note = |is_there: bool, what: &'static str| {
        if is_there {
            found.push(what);
        }
    };
    note(has_password_hash(text), "the hash of a password");
    note(has_session(text), "a session's token");
    note(text.contains("otpauth://"), "the secret of a second factor");
    note(text.contains("-----BEGIN"), "a key");
    note(has_password_in_url(text), "a password in an address");
    let linked = text.match_indices("token=").any(|(at, name)| {
        let (before, after) = (text.get(..at), text.get(at + name.len()..));
        let is_whole = !before.unwrap_or_default().ends_with(is_token);
        is_whole && token_at(after.unwrap_or_default()) >= 20
    });
    note(linked, "a link that was mailed");
    // Whoever is given one may fetch a file for a minute; whoever reads the log may not.
    let is_signed = place == Place::Log && text.contains("X-Amz-Signature=");
    note(is_signed, "the address of a file, signed");
    found
}

/// How many characters of a token a text begins with.
fn token_at(text: &str) -> usize {
    text.find(|letter| !is_token(letter)).unwrap_or(text.len())
}

/// `$2b$10$…`
fn has_password_hash(text: &str) -> bool {
    text.split("$2").skip(1).any(|after| {
        let after = after.as_bytes();
        matches!(after, [b'a' | b'b' | b'x' | b'y', b'$', tens, ones, b'$', ..]
            if tens.is_ascii_digit() && ones.is_ascii_digit())
    })
}

/// Three parts of base64url, the first two of which are JSON objects.
fn has_session(text: &str) -> bool {
    text.match_indices("eyJ").any(|(at, _)| {
        let first = text.get(at..).unwrap_or_default();
        let next = first.get(token_at(first)..).unwrap_or_default();
        next.starts_with(".eyJ")
    })
}

/// A scheme, a user, a colon, a password, an at.
fn has_password_in_url(text: &str) -> bool {
    text.split("://").skip(1).any(|after| {
        let authority = after.split(['/', '?', '#', ' ', '"']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        user.and_then(|user| user.split_once(':'))
            .is_some_and(|(_, password)| !password.is_empty())
    })
}

/// The e-mail addresses in a text, in lower case.
pub(super) fn addresses(text: &str) -> Vec<String> {
    let is_local = |letter: char| letter.is_alphanumeric() || "._%+-".contains(letter);
    let is_domain = |letter: char| letter.is_alphanumeric() || ".-".contains(letter);
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let (before, after) = (text.get(..at), text.get(at + 1..));
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        let local = before
            .rsplit(|letter| !is_local(letter))
            .next()
            .unwrap_or_default();
        let domain = after
            .split(|letter| !is_domain(letter))
            .next()
            .unwrap_or_default();
        let domain = domain.trim_end_matches(['.', '-']);
        let is_host = domain.rsplit_once('.').is_some_and(|(name, top)| {
            !name.is_empty() && top.len() >= 2 && top.chars().all(char::is_alphabetic)
        });
        if !local.is_empty() && is_host {
            found.push(format!("{local}@{domain}").to_lowercase());
        }
    }
    found
}

/// A text without what differs from one time to the next: digits, and ids.
pub(super) fn without_numbers(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for part in text.split_inclusive(|letter: char| !letter.is_ascii_hexdigit() && letter != '-') {
        let bare = part.trim_end_matches(|letter: char| !letter.is_ascii_hexdigit() && letter != '-');
        if is_id(bare) {
            kept.push('#');
            kept.push_str(part.get(bare.len()..).unwrap_or_default());
        } else {
            kept.extend(
                part.chars()
                    .map(|letter| if letter.is_ascii_digit() { '0' } else { letter }),
            );
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_log(text: &str) -> Vec<&'static str> {
        forms(text, Place::Log)
    }

    #[test]
    fn what_has_the_form_of_a_secret_is_seen_and_nothing_else_is() {
        let hash = ["$2", "b$04$", &"a".repeat(53)].concat();
        let session = ["eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxIn0", ".c2lnbmF0dXJl"].concat();
        for (text, what) in [
            (hash, "the hash of a password"),
            (session, "a session's token"),
            (
                "otpauth://totp/Joint:ada".to_owned(),
                "the secret of a second factor",
            ),
            ("-----BEGIN PRIVATE KEY-----".to_owned(), "a key"),
            (
                ["at postgres", "://ada:word@host/joint"].concat(),
                "a password in an address",
            ),
            (
                format!("http://joint/reset-password?token={}", "aB3".repeat(8)),
                "a link that was mailed",
            ),
            (
                "http://s3/x?X-Amz-Signature=00".to_owned(),
                "the address of a file, signed",
            ),
        ] {
            assert_eq!(in_log(&text), [what], "{text}");
            assert_eq!(in_log(&format!("\"so: {text}\"")), [what], "{text}");
        }
        for text in [
            "costs $2 or $25",
            "eyJ is how JSON begins, eyJhIjoxfQ is some",
            "https://joint.example/a:b@c",
            "http://127.0.0.1:8080/verify-email?token=…",
            "postgres://ada@host/joint",
            "token=short",
        ] {
            assert_eq!(in_log(text), [""; 0], "{text}");
        }
        assert_eq!(forms("http://s3/x?X-Amz-Signature=00", Place::Answer), [""; 0]);
    }

    #[test]
    fn addresses_are_seen_wherever_they_stand() {
        let text = "to <Ada.B+c@Mail.Example>, \"eve@x.co.uk\". é@b.example";
        let seen = ["ada.b+c@mail.example", "eve@x.co.uk", "é@b.example"];
        assert_eq!(addresses(text), seen);
        for text in ["a @ b.c", "@ada", "ada@localhost", "1@2.3", "rate@ 5"] {
            assert_eq!(addresses(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn words_that_could_be_secrets_are_found_and_ids_are_none() {
        let text = "a=0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77&b=AbCd-1234_efgh5678/short.0123456789abcdef";
        assert!(words(text).eq(["AbCd-1234_efgh5678", "0123456789abcdef"]));
    }

    #[test]
    fn lines_that_differ_by_numbers_alone_are_the_same() {
        let line =
            |id: &str, time: u32| without_numbers(&format!("{{\"id\":\"{id}\",\"ms\":{time}.5}} done"));
        let one = line("0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77", 12);
        assert_eq!(one, "{\"id\":\"#\",\"ms\":00.0} done");
        assert_eq!(one, line("0297a2d0-5a10-7c3e-9a55-6f3f2f9e1a78", 73));
    }
}
