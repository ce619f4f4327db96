//! The catalogue: every event any service publishes, and nothing else.
