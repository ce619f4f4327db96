//! The one HTTP door: checks the session, names the principal, routes to the service that owns the command.
