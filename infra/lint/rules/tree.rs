//! What the rules read: every file that git tracks or would track.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A file of the project; `path` is relative to the root and has forward slashes.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// The file's extension, or nothing.
    pub(crate) fn extension(&self) -> &str {
        Path::new(&self.path)
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default()
    }

    /// Rust that a person wrote; `schema.rs` is generated from the database.
    pub(crate) fn is_rust(&self) -> bool {
        self.extension() == "rs" && !self.path.ends_with("/schema.rs")
    }
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}

/// Runs git at the root and returns what it printed.
pub(crate) fn git(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root())
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .expect("the house rules read what git tracks: install git");
    assert!(
        output.status.success(),
        "git {arguments:?} failed: run the house rules inside a clone of the repository"
    );
    output.stdout
}

/// All files that are tracked, and those that would be (new and not ignored), so that a rule speaks before the commit.
pub(crate) fn files() -> &'static [File] {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    FILES.get_or_init(|| {
        let listed = git(&["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let files: Vec<File> = listed
            .split(|byte| *byte == 0)
            .filter(|name| !name.is_empty())
            .filter_map(|name| {
                let path = String::from_utf8_lossy(name).into_owned();
                // A deleted file stays listed until the deletion is staged; a link is judged where it points to.
                let text = std::fs::read(root().join(&path)).ok()?;
                Some(File {
                    text: String::from_utf8_lossy(&text).into_owned(),
                    path,
                })
            })
            .collect();
        assert!(
            files.iter().any(|file| file.path == "Cargo.toml"),
            "git listed no Cargo.toml at {:?}",
            root()
        );
        files
    })
}
