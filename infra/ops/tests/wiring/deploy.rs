//! `infra/aws/deploy` and `infra/aws/rollback`, with an `aws` and a `sam` that write down what they are asked: in which order
//! things happen, and what does not happen when something before it failed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Answers of AWS's command line, and what must not succeed.
const AWS: &str = r#"#!/usr/bin/env bash
echo "aws $*" >> "$ASKED"
case "$*" in *"${FAILS:-nothing at all}"*) echo "refused" >&2; exit 1 ;; esac
case "$*" in
  *list-exports*) echo bucket ;;
  *head-object*releases/*) ;;
  *head-object*old.zip*) ;;
  *head-object*) exit 1 ;;
  *describe-stacks*) echo "output-of-$4" ;;
  *"lambda invoke"*) echo '"3 migrations"' > "${@: -1}"; echo "${MIGRATED:-None}" ;;
  *list-functions*) printf 'joint-dev-content-http\njoint-dev-ops\njoint-dev-edge-authorizer\n' ;;
  *get-alias*) echo 12 ;;
  *list-versions*authorizer*) printf '9\told\n12\tnew\n' ;;
  *list-versions*) printf '2\tolder\n11\told\n12\tnew\n' ;;
esac
"#;

const SAM: &str = "#!/usr/bin/env bash\necho \"sam $*\" >> \"$ASKED\"\n\
case \"$*\" in *\"${FAILS:-nothing at all}\"*) exit 1 ;; esac\n";

/// A clone's scripts beside tools that only write down.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../aws");
        let aws = desk.path("infra/aws");
        fs::create_dir_all(aws.join("stages")).unwrap();
        for name in ["deploy", "rollback", "platform.yaml", "site.yaml"] {
            fs::copy(from.join(name), aws.join(name)).unwrap();
        }
        fs::write(
            aws.join("stages/dev.env"),
            "# A comment.\nDomain=dev.joint.example\nMediaDomain=files.dev.joint.example\nZone=\nAlarmEmail=\n",
        )
        .unwrap();
        desk.write("bin/aws", AWS);
        desk.write("bin/sam", SAM);
        desk.write("built/arm64/content.zip", "zip");
        desk.write("built/arm64/old.zip", "zip");
        desk.write("web/dist/index.html", "page");
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

    fn run(&self, script: &str, arguments: &[&str], variables: &[(&str, &str)]) -> (Output, Vec<String>) {
        let asked = self.path("asked");
        fs::write(&asked, "").unwrap();
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.path("bin").display());
        let output = Command::new("bash")
            .arg(self.path("infra/aws").join(script))
            .args(arguments)
            .env_clear()
            .env("PATH", path)
            .env("ASKED", &asked)
            .env("BUILT", self.path("built"))
            .env("RELEASE", "new")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let lines = fs::read_to_string(asked)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect();
        (output, lines)
    }
}

/// In which order the first of each was asked.
#[track_caller]
fn in_order(lines: &[String], parts: &[&str]) {
    let places: Vec<_> = parts
        .iter()
        .map(|part| {
            lines
                .iter()
                .position(|line| line.contains(part))
                .unwrap_or_else(|| panic!("{part} was not asked: {lines:#?}"))
        })
        .collect();
    assert!(places.is_sorted(), "{parts:?} at {places:?} of {lines:#?}");
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_release_goes_out_in_an_order_in_which_nothing_is_missing() {
    let (output, lines) = Desk::new().run("deploy", &["dev"], &[]);
    assert!(output.status.success(), "{}", said(&output));
    in_order(
        &lines,
        &[
            "content.zip s3://bucket/new/arm64/content.zip",
            "sam deploy --template-file",
            "--stack-name joint-dev-platform",
            "lambda invoke --function-name output-of-joint-dev-platform",
            "--stack-name joint-dev-site",
            "s3 sync",
            "web/dist/index.html s3://output-of-joint-dev-site/releases/new/index.html",
            "web/dist/index.html s3://output-of-joint-dev-site/index.html",
            "create-invalidation",
        ],
    );
    assert!(
        !lines.iter().any(|line| line.contains("old.zip s3://")),
        "what is there is not sent again"
    );
    assert!(
        !lines.iter().any(|line| line.contains("--delete")),
        "old pages find their assets"
    );
}

#[test]
fn each_stack_is_told_what_it_asks_for_and_nothing_else() {
    let (output, lines) = Desk::new().run("deploy", &["dev", "platform", "site"], &[]);
    assert!(output.status.success(), "{}", said(&output));
    let told = |stack: &str| {
        let line = lines
            .iter()
            .find(|line| line.contains("sam deploy") && line.contains(stack))
            .unwrap();
        line.split_once("--parameter-overrides ").unwrap().1.to_owned()
    };
    let common = "Stage=dev Release=new CodeBucket=bucket Architecture=arm64 Domain=dev.joint.example";
    assert_eq!(told("joint-dev-platform"), common);
    assert_eq!(
        told("joint-dev-site"),
        format!("{common} MediaDomain=files.dev.joint.example")
    );
}

#[test]
fn what_fails_keeps_everything_after_it_from_happening() {
    for (variables, said_so, happened, did_not) in [
        (
            ("FAILS", "joint-dev-platform.yaml"),
            "",
            "platform",
            "lambda invoke",
        ),
        (
            ("MIGRATED", "Unhandled"),
            "migrate failed",
            "lambda invoke",
            "joint-dev-site",
        ),
        (
            ("FAILS", "--stack-name joint-dev-site"),
            "",
            "joint-dev-site",
            "s3 sync",
        ),
        (("FAILS", "s3 sync"), "", "s3 sync", "index.html"),
    ] {
        let (output, lines) = Desk::new().run("deploy", &["dev"], &[variables]);
        assert!(!output.status.success(), "{variables:?}");
        assert!(
            said(&output).contains(said_so),
            "{variables:?}: {}",
            said(&output)
        );
        assert!(
            lines.iter().any(|line| line.contains(happened)),
            "{variables:?}: {lines:#?}"
        );
        let after = lines.iter().position(|line| line.contains(happened)).unwrap();
        assert!(
            !lines[after + 1..].iter().any(|line| line.contains(did_not)),
            "{variables:?}: {lines:#?}"
        );
    }
}

#[test]
fn a_release_without_zips_or_a_name_does_not_go_out() {
    let desk = Desk::new();
    fs::remove_dir_all(desk.path("built")).unwrap();
    let (output, lines) = desk.run("deploy", &["dev"], &[]);
    assert!(
        !output.status.success() && said(&output).contains("there are no zips"),
        "{}",
        said(&output)
    );
    assert!(!lines.iter().any(|line| line.starts_with("sam")), "{lines:#?}");
    let (output, _) = desk.run("deploy", &["nowhere"], &[]);
    assert!(!output.status.success() && said(&output).contains("there is no infra/aws/stages/nowhere.env"));
    let (output, lines) = desk.run("deploy", &["dev", "bake"], &[]);
    assert!(!output.status.success() && said(&output).contains("there is no step bake"));
    assert_eq!(lines, Vec::<String>::new());
    for arguments in [&["init", "--quiet"][..], &["add", "web"]] {
        let git = Command::new("git")
            .args(arguments)
            .current_dir(desk.path(""))
            .status()
            .unwrap();
        assert!(git.success());
    }
    let (output, _) = desk.run("deploy", &["dev"], &[("RELEASE", "")]);
    assert!(
        !output.status.success() && said(&output).contains("not committed"),
        "{}",
        said(&output)
    );
}

#[test]
fn functions_go_back_to_the_version_before_and_those_of_operators_stay() {
    let (output, lines) = Desk::new().run("rollback", &["dev", "functions"], &[]);
    assert!(output.status.success(), "{}", said(&output));
    let changed: Vec<_> = lines
        .iter()
        .filter(|line| line.contains("update-alias"))
        .map(String::as_str)
        .collect();
    assert_eq!(
        changed,
        [
            "aws lambda update-alias --function-name joint-dev-content-http --name live --function-version 11 --routing-config AdditionalVersionWeights={}",
            "aws lambda update-alias --function-name joint-dev-edge-authorizer --name live --function-version 9 --routing-config AdditionalVersionWeights={}",
        ]
    );
}

#[test]
fn a_share_of_requests_goes_to_a_release_that_all_functions_have() {
    let desk = Desk::new();
    let (output, lines) = desk.run("rollback", &["dev", "functions", "old", "5"], &[]);
    assert!(output.status.success(), "{}", said(&output));
    let weighted = "--function-version 12 --routing-config AdditionalVersionWeights={\"11\"=0.05}";
    assert!(lines.iter().any(|line| line.contains(weighted)), "{lines:#?}");

    let (output, lines) = desk.run("rollback", &["dev", "functions", "older"], &[]);
    assert!(
        !output.status.success()
            && said(&output).contains("edge-authorizer has no version of release older; nothing was changed")
    );
    assert!(
        !lines.iter().any(|line| line.contains("update-alias")),
        "{lines:#?}"
    );
    let (output, _) = desk.run("rollback", &["dev", "functions", "old", "all"], &[]);
    assert!(!output.status.success() && said(&output).contains("a number from 1 to 100"));
}

#[test]
fn the_web_app_goes_back_to_a_page_that_is_there() {
    let desk = Desk::new();
    let (output, lines) = desk.run("rollback", &["dev", "web", "old"], &[]);
    assert!(output.status.success(), "{}", said(&output));
    in_order(
        &lines,
        &[
            "head-object --bucket output-of-joint-dev-site --key releases/old/index.html",
            "s3://output-of-joint-dev-site/releases/old/index.html s3://output-of-joint-dev-site/index.html",
            "create-invalidation",
        ],
    );
    let (output, lines) = desk.run("rollback", &["dev", "web", "gone"], &[("FAILS", "releases/gone")]);
    assert!(
        !output.status.success() && said(&output).contains("no page of release gone"),
        "{}",
        said(&output)
    );
    assert!(!lines.iter().any(|line| line.contains("s3 cp")), "{lines:#?}");
}
