//! Writes that another site's page makes with our visitor's cookie are refused.

use crate::Refusal;
use http::{HeaderMap, HeaderName, Method, header};
use std::collections::BTreeSet;
use url::{Host, Url};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The origins whose pages may write: our own, its loopback twin, and configured ones.
#[derive(Clone, Debug)]
pub struct Origins {
    allowed: BTreeSet<String>,
}

impl Origins {
    /// Those of this public address and of other configured ones.
    #[must_use]
    pub fn new(public: &Url, configured: &[Url]) -> Self {
        let mut allowed = BTreeSet::new();
        for url in std::iter::once(public).chain(configured) {
            allowed.insert(url.origin().ascii_serialization());
        }
        let twin = match public.host() {
            Some(Host::Domain("localhost")) => Some("127.0.0.1"),
            Some(Host::Ipv4(address)) if address.is_loopback() => Some("localhost"),
            _ => None,
        };
        if let Some(host) = twin {
            let mut url = public.clone();
            if url.set_host(Some(host)).is_ok() {
                allowed.insert(url.origin().ascii_serialization());
            }
        }
        Self { allowed }
    }

    /// Whether a page of this origin may ask with a cookie.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        self.allowed.contains(origin)
    }

    /// All of them, for CORS.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.allowed.iter().map(String::as_str)
    }

    /// Refuses a write that a browser makes for another site.
    ///
    /// `same-site` is not enough: another host of the same site may be somebody else's. Neither header means
    /// that no browser asks, and then there is no visitor whose cookie could be abused.
    ///
    /// # Errors
    /// 403 `CROSS_SITE`.
    pub fn check(&self, method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
        if method.is_safe() {
            return Ok(());
        }
        let is_browser = headers.contains_key(header::ORIGIN) || headers.contains_key(SEC_FETCH_SITE);
        // More than one is no browser's, and then not all are ours.
        let mut origins = headers
            .get_all(header::ORIGIN)
            .iter()
            .map(|origin| origin.to_str().ok());
        let (origin, another) = (origins.next().flatten(), origins.next());
        if is_browser && (another.is_some() || !origin.is_some_and(|origin| self.allows(origin))) {
            let message = "Another site's page may not do this";
            return Err(Refusal::new(http::StatusCode::FORBIDDEN, "CROSS_SITE", message));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&str, &str)]) -> bool {
        let public = Url::parse("http://127.0.0.1:8080/").unwrap();
        let origins = Origins::new(&public, &[Url::parse("https://joint.example").unwrap()]);
        let headers = headers
            .iter()
            .map(|(n, v)| (n.parse::<HeaderName>().unwrap(), v.parse().unwrap()))
            .collect();
        origins.check(&Method::POST, &headers).is_ok()
    }

    #[test]
    fn a_write_comes_from_our_own_pages_or_from_no_browser() {
        assert!(check(&[]));
        for ours in [
            "http://127.0.0.1:8080",
            "http://localhost:8080",
            "https://joint.example",
        ] {
            assert!(
                check(&[("origin", ours), ("sec-fetch-site", "same-origin")]),
                "{ours}"
            );
        }
        for theirs in [
            "https://evil.example",
            "http://localhost:8081",
            "https://joint.example.evil.example",
            "null",
            "",
        ] {
            assert!(!check(&[("origin", theirs)]), "{theirs}");
        }
        assert!(!check(&[
            ("origin", "http://127.0.0.1:8080"),
            ("origin", "https://evil.example")
        ]));
        for site in ["cross-site", "same-site", "same-origin", "none"] {
            assert!(!check(&[("sec-fetch-site", site)]), "{site} without an origin");
        }
    }
}
