//! `valine-postgres` as people and scripts call it.

use std::os::unix::process::CommandExt;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::*;

#[tokio::test]
async fn a_command_gets_a_server_and_its_exit_code_is_ours() {
    let run = |script: &str| {
        Command::new(program())
            .args(["run", "--", "sh", "-c", script])
            .output()
            .unwrap()
    };
    let done = run("echo $TEST_DATABASE_URL; exit 7");
    assert_eq!(done.status.code(), Some(7), "{done:?}");
    assert!(
        String::from_utf8_lossy(&done.stdout).starts_with("postgresql://postgres:"),
        "{done:?}"
    );
    assert_eq!(run("exit 0").status.code(), Some(0));
    assert_eq!(run("kill -KILL $$").status.code(), Some(137));
    let missing = Command::new(program())
        .args(["run", "--", "no-such-program"])
        .output()
        .unwrap();
    assert_eq!(missing.status.code(), Some(125));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("`no-such-program` does not start"));
}

#[tokio::test]
async fn a_durable_server_for_measuring_writes_safely() {
    for (flag, expected) in [("--durable", "on"), ("--throwaway", "off")] {
        let mut run = Command::new(program())
            .args([
                "run",
                flag,
                "--",
                "sh",
                "-c",
                "echo \"$TEST_DATABASE_URL\"; exec cat",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(run.stdout.as_mut().unwrap())
            .read_line(&mut url)
            .unwrap();
        let client = connect(url.trim()).await;
        let fsync: String = client.query_one("SHOW fsync", &[]).await.unwrap().get(0);
        assert_eq!(fsync, expected);
        drop(run.stdin.take());
        assert!(run.wait().unwrap().success());
    }
}

#[tokio::test]
async fn ctrl_c_ends_the_command_and_the_server() {
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let mut run = Command::new(program())
            .args(["run", "--", "sh", "-c", "echo \"$TEST_DATABASE_URL\"; exec cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(run.stdout.as_mut().unwrap())
            .read_line(&mut url)
            .unwrap();
        let client = connect(url.trim()).await;
        let data: String = client.query_one("SHOW data_directory", &[]).await.unwrap().get(0);
        let server = pid_in(&Path::new(&data).join("postmaster.pid"));
        kill(Pid::from_raw(i32::try_from(run.id()).unwrap()), signal).unwrap();
        // Waiting would close it, and `cat` would end by itself.
        let open = run.stdin.take();
        let ended = run.wait().unwrap();
        drop(open);
        assert_eq!(ended.code(), Some(code));
        assert!(!lives(server));
        assert!(!Path::new(&data).exists());
    }
}

#[tokio::test]
async fn an_ordinary_user_needs_no_root() {
    if !we_are_root() {
        // Then every other test here is this one.
        return;
    }
    let shared = tempfile::Builder::new()
        .permissions(permissions(0o777))
        .tempdir()
        .unwrap();
    let copy = shared.path().join("valine-postgres");
    // By another process: a file that this one had open for writing could not be run for a moment.
    assert!(
        Command::new("cp")
            .arg(program())
            .arg(&copy)
            .status()
            .unwrap()
            .success()
    );
    let nobody = nix::unistd::User::from_name("nobody").unwrap().unwrap();
    let root = shared.path().join("home/valine");
    std::fs::create_dir(shared.path().join("home")).unwrap();
    std::os::unix::fs::chown(shared.path().join("home"), Some(nobody.uid.as_raw()), None).unwrap();
    let command = |arguments: &[&str]| {
        let mut command = Command::new(&copy);
        command
            .args(arguments)
            .uid(nobody.uid.as_raw())
            .gid(nobody.gid.as_raw())
            .current_dir(shared.path());
        command.env("HOME", "/nonexistent");
        command
    };
    let run = command(&["run", "--", "sh", "-c", "test -n \"$TEST_DATABASE_URL\""])
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");

    for round in 0..2 {
        let mut serve = command(&["serve", "--root", root.to_str().unwrap()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(serve.stdout.as_mut().unwrap())
            .read_line(&mut url)
            .unwrap();
        let client = connect(url.trim()).await;
        if round == 0 {
            client
                .batch_execute("CREATE TABLE kept AS SELECT 1")
                .await
                .unwrap();
        }
        assert_eq!(number(&client, "SELECT count(*) FROM kept").await, 1);
        kill(Pid::from_raw(i32::try_from(serve.id()).unwrap()), Signal::SIGINT).unwrap();
        assert!(serve.wait().unwrap().success());
    }
    assert!(
        !root.join("postgres").is_symlink(),
        "it lies in the person's own folder"
    );

    // Root goes on with it as that user, and hands it back unharmed.
    let postgres = Postgres::start(Options::new(Purpose::Live { root: root.clone() }))
        .await
        .unwrap();
    let client = connect(postgres.admin_url()).await;
    assert_eq!(number(&client, "SELECT count(*) FROM kept").await, 1);
    postgres.stop().await.unwrap();
    let mut serve = command(&["serve", "--root", root.to_str().unwrap()])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(serve.stderr.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.contains("Ready"), "{line}");
    kill(Pid::from_raw(i32::try_from(serve.id()).unwrap()), Signal::SIGINT).unwrap();
    assert!(serve.wait().unwrap().success());
}

#[tokio::test]
async fn the_npm_package_in_a_closed_clone_is_copied_to_where_its_user_can_run_it() {
    let test = "the_npm_package_in_a_closed_clone_is_copied_to_where_its_user_can_run_it";
    if !we_are_root() {
        return skipped(test, "only root needs it");
    }
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules");
    if !modules.exists() {
        return skipped(
            test,
            "the npm package is not installed (VALINE_POSTGRES=npm make install)",
        );
    }
    // As a clone below /root: a folder of mode 0700.
    let closed = tempfile::Builder::new()
        .permissions(permissions(0o700))
        .tempdir()
        .unwrap();
    std::os::unix::fs::symlink(&modules, closed.path().join("node_modules")).unwrap();
    let mut options = Options::new(Purpose::Tests).kind(Some(Kind::Npm));
    options.bundle = closed.path().to_owned();
    let postgres = Postgres::start(options).await.unwrap();
    assert!(
        postgres.bin_dir().starts_with("/var/lib/valine"),
        "{:?}",
        postgres.bin_dir()
    );
    connect(postgres.admin_url()).await;
    postgres.stop().await.unwrap();
}

fn permissions(mode: u32) -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(mode)
}
