//! The cookie that carries the session token.

use super::COOKIE;
use http::HeaderValue;
use http::header::InvalidHeaderValue;
use std::time::Duration;
use url::{Host, Url};

/// How the cookie is set and cleared: never readable by a script, never sent with what another site asks for.
#[derive(Clone, Copy, Debug)]
pub struct SessionCookie {
    is_secure: bool,
}

impl SessionCookie {
    /// For a site at this address. `Secure` is left out only where there is no TLS and no network either.
    #[must_use]
    pub fn of_site(public_url: &Url) -> Self {
        let is_loopback = match public_url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        Self {
            is_secure: !(is_loopback && public_url.scheme() == "http"),
        }
    }

    /// Sets it to a token, for as long as the session lasts.
    ///
    /// # Errors
    /// When the token is none of ours, for those can stand in a header.
    pub fn set(self, token: &str, lifetime: Duration) -> Result<HeaderValue, InvalidHeaderValue> {
        self.set_another(COOKIE, token, lifetime)
    }

    /// Sets another cookie in the same way.
    ///
    /// # Errors
    /// When name or value cannot stand in a header.
    pub fn set_another(
        self,
        name: &str,
        value: &str,
        lifetime: Duration,
    ) -> Result<HeaderValue, InvalidHeaderValue> {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let seconds = lifetime.as_secs();
        let mut value = HeaderValue::try_from(format!(
            "{name}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}"
        ))?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Takes it away.
    #[must_use]
    pub fn clear(self) -> HeaderValue {
        HeaderValue::from_static(if self.is_secure {
            "jwt_token=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0; Secure"
        } else {
            "jwt_token=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(site: &str) -> String {
        let cookie = SessionCookie::of_site(&Url::parse(site).unwrap());
        let value = cookie.set("x.y.z", Duration::from_secs(604_800)).unwrap();
        assert!(value.is_sensitive());
        value.to_str().unwrap().to_owned()
    }

    #[test]
    fn it_goes_over_tls_alone_unless_the_site_is_on_loopback_without() {
        let plain = "jwt_token=x.y.z; HttpOnly; SameSite=Strict; Path=/; Max-Age=604800";
        for site in ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]"] {
            assert_eq!(set(site), plain, "{site}");
        }
        for site in [
            "https://joint.example",
            "https://localhost",
            "http://joint.example",
            "http://localhost.example",
            "http://10.0.0.1",
        ] {
            assert_eq!(set(site), format!("{plain}; Secure"), "{site}");
        }
    }

    #[test]
    fn clearing_it_differs_from_setting_it_in_value_and_age_alone() {
        for site in ["http://localhost", "https://joint.example"] {
            let cookie = SessionCookie::of_site(&Url::parse(site).unwrap());
            let set = cookie.set("", Duration::ZERO).unwrap();
            assert_eq!(set, cookie.clear());
        }
    }
}
