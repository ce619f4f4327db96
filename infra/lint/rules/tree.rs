//! What the rules read: every file that git tracks or would track.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

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

/// The root of the clone that the tests run in. Not the one they were built in: two clones may share a target folder.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let printed = run(Command::new("git").args(["rev-parse", "--show-toplevel"]));
        PathBuf::from(String::from_utf8(printed).unwrap().trim_end())
    });
    &ROOT
}

/// Runs git at the root and returns what it printed.
pub(crate) fn git(arguments: &[&str]) -> Vec<u8> {
    run(Command::new("git").arg("-C").arg(root()).args(arguments))
}

fn run(git: &mut Command) -> Vec<u8> {
    let output = git.stderr(Stdio::inherit()).output();
    let output = output.expect("the house rules read what git tracks: install git");
    assert!(
        output.status.success(),
        "{git:?} failed: run the house rules inside a clone of the repository"
    );
    output.stdout
}

/// All files that are tracked, and those that would be (new and not ignored), so that a rule speaks before the commit.
pub(crate) fn files() -> &'static [File] {
    static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
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
    });
    &FILES
}
