//! How the server is set up: for a laptop that keeps its data, or for tests that throw it away.

use std::path::Path;

use super::Purpose;
use super::binaries::Binaries;
use super::place::PORT;

/// The server's arguments, `name=value` each.
pub(crate) fn settings(purpose: &Purpose, binaries: &Binaries, sockets: &Path) -> Vec<String> {
    let mut settings: Vec<String> = [
        // No TCP at all: the socket's folder is closed to others, and a password is asked for besides.
        "listen_addresses=",
        "unix_socket_permissions=0700",
        "password_encryption=scram-sha-256",
        "shared_buffers=256MB",
        "effective_cache_size=1GB",
        "maintenance_work_mem=128MB",
        "random_page_cost=1.1",
        // Short queries pay more for the compiler than it saves.
        "jit=off",
        "shared_preload_libraries=pg_stat_statements",
        "timezone=UTC",
        "log_timezone=UTC",
        // Messages are read by programs too.
        "lc_messages=C",
        "log_line_prefix=%m [%p] %q%a@%d ",
        "log_checkpoints=off",
        // No values of members' rows and no statements, which may hold a role's password: services log
        // their own errors.
        "log_error_verbosity=terse",
        "log_min_error_statement=panic",
        "logging_collector=off",
        "log_destination=stderr",
    ]
    .map(str::to_owned)
    .to_vec();
    settings.push(format!("unix_socket_directories={}", sockets.display()));
    settings.push(format!("port={PORT}"));
    if binaries.major >= 14 && cfg!(target_os = "linux") {
        // A query whose client was killed ends soon, so that its locks do.
        settings.push("client_connection_check_interval=1s".to_owned());
    }
    let kept = [
        "max_connections=200",
        "fsync=on",
        "synchronous_commit=on",
        "full_page_writes=on",
        "wal_level=replica",
        "wal_compression=on",
        "max_wal_size=1GB",
        "checkpoint_timeout=15min",
    ];
    let thrown_away = [
        // A test that starts all services has some thirty, and infra/local/test runs up to 24 tests at once on it.
        "max_connections=1000",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "wal_level=minimal",
        "max_wal_senders=0",
        "max_wal_size=256MB",
        "checkpoint_timeout=1h",
        // It would go from database to database, of which there are as many as there are tests at a time.
        "autovacuum=off",
    ];
    let durability: &[_] = if purpose.durable() { &kept } else { &thrown_away };
    settings.extend(durability.iter().copied().map(str::to_owned));
    settings
}
