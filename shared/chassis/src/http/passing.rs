//! What a service is told beside a request: who asks, from where, and which request this is. Nothing that a client claims
//! about itself gets past here.

use super::REQUEST_ID_HEADER;
use crate::session::{DEVICE_COOKIES, cookies_in};
use crate::{CLIENT_HEADER, PRINCIPAL_HEADER};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::net::IpAddr;
use uuid::Uuid;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Every header that begins like this is ours to set.
const OURS: &str = "x-valine-";

/// What proxies say of clients, and what else names somebody.
const CLAIMS: [HeaderName; 7] = [
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
    // The session is the edge's business: a service that never sees the token cannot lose it.
    header::COOKIE,
];

/// What is known of a request that passes to a service.
#[derive(Clone, Debug)]
pub struct Passing {
    /// Who asks, as the edge vouches for it.
    pub principal: Option<HeaderValue>,
    /// From where.
    pub client: Option<IpAddr>,
    /// Which request it is.
    pub request_id: Uuid,
    /// Whether the service is to see the cookies by which accounts know a device.
    pub with_devices: bool,
}

impl Passing {
    /// Puts it into a request's headers, in the place of all that the client says of itself.
    ///
    /// # Errors
    /// Never, but that the compiler cannot know that an id and an address can stand in a header.
    pub fn tell(&self, headers: &mut HeaderMap) -> anyhow::Result<()> {
        let devices = self.with_devices.then(|| known_devices(headers)).flatten();
        remove_claims(headers);
        if let Some(devices) = devices {
            headers.insert(header::COOKIE, devices);
        }
        if let Some(principal) = &self.principal {
            headers.insert(PRINCIPAL_HEADER, principal.clone());
        }
        headers.insert(
            REQUEST_ID_HEADER,
            HeaderValue::try_from(self.request_id.to_string())?,
        );
        if let Some(client) = self.client {
            headers.insert(CLIENT_HEADER, HeaderValue::try_from(client.to_string())?);
        }
        let is_traced = headers.get(TRACEPARENT).is_some_and(is_traceparent);
        if !is_traced {
            headers.insert(TRACEPARENT, new_traceparent(self.request_id)?);
            headers.remove(TRACESTATE);
        }
        Ok(())
    }
}

fn remove_claims(headers: &mut HeaderMap) {
    for name in &CLAIMS {
        headers.remove(name);
    }
    let is_ours = |name: &&HeaderName| name.as_str().starts_with(OURS);
    let ours: Vec<_> = headers.keys().filter(is_ours).cloned().collect();
    for name in ours {
        headers.remove(name);
    }
}

/// The cookies by which accounts know the device: for those who keep accounts, and for nobody else.
fn known_devices(headers: &HeaderMap) -> Option<HeaderValue> {
    let devices: Vec<_> = cookies_in(headers)
        .filter(|cookie| cookie.starts_with(DEVICE_COOKIES))
        .collect();
    HeaderValue::try_from(devices.join("; "))
        .ok()
        .filter(|cookies| !cookies.is_empty())
}

/// `00-<trace>-<span>-<flags>`, in small hexadecimal digits, neither id all zeros (W3C Trace Context, level 1).
fn is_traceparent(value: &HeaderValue) -> bool {
    let is_id = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_some_id = |part: &str, length| is_id(part, length) && part.bytes().any(|byte| byte != b'0');
    let mut parts = value.to_str().unwrap_or_default().split('-');
    match (
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) {
        (Some("00"), Some(trace), Some(span), Some(flags), None) => {
            is_some_id(trace, 32) && is_some_id(span, 16) && is_id(flags, 2)
        }
        _ => false,
    }
}

/// A trace that begins with this request and has its id, so that one leads to the other.
fn new_traceparent(request_id: Uuid) -> anyhow::Result<HeaderValue> {
    let (_, span) = request_id.as_u64_pair();
    Ok(HeaderValue::try_from(format!(
        "00-{}-{span:016x}-01",
        request_id.simple()
    ))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_traceparent_is_passed_on() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert!(is_traceparent(&HeaderValue::from_static(good)));
        let made = new_traceparent(Uuid::now_v7()).unwrap();
        assert!(is_traceparent(&made), "{made:?}");
        for bad in [
            "",
            "00",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
        ] {
            assert!(!is_traceparent(&HeaderValue::from_static(bad)), "{bad}");
        }
    }

    #[test]
    fn of_cookies_only_those_go_on_that_open_nothing() {
        let headers: HeaderMap = [
            "jwt_token=x.y.z; known_device_ab=1",
            "theme=dark;known_device_cd=2",
        ]
        .map(|cookies| (header::COOKIE, HeaderValue::from_static(cookies)))
        .into_iter()
        .collect();
        let kept = known_devices(&headers).unwrap();
        assert_eq!(kept, "known_device_ab=1; known_device_cd=2");
        let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static("jwt_token=x"))]);
        assert_eq!(known_devices(&headers), None);
    }

    #[test]
    fn what_a_client_claims_about_itself_is_gone() {
        let claimed = [
            "x-valine-principal",
            "x-valine-client",
            "x-valine-anything",
            "x-valine-operator",
            "x-forwarded-for",
            "forwarded",
            "x-real-ip",
            "cookie",
        ];
        let mut headers: HeaderMap = claimed
            .iter()
            .map(|name| (name.parse().unwrap(), HeaderValue::from_static("forged")))
            .collect();
        headers.append(PRINCIPAL_HEADER, HeaderValue::from_static("twice"));
        headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        remove_claims(&mut headers);
        assert_eq!(headers.len(), 1, "{headers:?}");
    }
}
