//! Which service answers an address, and which addresses anybody may ask.

use chassis::Refusal;
use http::Method;
use percent_encoding::percent_decode_str;

/// The prefix under which services are reached from outside.
pub(crate) const PREFIX: &str = "/api";

/// Where a request goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Destination<'a> {
    /// The process is up.
    Health,
    /// Whether every service can answer.
    Ready,
    /// The API, described.
    Document,
    /// To the service that owns the address.
    Service(Address<'a>),
    /// Not below the prefix: the web app, if there is one.
    Outside,
    /// Below the prefix, and nobody's.
    Nowhere,
}

impl Destination<'_> {
    /// Whether there is nothing to do but to look.
    pub(crate) fn is_only_read(&self) -> bool {
        matches!(self, Self::Health | Self::Ready | Self::Document)
    }
}

/// An address of a service.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    /// Who answers it.
    pub(crate) owner: &'static str,
    /// As the service knows it: without the prefix.
    pub(crate) path: &'a str,
    segments: Vec<&'a str>,
}

/// Reads a path.
///
/// Segments are compared as they are written, never decoded, and the services do the same: there is no second
/// reading of an address by which it could slip past the table. What a server behind us might read in another way
/// (`//`, `..`, an encoded slash) is nobody's address.
///
/// # Errors
/// 400 when it is no text, or holds a NUL.
pub(crate) fn destination(path: &str) -> Result<Destination<'_>, Refusal> {
    if path.contains('%') && !is_encoded_text(path) {
        return Err(Refusal::invalid(
            "path",
            "The address must be UTF-8, without NUL characters",
        ));
    }
    let Some(below) = path
        .strip_prefix(PREFIX)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
    else {
        return Ok(match path {
            "/health" => Destination::Health,
            "/ready" => Destination::Ready,
            "/openapi.json" => Destination::Document,
            _ => Destination::Outside,
        });
    };
    let segments: Vec<_> = below.split('/').skip(1).collect();
    Ok(match segments.as_slice() {
        ["ready"] => Destination::Ready,
        segments if segments.iter().any(|segment| is_ambiguous(segment)) => Destination::Nowhere,
        _ => owner(&segments).map_or(Destination::Nowhere, |owner| {
            Destination::Service(Address {
                owner,
                path: below,
                segments,
            })
        }),
    })
}

/// The service that answers an address as it is reached from outside (`/api/posts/{id}`, where `{id}` is a segment like
/// another); nothing where that is the edge itself, or nobody.
#[must_use]
pub fn owner_of(path: &str) -> Option<&'static str> {
    match destination(path) {
        Ok(Destination::Service(address)) => Some(address.owner),
        _ => None,
    }
}

/// The table. What is not in it cannot be reached, `/internal` of any service first of all.
fn owner(segments: &[&str]) -> Option<&'static str> {
    Some(match segments {
        ["auth", ..] | ["admin", "accounts" | "allow-list" | "audit", ..] => "identity",
        ["users", _, "posts"] => "content",
        ["users", ..] => "profile",
        ["posts" | "moderation", ..] => "content",
        ["media", ..] => "media",
        ["social", ..] => "social-graph",
        ["search", ..] => "search-indexer",
        ["admin", "queues" | "dead-letters", ..] => "orchestrator",
        _ => return None,
    })
}

impl Address<'_> {
    /// Whether it may be asked without a session.
    pub(crate) fn is_public(&self, method: &Method) -> bool {
        is_public(method, &self.segments)
    }

    /// The account at whose sessions an administrator's write is aimed.
    pub(crate) fn administered_account(&self) -> Option<&str> {
        match self.segments.as_slice() {
            ["admin", "accounts", id, ..] => Some(id),
            _ => None,
        }
    }

    /// Whether a success here ends sessions of an account that the request does not name.
    pub(crate) fn ends_unnamed_sessions(&self) -> bool {
        self.segments == ["auth", "reset-password"]
    }

    /// What may stand in a log: no name and no id.
    pub(crate) fn family(&self) -> String {
        self.segments
            .first()
            .map_or_else(String::new, |first| format!("/{first}/…"))
    }
}

/// What anybody may ask; everything else takes a session. `{…}` of a documented path is a segment like another.
///
/// The owner still decides what an anonymous asker is shown.
pub(crate) fn is_public(method: &Method, segments: &[&str]) -> bool {
    if method == Method::GET || method == Method::HEAD {
        match segments {
            ["users", name] | ["users", name, "posts"] => *name != "me",
            ["posts", id] | ["posts", id, "comments" | "reactions"] => *id != "feed",
            // A picture of a public text is as public as the text.
            ["posts"] | ["search", ..] | ["media", _, "content"] => true,
            // Whoever knows its secret has no session any more.
            ["auth", "account", "receipts", _] => true,
            _ => false,
        }
    } else if method == Method::POST {
        matches!(
            segments,
            [
                "auth",
                "signup"
                    | "login"
                    | "verify-email"
                    | "resend-verification"
                    | "forgot-password"
                    | "reset-password"
            ]
                // Whoever is suspended has no session any more, and shows their password.
                | ["auth", "suspended", "export" | "delete"]
        )
    } else {
        false
    }
}

