//! What keeps `valine up` from starting is said, with what to do about it, and nothing is left running.

use crate::network::RunningNetwork;
use local::postgres::{Options, Postgres, Purpose};
use std::io::Write;
use std::net::TcpListener;
use std::process::Stdio;
use testkit::free_port;
use tokio::process::Command;

/// What a start that fails says.
async fn refusal(mut command: Command) -> String {
    let output = command.stdout(Stdio::null()).output().await.unwrap();
    assert_eq!(output.status.code(), Some(1), "it should not have started");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_said_before_anything_is_made() {
    let network = RunningNetwork::prepare();
    let port = network.url().port().unwrap();
    let _other = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let said = refusal(network.command(&["up"])).await;
    assert!(
        said.contains(&format!("port {port} on 127.0.0.1 is taken")),
        "{said}"
    );
    assert!(said.contains(&format!("PORT={} make up", port + 1)), "{said}");
    assert!(
        !network.folder().join(".valine/postgres").exists(),
        "a database was begun"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_has_one_network_at_a_time() {
    let network = RunningNetwork::start().await;
    let mut second = network.command(&["up"]);
    second.env("PORT", free_port().to_string());
    let said = refusal(second).await;
    assert!(said.contains("is already in use by process"), "{said}");
    network.run(&["doctor"]).await;
    network.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_configuration_is_said_at_once_and_as_a_whole() {
    let network = RunningNetwork::prepare();
    let mut command = network.command(&["up"]);
    command
        .env("ALLOWED_ORIGINS", "nonsense")
        .env("IDENTITY_BCRYPT_COST", "ninety")
        .env("RATE_LIMIT_PER_SECOND", "many")
        .env("EVENT_BUS_NAME", "a-bus-without-queues")
        .env("SECRET_KEY", "hushhush");
    let said = refusal(command).await;
    // Of services, of the edge, of the way to the bus, and of the installation.
    for name in [
        "ALLOWED_ORIGINS",
        "IDENTITY_BCRYPT_COST",
        "RATE_LIMIT_PER_SECOND",
        "QUEUE_URL",
        "SECRET_KEY",
    ] {
        assert_eq!(said.matches(&format!("- {name} ")).count(), 1, "{name}: {said}");
    }
    assert!(!said.contains("hushhush"), "{said}");
    assert!(
        !network.folder().join(".valine/postgres").exists(),
        "a database was begun"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_has_no_database_of_its_own_where_events_pass_through_tables() {
    let network = RunningNetwork::prepare();
    let password = "hushhush";
    let own = format!("postgres://valine_content:{password}@127.0.0.1:1/elsewhere");
    for shared in [None, Some("postgres://127.0.0.1:1/valine")] {
        let mut command = network.command(&["up"]);
        command.env("CONTENT_DATABASE_URL", &own);
        shared.map(|shared| command.env("DATABASE_URL", shared));
        let said = refusal(command).await;
        assert!(
            said.contains("- CONTENT_DATABASE_URL names a database of its own"),
            "{said}"
        );
        assert!(!said.contains(password), "{said}");
    }
    assert!(
        !network.folder().join(".valine/postgres").exists(),
        "a database was begun"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_before_anything_is_made() {
    let network = RunningNetwork::prepare();
    let disk = network.folder().join("small");
    std::fs::create_dir(&disk).unwrap();
    let mounted = nix::unistd::geteuid().is_root()
        && Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(&disk)
            .stderr(Stdio::null())
            .status()
            .await
            .is_ok_and(|status| status.success());
    if !mounted {
        // Past the test harness, which would swallow it.
        let skipped =
            "skipped: a_full_disk_is_said_before_anything_is_made: a small disk cannot be mounted here";
        writeln!(std::io::stderr(), "{skipped}").unwrap();
        return;
    }
    let root = disk.join("valine");
    let mut command = network.command(&["up"]);
    command.env("VALINE_ROOT", &root);
    let said = refusal(command).await;
    let left = std::fs::read_dir(&root).unwrap().count();
    let unmounted = Command::new("umount").arg(&disk).status().await.unwrap();
    assert!(unmounted.success());
    assert_eq!(left, 0, "something was begun");
    for part in [
        "too full for the network",
        root.to_str().unwrap(),
        "64 MiB are needed",
    ] {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_ones_own_is_used_instead_and_keeps_everything() {
    // Not the server of the tests: roles belong to a whole server, and this start gives them passwords of its own.
    let server = Postgres::start(Options::new(Purpose::Tests)).await.unwrap();
    let mut network = RunningNetwork::prepare();
    let on_it = |network: &RunningNetwork, arguments: &[&str]| {
        let mut command = network.command(arguments);
        command.env("DATABASE_URL", server.admin_url());
        command
    };
    for _start in 0..2 {
        let command = on_it(&network, &["up"]);
        network.restart_with(command).await;
        let seeded = on_it(&network, &["seed", "--members", "3", "--posts", "5"])
            .output()
            .await
            .unwrap();
        assert!(
            seeded.status.success(),
            "{}",
            String::from_utf8_lossy(&seeded.stderr)
        );
        let looked = on_it(&network, &["doctor", "--deep"]).output().await.unwrap();
        assert!(
            looked.status.success(),
            "{}",
            String::from_utf8_lossy(&looked.stdout)
        );
        network.stop().await;
    }
    assert!(
        !network.folder().join(".valine/postgres").exists(),
        "a private server was made"
    );
    server.stop().await.unwrap();
}
