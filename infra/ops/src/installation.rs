//! What one installation keeps: on this machine in a folder, on AWS in Secrets Manager.

use anyhow::{Context, Result, bail};
use chassis::Secrets;
use chassis::config::Environment;
use chassis::process::kept;
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
    function: Option<OfFunction>,
}

/// What is known of an installation on AWS to its operators' function.
#[derive(Clone, Debug)]
struct OfFunction {
    /// Who asked.
    operator: String,
    /// Where people reach the site.
    url: Url,
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
            function: None,
        })
    }

    /// That on AWS, as its operators' function meets it: all that it is told and kept is in the environment. What is done
    /// is done for this operator.
    ///
    /// # Errors
    /// When the environment says too little.
    pub fn of_function(environment: Environment, operator: &str) -> Result<Self> {
        let mut reader = environment.read();
        let _secret: Option<Secrets> =
            reader.required("SECRET_KEY", "the installation's secret, 64 hexadecimal digits");
        let url = reader.required("PUBLIC_URL", "where people reach the site");
        let _server: Option<Url> = reader.required("DATABASE_URL", "the PostgreSQL server of all services");
        reader.finish()?;
        Ok(Self {
            // The one folder that a function may write to. Nothing is kept there.
            root: std::env::temp_dir(),
            function: url.map(|url| OfFunction {
                operator: operator.to_owned(),
                url,
            }),
            environment,
        })
    }

    /// Whether this is the operators' function on AWS.
    #[must_use]
    pub fn is_function(&self) -> bool {
        self.function.is_some()
    }

    /// Who runs the command: whoever asked the function, else the user of this machine.
    #[must_use]
    pub fn operator(&self) -> String {
        match &self.function {
            Some(function) => function.operator.clone(),
            None => user(),
        }
    }

    /// Where its system is reached.
    ///
    /// # Errors
    /// When the note of it cannot be read.
    pub fn url(&self) -> Result<Url> {
        match &self.function {
            Some(function) => Ok(function.url.clone()),
            None => url_of(&self.root),
        }
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
        let text = kept_in(&path, || Secrets::random().to_hex())?;
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
    pub async fn keep_session_keys(&self, keys: &SessionKeys) -> Result<()> {
        if self.is_function() {
            let arn = self.environment.get("SESSION_KEYS_ARN");
            let arn = arn.context("SESSION_KEYS_ARN does not say where the keys are kept")?;
            return kept::put(arn, &keys.to_text()).await;
        }
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
        kept_in(&self.root.join("operator.key"), || Secrets::random().to_hex())
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

/// The user of this machine who runs the command.
pub(crate) fn user() -> String {
    let user = nix::unistd::User::from_uid(nix::unistd::Uid::current())
        .ok()
        .flatten();
    user.map_or_else(
        || format!("uid {}", nix::unistd::Uid::current()),
        |user| user.name,
    )
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
fn kept_in(path: &Path, make: impl FnOnce() -> String) -> Result<String> {
    if let Some(text) = secret::read(path)? {
        return Ok(text);
    }
    let text = make();
    secret::write(path, &text)?;
    Ok(text)
}
