//! What a service stands on: errors, configuration, principal, transport, deliver, relay, telemetry, ways to run.
