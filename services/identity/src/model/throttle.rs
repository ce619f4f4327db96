//! How tries that were in vain slow the next ones down.

use chassis::Refusal;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

/// So many tries cost nothing; each one after them waits twice as long as the one before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rule {
    /// Tries that may come one after the other.
    pub(crate) free: i32,
    /// How long the next one waits.
    pub(crate) first_wait: Duration,
    /// The longest that any waits. It is not much: whoever is meant by somebody else's tries is not to be locked out.
    pub(crate) longest_wait: Duration,
    /// One try is forgiven each time that this has passed.
    pub(crate) one_forgiven_in: Duration,
}

impl Rule {
    const fn new(free: i32, first_wait: u64, longest_wait: u64, one_forgiven_in: Duration) -> Self {
        Self {
            free,
            first_wait: Duration::from_secs(first_wait),
            longest_wait: Duration::from_secs(longest_wait),
            one_forgiven_in,
        }
    }

    /// What whoever has to wait so long is told.
    pub(crate) fn refusal(self, wait: Duration) -> Refusal {
        Refusal::too_often(self.free, wait)
    }
}

/// Every rule of this service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rules {
    /// Log-ins to one account, from devices that it does not know.
    pub(crate) account: Rule,
    /// Log-ins from one address.
    pub(crate) address: Rule,
    /// Log-ins of all together, from devices that their accounts do not know.
    pub(crate) overall: Rule,
    /// Log-ins from one device that the account knows.
    pub(crate) device: Rule,
    /// Passwords and codes that somebody with a session is asked for again.
    pub(crate) confirmation: Rule,
    /// Right passwords of one account: each costs a hash, and whoever has an account must not hash for all others.
    pub(crate) right: Rule,
    /// Sign-ups, and wishes for another e-mail address, from one address that come to nothing.
    pub(crate) sign_up: Rule,
    /// Links that are asked for from one address.
    pub(crate) links: Rule,
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const QUARTER: u64 = 15 * 60;

impl Default for Rules {
    fn default() -> Self {
        Self {
            account: Rule::new(5, 1, QUARTER, HOUR),
            // Many people may share one.
            address: Rule::new(20, 1, QUARTER, Duration::from_secs(2 * 60)),
            overall: Rule::new(600, 1, 30, Duration::from_millis(100)),
            device: Rule::new(10, 1, QUARTER, Duration::from_secs(10 * 60)),
            confirmation: Rule::new(5, 1, QUARTER, HOUR),
            right: Rule::new(30, 1, 60, MINUTE),
            sign_up: Rule::new(10, 5, QUARTER, 6 * MINUTE),
            links: Rule::new(10, 30, QUARTER, 3 * MINUTE),
        }
    }
}

impl Rules {
    /// For tests of other things: as often as one likes.
    pub(crate) fn lifted() -> Self {
        let rule = Rule::new(i32::MAX, 0, 0, MINUTE);
        Self {
            account: rule,
            address: rule,
            overall: rule,
            device: rule,
            confirmation: rule,
            right: rule,
            sign_up: rule,
            links: rule,
        }
    }
}

/// Where somebody asks from, as far as one place is told from another: of IPv6 the network, since anybody who has one
/// address there has 2^64 of them.
pub(crate) fn place(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            format!("{}/64", Ipv6Addr::from_bits(network))
        }
        // Counted as one place: nobody is let off for hiding where they are.
        None => "nowhere".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_a_network_are_one_place_and_strangers_are_not() {
        let at = |text: &str| place(Some(text.parse().unwrap()));
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:203.0.113.7"), at("203.0.113.7"));
        assert_ne!(at("203.0.113.7"), at("203.0.113.8"));
        assert_eq!(place(None), "nowhere");
    }
}
