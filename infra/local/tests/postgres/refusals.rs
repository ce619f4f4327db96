//! What cannot be mended is said in words that help.

use std::os::unix::fs::PermissionsExt;

use super::*;

#[tokio::test]
async fn a_folder_in_use_is_said_to_be() {
    let home = Home::new();
    let owner = home.owner();
    let message = home.refusal().await;
    assert!(
        message.contains(&format!("in use by process {}", owner.process.id())),
        "{message}"
    );
    assert!(message.contains("Ctrl-C"), "{message}");
    connect(&owner.url).await;
    owner.kill();
    home.start().await.stop().await.unwrap();
}

#[tokio::test]
async fn data_of_another_version_is_left_alone() {
    let home = Home::new();
    home.start().await.stop().await.unwrap();
    let version = home.folder().join("data/PG_VERSION");
    let former = std::fs::read_to_string(&version).unwrap();
    std::fs::write(&version, "12\n").unwrap();
    let message = home.refusal().await;
    for part in [
        "was made by PostgreSQL 12",
        "Found here",
        "install PostgreSQL 12",
        "move ",
    ] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
    std::fs::write(&version, former).unwrap();
    home.start().await.stop().await.unwrap();
}

#[tokio::test]
async fn data_of_the_other_kind_is_said_to_be() {
    let kinds = kinds("data_of_the_other_kind_is_said_to_be").await;
    let [first, second] = kinds.as_slice() else {
        return;
    };
    let home = Home::new();
    let postgres = Postgres::start(home.options().kind(Some(*first))).await.unwrap();
    let one = postgres.version().to_owned();
    postgres.stop().await.unwrap();
    let started = Postgres::start(home.options().kind(Some(*second))).await;
    let major = |version: &str| version.split('.').next().unwrap().to_owned();
    match started {
        Ok(postgres) => {
            assert_eq!(
                major(postgres.version()),
                major(&one),
                "only the same major version may go on"
            );
            postgres.stop().await.unwrap();
        }
        Err(error) => {
            let message = format!("{error:#}");
            assert!(message.contains("unset VALINE_POSTGRES"), "{message}");
            assert!(
                message.contains(&format!("the {first} one, version {one}")),
                "{message}"
            );
        }
    }
    home.start().await.stop().await.unwrap();
}

#[tokio::test]
async fn a_machine_without_postgresql_names_the_ways() {
    let empty = tempfile::tempdir().unwrap();
    let mut options = Options::new(Purpose::Tests).kind(Some(Kind::Npm));
    options.bundle = empty.path().to_owned();
    let message = format!("{:#}", Postgres::start(options).await.unwrap_err());
    for way in ["infra/local/install", "apt install postgresql", "DATABASE_URL"] {
        assert!(message.contains(way), "{message}");
    }
}

#[tokio::test]
async fn a_password_that_is_gone_or_open_is_not_worked_around() {
    let home = Home::new();
    home.start().await.stop().await.unwrap();
    let password = home.folder().join("admin-password");
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o644)).unwrap();
    let message = home.refusal().await;
    assert!(message.contains("chmod 600"), "{message}");
    let away = home.folder().join("away");
    std::fs::rename(&password, away).unwrap();
    let message = home.refusal().await;
    assert!(message.contains("Bring the file back"), "{message}");
}

#[tokio::test]
async fn a_full_disk_is_said_to_be() {
    let home = Home::new();
    std::fs::create_dir_all(&home.root).unwrap();
    let disk = home.root.join("small");
    std::fs::create_dir(&disk).unwrap();
    let mounted = we_are_root()
        && Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=60m,mode=0711", "tmpfs"])
            .arg(&disk)
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
    if !mounted {
        skipped("a_full_disk_is_said_to_be", "a small disk cannot be mounted here");
        return;
    }
    // Where the server's files lie when its folder was made before, as by an ordinary user.
    let place = disk.join("postgres");
    std::fs::create_dir(&place).unwrap();
    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o700)).unwrap();
    std::os::unix::fs::chown(&place, Some(65_534), Some(65_534)).unwrap();
    std::os::unix::fs::symlink(&place, home.root.join("postgres")).unwrap();
    let message = home.refusal().await;
    let unmounted = Command::new("umount").arg(&disk).status().unwrap();
    assert!(unmounted.success());
    for part in [
        "too full for a new database",
        place.to_str().unwrap(),
        "512 MiB are needed",
        "MiB are free",
    ] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}
