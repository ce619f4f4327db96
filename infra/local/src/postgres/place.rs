//! Where a server's files lie: a folder that nobody but the server's user may enter.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::Purpose;
use super::account::Account;
use super::postmaster::remove_if_misleading;
use crate::{Progress, disk, secret};

/// Where root keeps what a system user must reach; a clone below `/root` is closed to it.
pub(crate) const SHARED: &str = "/var/lib/valine";

/// A file system in memory, on Linux; small in containers.
const MEMORY: &str = "/dev/shm";

/// Bytes that it must have left; the tests of everything take a quarter of it.
const ENOUGH_MEMORY: u64 = 4096 * disk::MIB;

/// A socket's whole path must fit into `sockaddr_un`: 104 bytes with its NUL on macOS, 108 on Linux.
const SOCKET_PATH_LIMIT: usize = 103;

/// The number in the socket's name. No TCP port is opened.
pub(crate) const PORT: u16 = 54_321;

/// A server's folder and its user.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    pub(crate) account: Account,
}

impl Place {
    /// The place for data that is kept below `root` (which exists and is absolute).
    pub(crate) fn kept(root: &Path, progress: &Progress) -> Result<Self> {
        let link = root.join("postgres");
        let place = if Account::needed() {
            Self::kept_by_root(root, &link, progress)?
        } else {
            Self::kept_by_us(&link)?
        };
        Ok(place)
    }

    fn kept_by_us(folder: &Path) -> Result<Self> {
        let account = Account::ourselves();
        make_private(folder, &account)?;
        if folder.canonicalize().is_err() || Account::owner_of(folder)?.is_none_or(|owner| owner.is_another())
        {
            bail!(
                "the database in {} was made by another user (by root, perhaps). Start this as that user again, \
                 or use another folder.",
                folder.display()
            );
        }
        Ok(Self {
            folder: folder.to_owned(),
            account,
        })
    }

    fn kept_by_root(root: &Path, link: &Path, progress: &Progress) -> Result<Self> {
        match fs::symlink_metadata(link) {
            Err(error) if error.kind() == ErrorKind::NotFound => Self::new_for_root(root, link, progress),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", link.display())),
            Ok(_) => {
                let folder = link.canonicalize().with_context(|| {
                    format!(
                        "the database of this folder is gone: {} leads nowhere. \
                         Bring its target back, or remove the link to start with an empty database.",
                        link.display()
                    )
                })?;
                // Whoever's it is goes on with it: a person who ran this before as an ordinary user, for one.
                let account = Account::owner_of(&folder)?.with_context(|| {
                    format!(
                        "{} belongs to root, and PostgreSQL refuses to run as root. Move it away and start again.",
                        folder.display()
                    )
                })?;
                Ok(Self { folder, account })
            }
        }
    }

    fn new_for_root(root: &Path, link: &Path, progress: &Progress) -> Result<Self> {
        let account = Account::for_root(progress)?;
        make_shared(Path::new(SHARED))?;
        let name = short_hash(root);
        let mut folder = Path::new(SHARED).join(&name);
        let mut count = 1_u32;
        loop {
            match private_folder().create(&folder) {
                Ok(()) => break,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    progress.say(format!(
                        "{} holds the database of a former {}; it is left alone (remove it when you need its space).",
                        folder.display(),
                        root.display()
                    ));
                    count += 1;
                    folder = Path::new(SHARED).join(format!("{name}-{count}"));
                }
                Err(error) => {
                    return Err(error).with_context(|| format!("{} cannot be made", folder.display()));
                }
            }
        }
        account.give(&folder)?;
        symlink(&folder, link).with_context(|| format!("the link {} cannot be made", link.display()))?;
        progress.say(format!(
            "The database lies in {} (user `{}`, closed to others), linked from {}.",
            folder.display(),
            account.name(),
            link.display()
        ));
        Ok(Self { folder, account })
    }

    /// A new place that is removed when its server stops: in memory for what is only tested, where there is enough of it,
    /// for tests make and remove databases of a thousand files each.
    pub(crate) fn temporary(purpose: &Purpose, progress: &Progress) -> Result<Self> {
        let account = if Account::needed() {
            Account::for_root(progress)?
        } else {
            Account::ourselves()
        };
        let mut asked = std::env::temp_dir();
        let memory = Path::new(MEMORY);
        if *purpose == Purpose::Tests
            && asked == Path::new("/tmp")
            && disk::require(memory, ENOUGH_MEMORY, "a database of tests").is_ok()
        {
            memory.clone_into(&mut asked);
        }
        let base = match asked.canonicalize() {
            Ok(base) if !account.is_another() || open_to_all(&base) => base,
            _ => PathBuf::from("/tmp"),
        };
        let folder = base.join(format!("valine-{}", secret::random(6)));
        make_private(&folder, &account)?;
        Ok(Self { folder, account })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    pub(crate) fn password(&self) -> PathBuf {
        self.folder.join("admin-password")
    }

    /// A folder for the server's socket, closed to others.
    pub(crate) fn socket_folder(&self, progress: &Progress) -> Result<PathBuf> {
        let wanted = self.folder.join("run");
        if fits(&wanted) {
            make_private(&wanted, &self.account)?;
            remove_if_misleading(&wanted.join(format!(".s.PGSQL.{PORT}.lock")), &self.data())?;
            return Ok(wanted);
        }
        let short = Path::new("/tmp").join(format!("valine-{}", secret::random(6)));
        make_private(&short, &self.account)?;
        progress.say(format!(
            "{} is too long for a socket's path, so the socket lies in {}.",
            wanted.display(),
            short.display()
        ));
        Ok(short)
    }

    /// Removes a socket folder that was made outside of this place because of its length.
    pub(crate) fn forget_socket_folder(&self, sockets: &Path) {
        if !sockets.starts_with(&self.folder) {
            // Nothing but an empty folder would stay.
            fs::remove_dir_all(sockets).unwrap_or_default();
        }
    }
}

fn fits(sockets: &Path) -> bool {
    sockets.join(format!(".s.PGSQL.{PORT}.lock")).as_os_str().len() <= SOCKET_PATH_LIMIT
}

fn private_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

/// Makes sure that `folder` exists and is closed to all but `account`.
pub(crate) fn make_private(folder: &Path, account: &Account) -> Result<()> {
    match private_folder().create(folder) {
        Ok(()) => account.give(folder),
        // Whoever made it may have been killed before it was handed over.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => account.give(folder),
        Err(error) => Err(error).with_context(|| format!("the folder {} cannot be made", folder.display())),
    }
}

/// Makes sure that a folder exists which all may enter and only we may change.
pub(crate) fn make_shared(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)
        .and_then(|()| fs::set_permissions(folder, fs::Permissions::from_mode(0o755)))
        .with_context(|| format!("the folder {} cannot be made", folder.display()))
}

/// Whether every user may enter this folder (and all above it).
fn open_to_all(folder: &Path) -> bool {
    folder.ancestors().all(|part| {
        part.metadata()
            .is_ok_and(|found| found.permissions().mode() & 0o001 != 0)
    })
}

fn short_hash(root: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let digest = Sha256::digest(root.as_os_str().as_bytes());
    hex::encode(digest).chars().take(12).collect()
}
