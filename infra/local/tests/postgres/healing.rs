//! What a killed predecessor leaves is taken over or mended.

use super::*;
use std::os::unix::fs::MetadataExt;

#[tokio::test]
async fn a_server_whose_owner_was_killed_is_adopted_and_its_sessions_end() {
    let home = Home::new();
    let owner = home.owner();
    let former = connect(&owner.url).await;
    former.batch_execute("CREATE TABLE kept (n int)").await.unwrap();
    former
        .batch_execute("BEGIN; LOCK TABLE kept; INSERT INTO kept VALUES (1)")
        .await
        .unwrap();
    let pid = home.server_pid();
    owner.kill();

    let postgres = home.start().await;
    assert!(postgres.was_adopted());
    assert_eq!(home.server_pid(), pid);
    let said = home.said();
    assert!(said.contains("going on with it"), "{said}");
    let client = connect(postgres.admin_url()).await;
    assert_eq!(
        number(&client, "SELECT count(*) FROM kept").await,
        0,
        "the open transaction is gone"
    );
    assert!(former.batch_execute("COMMIT").await.is_err());
    postgres.stop().await.unwrap();
    eventually("the server ends", || !lives(pid)).await;
}

#[tokio::test]
async fn a_server_that_nobody_takes_over_stops_in_order() {
    let home = Home::new();
    let owner = home.owner_with(&["--grace", "1"]);
    let pid = home.server_pid();
    owner.kill();
    eventually("the server ends", || !lives(pid)).await;
    let log = std::fs::read_to_string(home.folder().join("server.log")).unwrap();
    assert!(log.contains("database system is shut down"), "{log}");

    let postgres = home.start().await;
    assert!(!postgres.was_adopted());
    postgres.stop().await.unwrap();
    let log = std::fs::read_to_string(home.folder().join("server.log")).unwrap();
    assert!(!log.contains("automatic recovery"), "{log}");
}

#[tokio::test]
async fn nothing_is_lost_however_often_the_owner_is_killed() {
    let home = Home::new();
    for round in 0..6_i64 {
        let owner = home.owner();
        let client = connect(&owner.url).await;
        client
            .batch_execute("CREATE TABLE IF NOT EXISTS kept (n int)")
            .await
            .unwrap();
        assert_eq!(number(&client, "SELECT count(*) FROM kept").await, round);
        client.batch_execute("INSERT INTO kept VALUES (1)").await.unwrap();
        let server = home.server_pid();
        owner.kill();
        if round % 3 == 2 {
            // The server too, as when the machine stops.
            kill(server);
        }
    }
    let postgres = home.start().await;
    let client = connect(postgres.admin_url()).await;
    assert_eq!(number(&client, "SELECT count(*) FROM kept").await, 6);
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_start_that_was_killed_at_any_moment_is_mended_by_the_next() {
    let home = Home::new();
    // From before the first file to after readiness, in steps that differ on every machine.
    for milliseconds in [1_u64, 20, 100, 300, 600, 1000, 1500, 2000] {
        let mut owner = Command::new(program())
            .args(["serve", "--root"])
            .arg(&home.root)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // By the clock, on purpose: killed at this moment of its start.
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        owner.kill().unwrap();
        owner.wait().unwrap();
    }
    let postgres = home.start().await;
    connect(postgres.admin_url())
        .await
        .batch_execute("CREATE TABLE t ()")
        .await
        .unwrap();
    postgres.stop().await.unwrap();
    let postgres = home.start().await;
    let left: Vec<String> = std::fs::read_dir(home.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("data."))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    postgres.stop().await.unwrap();
}

/// Between making something and handing it over there is an instant, which no kill by the clock meets.
#[tokio::test]
async fn what_root_made_and_did_not_hand_over_is_handed_over_by_the_next_start() {
    if !we_are_root() {
        skipped(
            "what_root_made_and_did_not_hand_over_is_handed_over_by_the_next_start",
            "others keep what they make",
        );
        return;
    }
    let home = Home::new();
    home.start().await.stop().await.unwrap();
    let folder = home.folder();
    std::fs::remove_dir_all(folder.join("data")).unwrap();
    std::fs::create_dir_all(folder.join("run")).unwrap();
    for made in ["admin-password", "run"] {
        std::os::unix::fs::chown(folder.join(made), Some(0), Some(0)).unwrap();
    }
    home.start().await.stop().await.unwrap();

    // Where the database's user may write it can put a link; what that leads to stays root's.
    let elsewhere = home.root.join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::remove_dir_all(folder.join("run")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, folder.join("run")).unwrap();
    home.refusal().await;
    assert_eq!(std::fs::metadata(&elsewhere).unwrap().uid(), 0);
}

#[tokio::test]
async fn a_stale_pid_file_that_names_somebody_else_is_no_obstacle() {
    let home = Home::new();
    home.start().await.stop().await.unwrap();
    let file = home.folder().join("data/postmaster.pid");
    std::fs::write(
        &file,
        format!(
            "{}\n/elsewhere\n1700000000\n54321\n/tmp\n\n 1 2\nready\n",
            std::process::id()
        ),
    )
    .unwrap();
    home.start().await.stop().await.unwrap();
    std::fs::write(&file, "").unwrap();
    home.start().await.stop().await.unwrap();
}

#[tokio::test]
async fn a_half_made_data_folder_is_replaced() {
    let home = Home::new();
    home.start().await.stop().await.unwrap();
    let folder = home.folder();
    // One that was cut off by us, and one that never was a database.
    std::fs::create_dir(folder.join("data.unfinished-0a")).unwrap();
    std::fs::remove_file(folder.join("data/global/pg_control")).unwrap();
    home.said();

    let postgres = home.start().await;
    let said = home.said();
    assert!(
        said.contains("was interrupted") && said.contains("it is kept as"),
        "{said}"
    );
    connect(postgres.admin_url()).await;
    postgres.stop().await.unwrap();
    let names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    let names: Vec<_> = names.iter().map(|name| name.to_string_lossy()).collect();
    assert!(
        names.iter().any(|name| name.starts_with("data.incomplete-")),
        "nothing is thrown away: {names:?}"
    );
    assert!(
        !names.iter().any(|name| name.starts_with("data.unfinished-")),
        "{names:?}"
    );
}

#[tokio::test]
async fn a_killed_command_leaves_no_server_and_no_files() {
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
    let folder = Path::new(&data).parent().unwrap().to_owned();
    let pid = pid_in(&folder.join("data/postmaster.pid"));
    run.kill().unwrap();
    run.wait().unwrap();
    eventually("the server ends", || !lives(pid)).await;
    eventually("its files go", || !folder.exists()).await;
}

fn kill(pid: i32) {
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL).unwrap();
}
