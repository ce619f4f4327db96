//! What one installation on this machine keeps: its folder, its secret, its operator's key.

use anyhow::{Context, Result};
use chassis::Secrets;
use chassis::config::Environment;
use local::secret;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

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
        if let Some(text) = self.environment.get("SECRET_KEY") {
            return Secrets::from_hex(text).map_err(|what| anyhow::anyhow!("SECRET_KEY {what}"));
        }
        let path = self.root.join("secret");
        let text = kept(&path, || Secrets::random().to_hex())?;
        Secrets::from_hex(&text).map_err(|what| anyhow::anyhow!("{} {what}", path.display()))
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

/// The content of a secret file, which is made when it is missing.
fn kept(path: &Path, make: impl FnOnce() -> String) -> Result<String> {
    if let Some(text) = secret::read(path)? {
        return Ok(text);
    }
    let text = make();
    secret::write(path, &text)?;
    Ok(text)
}