fn is_encoded_text(path: &str) -> bool {
    percent_decode_str(path)
        .decode_utf8()
        .is_ok_and(|decoded| !decoded.contains('\0'))
}

/// Whether somebody could read more or less than one segment in it.
fn is_ambiguous(segment: &str) -> bool {
    let is_odd = |text: &str| matches!(text, "" | "." | "..") || text.contains(['/', '\\']);
    is_odd(segment) || segment.contains('%') && is_odd(&percent_decode_str(segment).decode_utf8_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes_to(path: &str) -> Option<(&'static str, &str)> {
        match destination(path).unwrap() {
            Destination::Service(address) => Some((address.owner, address.path)),
            _ => None,
        }
    }

    #[test]
    fn every_address_has_one_owner() {
        for (path, owner) in [
            ("/api/auth/login", "identity"),
            ("/api/admin/accounts", "identity"),
            ("/api/admin/audit", "identity"),
            ("/api/users/alice", "profile"),
            ("/api/users/me/credits/order", "profile"),
            ("/api/users/alice/posts", "content"),
            ("/api/posts", "content"),
            ("/api/moderation/reports", "content"),
            ("/api/media/upload", "media"),
            ("/api/social/follow/x", "social-graph"),
            ("/api/search", "search-indexer"),
            ("/api/admin/queues", "orchestrator"),
            ("/api/admin/dead-letters/profile:42/replay", "orchestrator"),
        ] {
            assert_eq!(goes_to(path), Some((owner, path.strip_prefix("/api").unwrap())));
        }
        assert_eq!(
            goes_to("/api/users/b%C3%A4r"),
            Some(("profile", "/users/b%C3%A4r"))
        );
    }

    #[test]
    fn what_is_not_in_the_table_is_nowhere_however_it_is_written() {
        for path in [
            "/api",
            "/api/",
            "/api/internal/sessions/x",
            "/api//internal/sessions/x",
            "/api/%69nternal/sessions/x",
            "/api/auth/../internal/sessions/x",
            "/api/auth/%2e%2e/internal/sessions/x",
            "/api/auth/.%2E/internal/sessions/x",
            "/api/auth//login",
            "/api/auth/login/",
            "/api/auth%2Flogin",
            "/api/auth/..%2finternal",
            "/api/auth\\..\\internal",
            "/api/auth/..%5cinternal",
            "/api/./internal",
            "/api/AUTH/login",
            "/api/admin/nothing",
            "/api/nothing",
        ] {
            assert_eq!(destination(path).unwrap(), Destination::Nowhere, "{path}");
        }
        for path in [
            "/",
            "/internal/sessions/x",
            "/apis/auth/login",
            "/%61pi/auth/login",
            "//api/auth/login",
            "*",
        ] {
            assert_eq!(destination(path).unwrap(), Destination::Outside, "{path}");
        }
    }

    #[test]
    fn a_path_that_is_no_text_is_refused() {
        for path in ["/api/users/%FF", "/api/users/%00", "/%c3%28", "/api/users/a%00b"] {
            assert_eq!(destination(path).unwrap_err().code, "VALIDATION_ERROR", "{path}");
        }
    }

    #[test]
    fn only_what_the_contract_names_is_public() {
        let public = |method: Method, path: &str| match destination(path).unwrap() {
            Destination::Service(address) => address.is_public(&method),
            other => panic!("{path} goes to {other:?}"),
        };
        for path in [
            "users/alice",
            "users/alice/posts",
            "posts",
            "posts/1",
            "posts/1/comments",
            "posts/1/reactions",
        ] {
            let path = format!("/api/{path}");
            assert!(
                public(Method::GET, &path) && public(Method::HEAD, &path),
                "{path}"
            );
            for method in [
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
                Method::OPTIONS,
            ] {
                assert!(!public(method.clone(), &path), "{method} {path}");
            }
        }
        for path in [
            "users/me",
            "users/me/posts",
            "posts/feed",
            "users/me/links",
            "auth/me",
            "media/1",
            "posts/1/report",
        ] {
            assert!(!public(Method::GET, &format!("/api/{path}")), "{path}");
        }
        assert!(public(Method::POST, "/api/auth/signup") && !public(Method::GET, "/api/auth/signup"));
        assert!(
            public(Method::POST, "/api/auth/suspended/export")
                && !public(Method::POST, "/api/auth/suspended")
        );
        assert!(!public(Method::POST, "/api/auth/logout") && !public(Method::POST, "/api/auth/login/x"));
    }
}
