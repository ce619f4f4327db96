//! Where a request comes from: the connection, or what a trusted proxy says of it.

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap, HeaderName};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// An address, or all that share its first bits: `127.0.0.1`, `10.0.0.0/8`, `fd00::/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// Whether this address is of the network.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let differing = match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => (ours.to_bits() ^ theirs.to_bits()).leading_zeros(),
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => (ours.to_bits() ^ theirs.to_bits()).leading_zeros(),
            _ => return false,
        };
        differing >= self.prefix
    }
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = text
            .split_once('/')
            .map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address
            .trim()
            .parse()
            .map_err(|_error| "must be an address or a network")?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(longest), |prefix| prefix.trim().parse());
        match prefix {
            Ok(prefix) if prefix <= longest => Ok(Self { address, prefix }),
            _ => Err("has a prefix that is too long or no number"),
        }
    }
}

/// Who asks: the peer, or, where the peer is a trusted proxy, the last address on the way that is none.
///
/// Addresses further left in `X-Forwarded-For` are whatever somebody claimed. IPv4 comes out as IPv4 also when it
/// was mapped into IPv6. `None` when the server that runs us does not tell peers.
pub(crate) fn of(extensions: &Extensions, headers: &HeaderMap, trusted: &[Network]) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let mut client = peer.ip().to_canonical();
    let is_trusted = |address| trusted.iter().any(|network| network.contains(address));
    let mut hops = hops(headers);
    while is_trusted(client) {
        match hops.next().and_then(parse) {
            Some(address) => client = address,
            None => break,
        }
    }
    Some(client)
}

/// Who asks, where CloudFront and API Gateway stand before us: each adds whom it sees, so it is the address before the last.
/// To be believed only of what came through CloudFront.
pub(crate) fn of_viewer(headers: &HeaderMap) -> Option<IpAddr> {
    hops(headers).nth(1).and_then(parse)
}

/// The way of a request as proxies have written it down, the last one first.
fn hops(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','))
}

/// Proxies write an address with or without its port.
fn parse(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let with_port = || hop.parse().ok().map(|address: SocketAddr| address.ip());
    hop.parse()
        .ok()
        .or_else(with_port)
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn client(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        let headers = forwarded
            .iter()
            .map(|value| (FORWARDED_FOR, HeaderValue::from_static(value)))
            .collect();
        let trusted: Vec<_> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        of(&extensions, &headers, &trusted).unwrap().to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_trusted() {
        assert_eq!(client("203.0.113.7", &["198.51.100.1"], &[]), "203.0.113.7");
        assert_eq!(
            client("203.0.113.7", &["198.51.100.1"], &["10.0.0.0/8"]),
            "203.0.113.7"
        );
    }

    #[test]
    fn a_trusted_proxy_tells_and_what_was_claimed_before_it_does_not_count() {
        let trusted = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(client("10.1.2.3", &["198.51.100.1"], &trusted), "198.51.100.1");
        assert_eq!(
            client("10.1.2.3", &["6.6.6.6, 198.51.100.1, 10.9.9.9"], &trusted),
            "198.51.100.1"
        );
        assert_eq!(
            client("10.1.2.3", &["6.6.6.6", "198.51.100.1"], &trusted),
            "198.51.100.1"
        );
        assert_eq!(
            client("10.1.2.3", &["6.6.6.6, 198.51.100.1:4711"], &trusted),
            "198.51.100.1"
        );
        assert_eq!(
            client("fd00::1", &["[2001:db8::1]:4711"], &trusted),
            "2001:db8::1"
        );
        // What cannot be read ends the way: the last address that we know stands.
        assert_eq!(client("10.1.2.3", &["6.6.6.6, unknown"], &trusted), "10.1.2.3");
        assert_eq!(client("10.1.2.3", &[], &trusted), "10.1.2.3");
    }

    #[test]
    fn an_ipv4_address_is_one_address_however_it_is_written() {
        assert_eq!(client("::ffff:203.0.113.7", &[], &[]), "203.0.113.7");
        assert_eq!(
            client("::ffff:10.1.2.3", &["::ffff:198.51.100.1"], &["10.0.0.0/8"]),
            "198.51.100.1"
        );
    }

    #[test]
    fn a_viewer_is_who_cloudfront_has_seen() {
        let viewer = |lines: &[&'static str]| {
            let lines = lines.iter();
            let headers = lines
                .map(|line| (FORWARDED_FOR, HeaderValue::from_static(line)))
                .collect();
            of_viewer(&headers).map(|address| address.to_string())
        };
        let seen = Some("203.0.113.7".to_owned());
        assert_eq!(viewer(&["203.0.113.7, 130.176.1.1"]), seen);
        assert_eq!(viewer(&["6.6.6.6, 203.0.113.7, 130.176.1.1"]), seen);
        assert_eq!(viewer(&["6.6.6.6", "203.0.113.7", "130.176.1.1"]), seen);
        assert_eq!(
            viewer(&["2001:db8::7, 130.176.1.1"]),
            Some("2001:db8::7".to_owned())
        );
        // Not as the two write it.
        assert_eq!(viewer(&["130.176.1.1"]), None);
        assert_eq!(viewer(&["unknown, 130.176.1.1"]), None);
        assert_eq!(viewer(&[]), None);
    }

    #[test]
    fn a_network_that_makes_no_sense_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/x",
            "example.com",
            "10.0.0.0/-1",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        let everything: Network = "0.0.0.0/0".parse().unwrap();
        assert!(everything.contains("203.0.113.7".parse().unwrap()));
        assert!(!everything.contains("2001:db8::1".parse().unwrap()));
    }
}
