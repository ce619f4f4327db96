//! A database on another machine is reached over TLS or not at all: here a PostgreSQL that takes nothing else.
#![cfg(test)]

mod server;

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Text};
use diesel_async::RunQueryDsl;
use end_to_end::program;
use server::Server;
use std::path::Path;
use store::{PoolOptions, statement};
use tokio::process::Command;

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Bool)]
    encrypted: bool,
    #[diesel(sql_type = Text)]
    version: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_demands_tls_is_reached_by_require_and_by_verify_full() {
    let server = Server::start().await;
    for mode in ["require", "verify-full"] {
        let address = server.address("localhost", mode, &server.authority());
        let pool = store::pool(&address, PoolOptions::new("tls")).unwrap();
        let mut conn = pool.get().await.unwrap();
        let told: Told = statement(
            "SELECT ssl AS encrypted, coalesce(version, '') AS version FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        )
        .get_result(&mut conn)
        .await
        .unwrap();
        assert!(told.encrypted, "{mode}");
        assert!(told.version.starts_with("TLSv1."), "{mode}: {}", told.version);
    }
    // An operator's way: everything is made there, over TLS alone.
    let (made, said) = migrate(&server.address("localhost", "verify-full", &server.authority())).await;
    assert!(made, "{said}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_plainly_and_whose_certificate_is_not_right_are_refused_in_words_that_help() {
    let server = Server::start().await;
    let (own, anothers) = (server.authority(), server.another_authority());
    for (address, words) in [
        (
            server.address("localhost", "verify-full", &anothers),
            "name the file of its authority: sslrootcert=PATH",
        ),
        (
            server.address("localhost", "require", &server.namesake()),
            "name the file of its authority: sslrootcert=PATH",
        ),
        (
            server.address("127.0.0.1", "verify-full", &own),
            "name the host as its certificate does",
        ),
        (
            server.address("localhost", "verify-full", Path::new("/no/such/file.pem")),
            "sslrootcert=/no/such/file.pem",
        ),
        (server.address("localhost", "disable", &own), "no encryption"),
    ] {
        let refused = match store::session(&address, "tls").await {
            Ok(_) => panic!("let in, where this was to be said: {words}"),
            Err(error) => format!("{error:#}"),
        };
        assert!(refused.contains(words), "{refused}");
        assert!(!refused.contains(server.password()), "a password in: {refused}");
    }
    let (made, said) = migrate(&server.address("localhost", "verify-full", &anothers)).await;
    assert!(!made);
    assert!(said.contains("sslrootcert=PATH"), "{said}");
    assert!(!said.contains(server.password()), "a password in: {said}");
    server.stop().await;
}

/// `valine migrate` on a database: whether it went well, and what it said.
async fn migrate(address: &str) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let ran = Command::new(program("valine"))
        .arg("--root")
        .arg(folder.path().join("valine"))
        .arg("migrate")
        .env("DATABASE_URL", address)
        .output()
        .await
        .unwrap();
    (
        ran.status.success(),
        String::from_utf8_lossy(&ran.stderr).into_owned(),
    )
}
