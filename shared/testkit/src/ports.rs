//! Ports for programs that a test starts.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// Below the ports that a system gives to whoever asks for any, on Linux from 32,768 on.
const FIRST: u16 = 12_000;
const COUNT: u16 = 20_000;

/// A port at which nobody listens. Each call answers another.
///
/// It is none that the system would give to a connection or another listener in the moment before the program has it.
///
/// # Panics
/// When all are taken.
#[must_use]
pub fn free_port() -> u16 {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    // Another process begins elsewhere.
    let begin = std::process::id().wrapping_mul(61);
    (0..COUNT)
        .map(|_| {
            let place = begin.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % u32::from(COUNT);
            FIRST + u16::try_from(place).unwrap_or_default()
        })
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}
