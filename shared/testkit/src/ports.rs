//! Ports for programs that a test starts.

use std::net::TcpListener;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU32, Ordering};

/// Below the ports that a system gives to whoever asks for any, on Linux from 32,768 on.
const PORTS: RangeInclusive<u16> = 12_000..=31_999;

/// A port at which nobody listens. Each call answers another.
///
/// It is none that the system would give to a connection or another listener in the moment before the program has it.
///
/// # Panics
/// When all are taken, or `TEST_PORTS` is not like `12000-21999`. Programs that run at the same time are given ranges of their
/// own by it.
#[must_use]
pub fn free_port() -> u16 {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let ports = ports();
    let count = u32::try_from(ports.len()).expect("there are fewer ports");
    // Another process begins elsewhere.
    let begin = std::process::id().wrapping_mul(61);
    (0..count)
        .map(|_| begin.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % count)
        .map(|place| ports.start() + u16::try_from(place).expect("it is one of them"))
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by make test which ports are theirs"
)]
fn ports() -> RangeInclusive<u16> {
    let Ok(told) = std::env::var("TEST_PORTS") else {
        return PORTS;
    };
    told.split_once('-')
        .and_then(|(first, last)| Some(first.parse().ok()?..=last.parse().ok()?))
        .filter(|ports: &RangeInclusive<u16>| !ports.is_empty())
        .unwrap_or_else(|| panic!("TEST_PORTS is {told}: two ports are wanted, like 12000-21999"))
}
