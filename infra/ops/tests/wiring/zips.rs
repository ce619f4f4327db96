//! `infra/aws/zips`, with a `cargo` that writes down what it is asked and builds what has only a size: what comes where, and what is
//! refused.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Knows three programs; the program of a test, and not of a function, is none of them.
const CARGO: &str = r#"#!/usr/bin/env bash
if [ "$1" = metadata ]; then
  package() { printf '{"manifest_path": "%s/%s/Cargo.toml", "targets": [{"name": "%s", "kind": ["bin"]}, {"name": "lib", "kind": ["lib"]}]}' "$PWD" "$1" "$2"; }
  echo "{\"workspace_root\": \"$PWD\", \"packages\": [$(package services/content content), $(package services/edge edge), $(package infra/ops valine-operators), $(package tests valine-bench)]}"
  exit
fi
echo "cargo $*" >> "$ASKED"
while [ $# -gt 0 ]; do
  case $1 in --bin) names+=("$2") ;; --lambda-dir) folder=$2 ;; esac
  shift
done
for name in "${names[@]}"; do
  mkdir -p "$folder/$name"
  head -c "${BYTES:-1000}" /dev/urandom > "$folder/$name/bootstrap"
done
"#;

const RUSTC: &str = "#!/usr/bin/env bash\necho \"$SYSROOT\"\n";

/// A clone's script beside tools that do nothing.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../aws");
        fs::create_dir_all(desk.path("infra/aws")).unwrap();
        for name in ["zips", "zips.txt"] {
            fs::copy(from.join(name), desk.path("infra/aws").join(name)).unwrap();
        }
        desk.write("bin/cargo", CARGO);
        desk.write("bin/rustc", RUSTC);
        for name in ["index.html", "index.html.br", "index.html.gz"] {
            desk.write(&format!("web/dist/docs/{name}"), "the API's reference");
        }
        for triple in ["aarch64", "x86_64"] {
            desk.write(
                &format!("rust/lib/rustlib/{triple}-unknown-linux-gnu/here"),
                "its library",
            );
        }
        // Everything is installed.
        let mark = Command::new("bash")
            .args(["-c", "cksum < infra/aws/zips.txt"])
            .current_dir(desk.path(""))
            .output();
        desk.write(
            "tools/zips/.complete",
            &String::from_utf8(mark.unwrap().stdout).unwrap(),
        );
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// What it does with these variables, and what cargo was asked to build.
    fn run(&self, variables: &[(&str, &str)]) -> (Output, Vec<String>) {
        let asked = self.path("asked");
        fs::write(&asked, "").unwrap();
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.path("bin").display());
        let output = Command::new("bash")
            .arg(self.path("infra/aws/zips"))
            .env_clear()
            .env("PATH", path)
            .env("ASKED", &asked)
            .env("SYSROOT", self.path("rust"))
            .env("VALINE_TOOLS", self.path("tools"))
            .env("BUILT", self.path("built"))
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let lines = fs::read_to_string(asked).unwrap();
        (output, lines.lines().map(str::to_owned).collect())
    }

    /// The names of what is in a zip.
    fn inside(&self, zip: &str) -> Vec<String> {
        let listed = Command::new("python3")
            .args([
                "-c",
                "import sys, zipfile; print(*zipfile.ZipFile(sys.argv[1]).namelist(), sep='\\n')",
            ])
            .arg(self.path(zip))
            .output()
            .unwrap();
        assert!(listed.status.success(), "{zip}: {}", said(&listed));
        let names = String::from_utf8(listed.stdout).unwrap();
        names.lines().map(str::to_owned).collect()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn every_program_has_a_zip_for_each_architecture_and_only_the_edge_has_the_reference() {
    let desk = Desk::new();
    let (output, asked) = desk.run(&[]);
    assert!(output.status.success(), "{}", said(&output));
    for (line, flag) in asked.iter().zip(["--arm64", "--x86-64"]) {
        let bins = "--workspace --bin content --bin edge --bin valine-operators";
        assert!(
            line.contains(bins) && line.contains("--profile lambda --locked") && line.contains(flag),
            "{line}"
        );
    }
    assert_eq!(asked.len(), 2, "{asked:#?}");
    let table = String::from_utf8(output.stdout).unwrap();
    for architecture in ["arm64", "x86_64"] {
        for (program, inside) in [
            ("content", &["bootstrap"][..]),
            ("edge", &["bootstrap", "docs/index.html", "docs/index.html.br"]),
            ("valine-operators", &["bootstrap"]),
        ] {
            assert_eq!(
                desk.inside(&format!("built/{architecture}/{program}.zip")),
                inside
            );
            let is_it = |line: &str| line.starts_with(architecture) && line.contains(program);
            assert!(table.lines().any(is_it), "{table}");
        }
    }
}

#[test]
fn a_program_that_is_slow_to_start_is_refused_by_its_name() {
    let desk = Desk::new();
    // What is random does not become smaller.
    let told = [
        ("BYTES", "8100000"),
        ("PROGRAMS", "content"),
        ("ARCHITECTURES", "arm64"),
    ];
    let (output, asked) = desk.run(&told);
    assert_eq!(asked.len(), 1, "{asked:#?}");
    let said = said(&output);
    assert!(
        !output.status.success()
            && said.contains("larger than 8000000 bytes")
            && said.contains("arm64/content.zip"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_built_is_said_before_anything_is() {
    let desk = Desk::new();
    for (variable, words) in [
        (("PROGRAMS", "content bread"), "there is no program bread"),
        (("PROGRAMS", "valine-bench"), "there is no program valine-bench"),
        (("ARCHITECTURES", "vax"), "there is no architecture vax"),
    ] {
        let (output, asked) = desk.run(&[variable]);
        let said = said(&output);
        assert!(
            !output.status.success() && said.contains(words),
            "{variable:?}: {said}"
        );
        assert!(asked.is_empty(), "{variable:?}: {asked:#?}");
    }
    fs::remove_dir_all(desk.path("web")).unwrap();
    let (output, asked) = desk.run(&[]);
    assert!(
        !output.status.success() && said(&output).contains("make web"),
        "{}",
        said(&output)
    );
    assert!(asked.is_empty(), "{asked:#?}");
    // The reference is the edge's alone.
    let (output, _) = desk.run(&[("PROGRAMS", "content")]);
    assert!(output.status.success(), "{}", said(&output));
}
