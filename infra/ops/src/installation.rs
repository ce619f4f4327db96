//! What one installation on this machine keeps: its folder, its secret, its operator's key.

use anyhow::{Context, Result, bail};
use chassis::Secrets;
use chassis::config::Environment;
use chassis::session::SessionKeys;
use local::secret;
use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use url::Url;

/// Where `valine up` listens when nothing else is said.
pub(crate) const DEFAULT_URL: &str = "http://127.0.0.1:8080";

/// One installation.
#[derive(Clone, Debug)]
pub struct Installation {
    root: PathBuf,
    environment: Environment,
}

impl Installation {
    /// In this folder (`.valine` by convention); made when missing, closed to others.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(root: &Path, environment: Environment) -> Result<Self> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(root)
            .with_context(|| format!("the folder {} cannot be made", root.display()))?;
        Ok(Self {
            root: root.to_owned(),
            environment,
        })
    }

    /// Its folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Notes where its system listens, for the other commands.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note_url(&self, url: &Url) -> Result<()> {
        let path = self.root.join("url");
        std::fs::write(&path, format!("{url}\n"))
            .with_context(|| format!("{} cannot be written", path.display()))
    }

    /// The variables it was started with.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The secret from which every key is derived: `SECRET_KEY`, or one made at the first start.
    ///
    /// # Errors
    /// When it cannot be read, or is readable by others.
    pub fn secrets(&self) -> Result<Secrets> {
        Ok(self.secret()?.with_session_keys(self.session_keys()?))
    }

    fn secret(&self) -> Result<Secrets> {
        if let Some(text) = self.environment.get("SECRET_KEY") {
            return Secrets::from_hex(text).map_err(|what| anyhow::anyhow!("SECRET_KEY {what}"));
        }
        let path = self.root.join("secret");
        let text = kept(&path, || Secrets::random().to_hex())?;
        Secrets::from_hex(&text).map_err(|what| anyhow::anyhow!("{} {what}", path.display()))
    }

    /// The keys of session tokens: `SESSION_KEYS`, or those that were kept when they were rotated.
    fn session_keys(&self) -> Result<SessionKeys> {
        if let Some(text) = self.environment.get("SESSION_KEYS") {
            return text
                .parse()
                .map_err(|what| anyhow::anyhow!("SESSION_KEYS {what}"));
        }
        let path = self.root.join("session.keys");
        let text = secret::read(&path)?.unwrap_or_default();
        text.parse()
            .map_err(|what| anyhow::anyhow!("{} {what}", path.display()))
    }

    /// Keeps these keys of session tokens.
    ///
    /// # Errors
    /// When they are not kept here, or cannot be written.
    pub fn keep_session_keys(&self, keys: &SessionKeys) -> Result<()> {
        if self.environment.get("SESSION_KEYS").is_some() {
            bail!("SESSION_KEYS is set, so the keys are kept where that comes from; rotate them without it");
        }
        secret::write(&self.root.join("session.keys"), &keys.to_text())
    }

    /// The key that lifts rate limits for seeding and load tools.
    ///
    /// # Errors
    /// When it cannot be read, or is readable by others.
    pub fn operator_key(&self) -> Result<String> {
        kept(&self.root.join("operator.key"), || Secrets::random().to_hex())
    }

    /// The administrator's address: `DATABASE_URL`, or that of the private server that runs for this folder.
    ///
    /// # Errors
    /// When neither is there.
    pub fn administrator(&self) -> Result<String> {
        match self.environment.get("DATABASE_URL") {
            Some(address) => Ok(address.to_owned()),
            None => local::postgres::admin_url_of(&self.root),
        }
    }
}

/// Where the system of an installation's folder listens: what `valine up` noted there when it last started, else where it
/// listens when nothing else is said.
///
/// # Errors
/// When the note cannot be read.
pub(crate) fn url_of(root: &Path) -> Result<Url> {
    let path = root.join("url");
    let noted = match std::fs::read_to_string(&path) {
        Ok(noted) => noted,
        Err(error) if error.kind() == ErrorKind::NotFound => DEFAULT_URL.to_owned(),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
    };
    let url = Url::parse(noted.trim());
    url.with_context(|| format!("{} holds no URL; name the system by --url", path.display()))
}

/// The content of a secret file, which is made when it is missing.
fn kept(path: &Path, make: impl FnOnce() -> String) -> Result<String> {
    if let Some(text) = secret::read(path)? {
        return Ok(text);
    }
    let text = make();
    secret::write(path, &text)?;
    Ok(text)
}
