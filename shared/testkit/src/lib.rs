//! For tests only: a database per test, clients that read like sentences, fault injection.
