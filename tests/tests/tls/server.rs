//! A PostgreSQL that speaks TLS alone, with a certificate for `localhost` of an authority that nobody else knows.

use local::postgres::{Options, Postgres, Purpose};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::fs;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tempfile::TempDir;
use testkit::free_port;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use url::Url;

/// Where the server says that connections are taken.
const READY: &str = "database system is ready to accept connections";

/// Where it says that somebody else has the port.
const TAKEN: &str = "could not create any TCP/IP sockets";

/// The server. Dropped without [`Server::stop`], it is killed.
pub(crate) struct Server {
    _home: TempDir,
    folder: PathBuf,
    process: Child,
    port: u16,
    password: String,
}

impl Server {
    /// Makes a database and starts a server of our own on it.
    pub(crate) async fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().canonicalize().unwrap().join("valine");
        let private = Postgres::start(Options::new(Purpose::Live { root }))
            .await
            .unwrap();
        let (folder, programs) = (private.folder().to_owned(), private.bin_dir().to_owned());
        let address = Url::parse(private.admin_url()).unwrap();
        let password = address.password().unwrap().to_owned();
        private.stop().await.unwrap();
        certify(&folder);
        let (process, port) = loop {
            let port = free_port();
            if let Some(process) = listen(&programs.join("postgres"), &folder, port).await {
                break (process, port);
            }
        };
        Self {
            _home: home,
            folder,
            process,
            port,
            password,
        }
    }

    /// An administrator's address of it.
    pub(crate) fn address(&self, host: &str, mode: &str, authority: &Path) -> String {
        let mut url = Url::parse("postgres://postgres@localhost/postgres").unwrap();
        url.set_host(Some(host)).unwrap();
        url.set_port(Some(self.port)).unwrap();
        url.set_password(Some(&self.password)).unwrap();
        url.query_pairs_mut()
            .append_pair("sslmode", mode)
            .append_pair("sslrootcert", authority.to_str().unwrap());
        url.into()
    }

    /// The administrator's password, as it stands in an address.
    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    /// The authority that signed its certificate.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// An authority that did not.
    pub(crate) fn another_authority(&self) -> PathBuf {
        self.folder.join("another.pem")
    }

    /// One that did not, either, and has the same name.
    pub(crate) fn namesake(&self) -> PathBuf {
        self.folder.join("namesake.pem")
    }

    /// Ends it and takes its data away.
    pub(crate) async fn stop(mut self) {
        let pid = Pid::from_raw(self.process.id().unwrap().try_into().unwrap());
        kill(pid, Signal::SIGINT).unwrap();
        self.process.wait().await.unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Made by root, it lies outside of the home.
        fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}

/// Starts it; nothing when somebody else has taken the port meanwhile.
async fn listen(program: &Path, folder: &Path, port: u16) -> Option<Child> {
    let file = |name: &str| folder.join(name).display().to_string();
    let owner = folder.join("data").metadata().unwrap();
    let mut command = Command::new(program);
    command
        .arg("-D")
        .arg(folder.join("data"))
        .current_dir(folder)
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    if nix::unistd::geteuid().is_root() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    for setting in [
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        "unix_socket_directories=".to_owned(),
        "fsync=off".to_owned(),
        "lc_messages=C".to_owned(),
        "ssl=on".to_owned(),
        format!("ssl_cert_file={}", file("server.pem")),
        format!("ssl_key_file={}", file("server.key")),
        format!("hba_file={}", file("encrypted.conf")),
    ] {
        command.arg("-c").arg(setting);
    }
    let mut process = command.spawn().unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
    let mut said = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains(READY) {
            // What it says later is read to the end, so that it never waits for us.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some(process);
        }
        said.push(line);
    }
    let said = said.join("\n");
    assert!(said.contains(TAKEN), "the server did not start:\n{said}");
    None
}

/// Writes certificates, and who may come in how.
fn certify(folder: &Path) {
    let authority = authority("ours");
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let server = server.signed_by(&key, &authority).unwrap();
    let owner = folder.join("data").metadata().unwrap();
    let own = |name: &str, content: &str| {
        let path = folder.join(name);
        let mut file = fs::OpenOptions::new();
        let mut file = file.write(true).create_new(true).mode(0o600).open(&path).unwrap();
        std::io::Write::write_all(&mut file, content.as_bytes()).unwrap();
        chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
    };
    own("server.key", &key.serialize_pem());
    own("server.pem", &server.pem());
    own("authority.pem", &authority.pem());
    own("another.pem", &self::authority("another").pem());
    own("namesake.pem", &self::authority("ours").pem());
    own("encrypted.conf", "hostssl all all all scram-sha-256\n");
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}
