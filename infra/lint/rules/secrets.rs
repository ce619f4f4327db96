//! Nothing secret and nothing of one person's machine is in the files, and nothing secret ever was: whoever clones the
//! project clones its history.

use crate::source::{self, Kind, pattern};
use crate::tree::{self, File};
use crate::{bites, obeyed};
use regex::Regex;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// What a secret looks like, and whose it is. Passwords inside of URLs are found apart, for most are placeholders.
static SECRETS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", "an AWS access key"),
        (
            r#"(?i)aws_?secret_?access_?key[ =:"']{1,5}[A-Za-z0-9/+]{40}\b"#,
            "an AWS secret key",
        ),
        (
            r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/]",
            "a private key",
        ),
        (
            r"\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{50,}",
            "a GitHub token",
        ),
        (r"\bnpm_[A-Za-z0-9]{36}\b|\bpypi-[\w-]{60,}", "a registry's token"),
        (r"\bxox[abprs]-[\w-]{20,}", "a Slack token"),
        (
            r"\b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}\b",
            "a Discord bot's token",
        ),
        (
            r"discord(?:app)?\.com/api/webhooks/\d{17,}/[\w-]{60,}",
            "a Discord webhook",
        ),
        (r"\bsk_live_[A-Za-z0-9]{20,}|\bAIza[\w-]{35}\b", "an API key"),
    ]
    .map(|(pattern, what)| (Regex::new(&format!("(?-u:{pattern})")).unwrap(), what)) // ASCII: ten times as quick to prepare
    .into()
});

static URL_PASSWORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\b(?:postgres(?:ql)?|mysql|redis|amqps?|smtps?)://([^\s:@/"'`]+):([^\s@/"'`]+)@"#).unwrap()
});

/// A password in a URL that stands for one: `{password}`, `$PASSWORD`, `<password>`, `…`, `***`, `PASSWORD`.
fn is_placeholder(password: &str) -> bool {
    password.contains(['{', '$', '<', '%', '…', '*'])
        || ["PASSWORD", "password", "secret", "..."].contains(&password)
}

/// Published as an example by its owner (AWS ends those in EXAMPLE), so known to everybody already.
fn is_published_example(found: &str) -> bool {
    found.contains("EXAMPLE")
}

fn nothing_secret_is_written_down(place: &str, text: &str) -> Vec<String> {
    let next = "it counts as known to everybody: revoke it, then take it out (of history too) and read it from the environment";
    let known = SECRETS
        .iter()
        .flat_map(|(pattern, what)| pattern.find_iter(text).map(move |hit| (hit, *what)));
    let known = known.filter(|(hit, _)| !is_published_example(hit.as_str()));
    let in_urls = URL_PASSWORD
        .captures_iter(text)
        .filter(|found| !is_placeholder(&found[2]));
    let in_urls = in_urls.filter_map(|found| Some((found.get(0)?, "a password in a URL")));
    // The finding does not repeat the secret: it ends up in logs.
    known
        .chain(in_urls)
        .map(|(hit, what)| {
            format!(
                "{place}:{}: {what}; {next}",
                text[..hit.start()].matches('\n').count() + 1
            )
        })
        .collect()
}

static HOME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^\w.~/-])(/home/[a-z]\w*/|/Users/[A-Za-z]\w*/|/root/[.\w-]+|/tmp/[\w-]+/[\w./-]+|[A-Z]:\\Users\\)").unwrap()
});

/// A path that exists on one machine only is a step that fails on every other.
fn no_path_of_somebodys_machine_is_written_down(file: &File) -> Vec<String> {
    let hits = HOME.captures_iter(&file.text);
    hits.filter_map(|found| found.get(1))
        .map(|hit| {
            let line = file.text[..hit.start()].matches('\n').count() + 1;
            format!("{}:{line}: {} is a place on somebody's machine; take it from the environment, or make a temporary folder", file.path, hit.as_str())
        })
        .collect()
}

