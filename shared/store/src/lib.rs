//! PostgreSQL as every service meets it: pool, TLS, migrations, outbox, inbox, saved replies.
