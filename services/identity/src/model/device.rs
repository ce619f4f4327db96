//! From where somebody comes.

use std::fmt;
use std::net::IpAddr;

/// Longer than any browser's real one.
const LONGEST_USER_AGENT: usize = 256;

/// What a request tells of the device it comes from. Shown to its owner, so that they know their own; never logged.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Device {
    pub(crate) user_agent: Option<String>,
    pub(crate) ip_address: Option<IpAddr>,
}

impl Device {
    /// Takes what is there as far as it is of use.
    pub(crate) fn new(user_agent: Option<&str>, ip_address: Option<&str>) -> Self {
        let user_agent = user_agent.map(|text| {
            let printable = text.chars().filter(|letter| !letter.is_control());
            printable.take(LONGEST_USER_AGENT).collect()
        });
        Self {
            user_agent,
            ip_address: ip_address.and_then(|text| text.trim().parse().ok()),
        }
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::silent(f, "Device")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_no_use_is_left_out() {
        let device = Device::new(Some(&"x".repeat(1_000)), Some("somewhere"));
        assert_eq!(device.user_agent.unwrap().len(), LONGEST_USER_AGENT);
        assert_eq!(device.ip_address, None);
        let device = Device::new(Some("a\tb"), Some("2001:db8::1"));
        assert_eq!(device.user_agent.as_deref(), Some("ab"));
        assert_eq!(device.ip_address, Some("2001:db8::1".parse().unwrap()));
    }
}
