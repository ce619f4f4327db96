//! From the first start to the last.

use std::os::unix::fs::PermissionsExt;

use super::*;

#[tokio::test]
async fn a_server_keeps_its_data_between_starts() {
    for kind in kinds("a_server_keeps_its_data_between_starts").await {
        let home = Home::new();
        let start = async || Postgres::start(home.options().kind(Some(kind))).await.unwrap();
        let postgres = start().await;
        let client = connect(postgres.admin_url()).await;
        client
            .batch_execute(
                "CREATE EXTENSION pg_stat_statements; CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent;
                 CREATE TABLE kept (word text); INSERT INTO kept VALUES ('ÉLODIE');",
            )
            .await
            .unwrap();
        let pid = home.server_pid();
        let said = home.said();
        assert!(said.contains("Making a database with PostgreSQL"), "{said}");
        postgres.stop().await.unwrap();
        assert!(!lives(pid));

        let postgres = start().await;
        assert!(!postgres.was_adopted());
        let client = connect(postgres.admin_url()).await;
        let word: String = client
            .query_one(
                "SELECT lower(word) || to_tsvector('simple', word)::text FROM kept",
                &[],
            )
            .await
            .unwrap()
            .get(0);
        assert_eq!(word, "élodie'élodie':1", "letters beyond ASCII are known");
        for (setting, value) in [
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("full_page_writes", "on"),
            ("listen_addresses", ""),
        ] {
            let found: String = client
                .query_one("SELECT current_setting($1)", &[&setting])
                .await
                .unwrap()
                .get(0);
            assert_eq!(found, value, "{setting}");
        }
        assert!(
            client
                .query("SELECT * FROM pg_stat_statements LIMIT 1", &[])
                .await
                .is_ok(),
            "it is loaded"
        );
        let version: String = client.query_one("SHOW server_version", &[]).await.unwrap().get(0);
        assert_eq!(version.split(' ').next(), Some(postgres.version()));
        assert!(postgres.bin_dir().join("postgres").exists());
        postgres.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_server_for_tests_is_gone_when_it_stops_or_is_dropped() {
    for stop in [true, false] {
        let postgres = Postgres::start(Options::new(Purpose::Tests)).await.unwrap();
        let folder = postgres.folder().to_owned();
        let pid = pid_in(&folder.join("data/postmaster.pid"));
        let client = connect(postgres.admin_url()).await;
        let fsync: String = client.query_one("SHOW fsync", &[]).await.unwrap().get(0);
        assert_eq!(fsync, "off");
        if stop {
            postgres.stop().await.unwrap();
        } else {
            drop(postgres);
        }
        assert!(!lives(pid));
        assert!(!folder.exists());
    }
}

#[tokio::test]
async fn servers_run_beside_each_other() {
    let starts = (0..3).map(|_| Postgres::start(Options::new(Purpose::Tests)));
    let servers = futures::future::join_all(starts).await;
    for (number, postgres) in servers.iter().enumerate() {
        let client = connect(postgres.as_ref().unwrap().admin_url()).await;
        client
            .batch_execute(&format!("CREATE DATABASE mine_{number}"))
            .await
            .unwrap();
    }
    for postgres in servers {
        let postgres = postgres.unwrap();
        let client = connect(postgres.admin_url()).await;
        let found: i64 = super::number(
            &client,
            "SELECT count(*) FROM pg_database WHERE datname LIKE 'mine%'",
        )
        .await;
        assert_eq!(found, 1);
        postgres.stop().await.unwrap();
    }
}

#[tokio::test]
async fn its_url_is_read_by_others_and_nobody_gets_in_without_it() {
    let home = Home::new();
    let postgres = home.start().await;
    let url: url::Url = postgres.admin_url().parse().unwrap();
    assert_eq!(url.path(), "/postgres");
    let mut other = url.clone();
    other.set_path("/template1");
    connect(other.as_str()).await;
    assert_eq!(
        local::postgres::admin_url_of(&home.root).unwrap(),
        postgres.admin_url()
    );

    let mut wrong = url.clone();
    wrong.set_password(Some("guessed")).unwrap();
    for stranger in [
        wrong.as_str(),
        &postgres.admin_url().replace(url.password().unwrap(), ""),
    ] {
        let refused = tokio_postgres::connect(stranger, NoTls).await.err().unwrap();
        assert!(
            refused.to_string().contains("password") || refused.code().is_some(),
            "{refused}"
        );
    }
    let client = connect(url.as_str()).await;
    let ways: Vec<String> = client
        .query("SELECT DISTINCT auth_method FROM pg_hba_file_rules", &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(ways, ["scram-sha-256"], "never trust");

    let mode = |path: PathBuf| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(home.folder()), 0o700);
    assert_eq!(mode(home.folder().join("admin-password")), 0o600);
    assert_eq!(mode(home.folder().join("server.log")), 0o600);
    assert_eq!(mode(home.root.clone()), 0o700);
    assert!(
        !format!("{postgres:?}").contains(url.password().unwrap()),
        "a debug print tells no password"
    );
    postgres.stop().await.unwrap();
    let gone = local::postgres::admin_url_of(&home.root).unwrap_err();
    assert!(gone.to_string().contains("make up"), "{gone}");
}

#[tokio::test]
async fn the_servers_log_holds_nothing_of_anybody() {
    let home = Home::new();
    let postgres = home.start().await;
    let client = connect(postgres.admin_url()).await;
    client
        .batch_execute(
            "CREATE TABLE account (email text PRIMARY KEY); INSERT INTO account VALUES ('ann@example.org')",
        )
        .await
        .unwrap();
    let twice = client
        .batch_execute("INSERT INTO account VALUES ('ann@example.org')")
        .await
        .unwrap_err();
    assert!(
        twice
            .as_db_error()
            .unwrap()
            .detail()
            .unwrap()
            .contains("ann@example.org"),
        "its client is told"
    );
    let role = client
        .batch_execute("CREATE ROLE postgres LOGIN PASSWORD 'hidden'")
        .await
        .unwrap_err();
    assert!(role.to_string().contains("db error"), "{role}");
    postgres.stop().await.unwrap();
    let log = std::fs::read_to_string(home.folder().join("server.log")).unwrap();
    assert!(
        log.contains("duplicate key value") && log.contains("already exists"),
        "errors are there: {log}"
    );
    assert!(
        !log.contains("ann@example.org") && !log.contains("hidden"),
        "{log}"
    );
}

#[tokio::test]
async fn a_long_path_gets_a_short_socket() {
    let mut home = Home::new();
    home.root = home
        .root
        .join("a-folder-with-a-name-that-is-far-too-long-for-the-path-of-a-socket")
        .join("x".repeat(60));
    let postgres = home.start().await;
    connect(postgres.admin_url()).await;
    postgres.stop().await.unwrap();
}