/// Where npm found a package is its lock file's business on one network only; the public registry is everybody's.
fn packages_come_from_the_public_registry(file: &File) -> Vec<String> {
    if !file.path.ends_with("package-lock.json") {
        return Vec::new();
    }
    let resolved = pattern(r#""resolved":\s*"(?:https?://)?([^/"]+)"#);
    let strange = resolved
        .captures_iter(&file.text)
        .find(|found| &found[1] != "registry.npmjs.org");
    let found = strange.map(|found| {
        format!(
            "{}: a package comes from {}; write the lock file with npm's own registry",
            file.path, &found[1]
        )
    });
    found.into_iter().collect()
}

/// Every version of every file and every commit message that this commit can reach, one at a time.
fn in_all_of_history(mut judge: impl FnMut(&str, &str)) -> usize {
    let objects = tree::git(&["rev-list", "--objects", "--no-object-names", "HEAD"]);
    let mut git = Command::new("git")
        .arg("-C")
        .arg(tree::root())
        .args(["cat-file", "--batch", "--buffer"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git starts");
    let mut asking = git.stdin.take().unwrap();
    let mut answers = BufReader::new(git.stdout.take().unwrap());
    let judged = std::thread::scope(|scope| {
        // Asked and read at the same time, or both would wait on a full pipe. Dropping the pipe ends the questions.
        scope.spawn(move || asking.write_all(&objects).expect("git reads what it is asked"));
        let mut judged = 0;
        let mut header = String::new();
        while answers.read_line(&mut header).unwrap() > 0 {
            let mut words = header.split_whitespace();
            let (id, kind) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
            let size: usize = words
                .next()
                .unwrap_or_default()
                .parse()
                .unwrap_or_else(|_| panic!("git says: {header}"));
            let mut content = vec![0; size + 1];
            answers.read_exact(&mut content).unwrap();
            if kind == "blob" || kind == "commit" {
                judged += 1;
                judge(
                    &format!("{kind} {} of history", &id[..12]),
                    &String::from_utf8_lossy(&content),
                );
            }
            header.clear();
        }
        judged
    });
    assert!(
        git.wait().unwrap().success(),
        "git could not read its own history"
    );
    judged
}

/// What a router answers in a test is looked through for secrets by testkit's witness, unless it is asked past it.
fn every_answer_in_a_test_is_seen_by_the_witness(file: &File) -> Vec<String> {
    let code = source::only(&source::tests_in(&file.path, &file.text), &[Kind::Code]);
    let asked = pattern(r"\.\s*oneshot\(").find(&code);
    let unseen = asked.filter(|_| !code.contains("witness()"));
    let found = unseen.map(|hit| {
        let line = source::line_of(&code, hit.start());
        format!(
            "{}:{line}: a router is asked past testkit's witness; ask it by testkit's Client or call",
            file.path
        )
    });
    found.into_iter().collect()
}

#[test]
fn answers_in_tests_are_seen_by_the_witness() {
    let rust = tree::files().iter().filter(|file| file.is_rust());
    obeyed(
        &rust
            .flat_map(every_answer_in_a_test_is_seen_by_the_witness)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn an_answer_that_no_witness_sees_is_found() {
    let judge = |text: &str| {
        every_answer_in_a_test_is_seen_by_the_witness(&File::new("services/a/tests/it/b.rs", text))
    };
    bites(
        &judge("fn a() {\n    router.oneshot(ask) }"),
        &["b.rs:2: a router"],
    );
    bites(
        &judge("fn a() { router.oneshot(ask); witness().answered(it) }"),
        &[],
    );
}

#[test]
fn nothing_secret_is_in_the_files_or_was() {
    let judge = |file: &File| nothing_secret_is_written_down(&file.path, &file.text);
    let mut findings: Vec<_> = tree::files().iter().flat_map(judge).collect();
    let judged =
        in_all_of_history(|place, text| findings.extend(nothing_secret_is_written_down(place, text)));
    assert!(
        judged > 10,
        "history has {judged} files and messages, which cannot be: is this a clone of the repository?"
    );
    obeyed(&findings);
}

#[test]
fn paths_are_nobodys_own() {
    obeyed(
        &tree::files()
            .iter()
            .flat_map(no_path_of_somebodys_machine_is_written_down)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn packages_are_public() {
    obeyed(
        &tree::files()
            .iter()
            .flat_map(packages_come_from_the_public_registry)
            .collect::<Vec<_>>(),
    );
}

/// Put together here, so that this file does not look like a leak itself.
#[test]
fn a_secret_is_found() {
    let key = ["AKIA", &"Q7".repeat(8)].concat();
    let pem = ["-----BEGIN RSA PRIVATE", " KEY-----\nMIIE"].concat();
    let url = ["postgres", "://content:hunter2@db.example.com/joint"].concat();
    let token = ["ghp_", &"a1".repeat(18)].concat();
    let text = format!("one\n{key}\n{pem}\n{url}\n{token}");
    bites(
        &nothing_secret_is_written_down("README.md", &text),
        &[
            "README.md:2: an AWS access key",
            "README.md:3: a private key",
            "README.md:5: a password",
            "README.md:6: a GitHub",
        ],
    );
    let fine = [
        "postgres",
        "://content:{password}@localhost/joint AKIAIOSFODNN7",
        "EXAMPLE postgres://localhost/joint",
    ]
    .concat();
    bites(&nothing_secret_is_written_down("README.md", &fine), &[]);
}

#[test]
fn a_path_of_one_machine_is_found() {
    let home = ["cd /ho", "me/maria/joint"].concat();
    let root = ["PATH=/ro", "ot/.cargo/bin"].concat();
    let work = ["\"/t", "mp/build/joint\""].concat();
    let text = format!("{home}\n{root}\n{work}\na clone below /root, ~/.cache, /var/lib/valine/ and /tmp");
    bites(
        &no_path_of_somebodys_machine_is_written_down(&File::new("a.sh", &text)),
        &["a.sh:1", "a.sh:2", "a.sh:3"],
    );
}

#[test]
fn a_private_registry_is_found() {
    let lock = r#"{"a": {"resolved": "https://registry.npmjs.org/a/-/a-1.tgz"}, "b": {"resolved": "https://npm.example.com/b.tgz"}}"#;
    bites(
        &packages_come_from_the_public_registry(&File::new("web/package-lock.json", lock)),
        &["npm.example.com"],
    );
}
