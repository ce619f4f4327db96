//! Everything that is held about somebody is handed out to them: what the erasure would remove, and nothing of others.

use super::erasure::{anew, leave, published, replay};
use super::life::{Life, live};
use super::traces::{files, in_files, in_rows, objects};
use end_to_end::{Person, TestNetwork, text};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Asks for an export, and answers its id.
async fn ask(life: &Life) -> String {
    let asked = life
        .person
        .client
        .post("/api/auth/account/export", json!({}))
        .await
        .expect(202);
    assert_eq!(
        (&asked["status"], &asked["url"]),
        (&json!("preparing"), &Value::Null)
    );
    text(&asked, "/id")
}

/// The files of somebody's archive.
pub(crate) async fn fetch(whose: &Person, id: &str) -> BTreeMap<String, Vec<u8>> {
    let path = format!("/api/auth/account/export/{id}");
    unpack(&whose.client.get(&path).await.expect(200)).await
}

/// The files of the archive of an export that is ready.
pub(crate) async fn unpack(ready: &Value) -> BTreeMap<String, Vec<u8>> {
    assert_eq!(ready["status"], "ready", "{ready}");
    let fetched = reqwest::get(text(ready, "/url")).await.unwrap();
    assert_eq!(fetched.status(), 200);
    let disposition = fetched.headers()["content-disposition"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(disposition, "attachment; filename=\"joint-export.zip\"");
    let bytes = fetched.bytes().await.unwrap();
    assert_eq!(ready["size"], bytes.len());
    let mut archive = ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.insert(file.name().unwrap().into_owned(), content);
    }
    files
}

/// The rows of the services' own tables in which a word stands: by service and table.
async fn own_rows(network: &TestNetwork, word: &str) -> Vec<String> {
    // Copies on their way, and answers that are kept for two days in case somebody asks again.
    let spine = [
        "outbox",
        "inbox",
        "failure",
        "reply",
        "allowance",
        "export_part",
        "erased_account",
    ];
    let rows = in_rows(network, word).await;
    let is_own = |row: &String| {
        let (table, _) = row.split_once(' ').unwrap();
        let (schema, name) = table.split_once('.').unwrap();
        schema != "bus"
            && !spine
                .iter()
                .any(|of| name == *of || name.starts_with(&format!("{of}_")))
    };
    rows.into_iter().filter(is_own).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_has_everything_that_would_be_erased_and_nothing_of_anybody_else() {
    let network = TestNetwork::start().await;
    let bob = network.sign_up("bob").await;
    network.settle().await;
    let (ada, eve) = (
        live(&network, "zqada", &bob).await,
        live(&network, "zqeve", &bob).await,
    );
    // The two have to do with each other, too.
    let path = format!("/api/posts/{}/comments", ada.post);
    let said = json!({ "content": "zqeve was here" });
    eve.person.client.post(&path, said).await.expect(201);
    let told = json!({ "reason": "zqeve minds" });
    eve.person
        .client
        .post(&format!("/api/posts/{}/report", ada.post), told)
        .await
        .expect(201);
    for (who, whom) in [(&ada, &eve), (&eve, &ada)] {
        let path = format!("/api/social/follow/{}", whom.person.id);
        who.person.client.post(&path, json!({})).await.expect(200);
    }
    network.settle().await;

    let id = ask(&ada).await;
    let again = ada
        .person
        .client
        .post("/api/auth/account/export", json!({}))
        .await
        .expect(202);
    assert_eq!(text(&again, "/id"), id, "one at a time");
    network.settle().await;
    let archive = fetch(&ada.person, &id).await;
    let texts: BTreeMap<_, _> = archive
        .iter()
        .map(|(name, bytes)| (name.clone(), String::from_utf8_lossy(bytes).to_lowercase()))
        .collect();

    // Each row, by each of the values in it that has the word.
    let rows = own_rows(&network, "zqada").await;
    assert!(rows.len() > 30, "{rows:#?}");
    for row in rows {
        let (table, values) = row.split_once(' ').unwrap();
        let (schema, _) = table.split_once('.').unwrap();
        let folder = format!("{}/", schema.replace('_', "-"));
        for value in said_in(&values.to_lowercase(), "zqada") {
            let is_told = texts
                .iter()
                .any(|(name, text)| name.starts_with(&folder) && text.contains(&value));
            assert!(is_told, "`{value}` of {row} is not in the archive");
        }
    }
    for (name, text) in &texts {
        assert!(
            !text.contains("zqeve"),
            "{name} has something of somebody else: {text}"
        );
        for secret in ["$2b$", "token="] {
            assert!(!text.contains(secret), "{name} has a secret: {text}");
        }
    }
    assert!(texts["content/comments.json"].contains("zqada comment, edited"));
    assert!(texts["orchestrator/operatorActions.json"].contains("zqada throws it away"));
    assert!(
        !texts
            .values()
            .any(|text| text.contains("bob answers") || text.contains("bob minds")),
        "{texts:#?}"
    );

    // The manifest says what is in it, and the files are whole.
    let manifest: Value = serde_json::from_slice(&archive["manifest.json"]).unwrap();
    let listed = |kind: &str| manifest[kind].as_array().unwrap().clone();
    let names: Vec<_> = listed("tables")
        .iter()
        .chain(&listed("files"))
        .map(|file| text(file, "/path"))
        .collect();
    assert_eq!(names.len() + 1, archive.len(), "{manifest:#}");
    assert!(names.iter().all(|name| archive.contains_key(name)));
    for table in listed("tables") {
        let rows: Vec<Value> = serde_json::from_slice(&archive[&text(&table, "/path")]).unwrap();
        assert_eq!(table["rows"], rows.len());
    }
    let picture = listed("files")
        .iter()
        .map(|file| text(file, "/path"))
        .find(|path| path.contains(&ada.media))
        .unwrap();
    assert!(archive[&picture].starts_with(b"\x89PNG"), "{picture}");
    assert_eq!(manifest["missing"], json!([]));

    // It is the asker's alone, and nothing of it is in an event.
    let path = format!("/api/auth/account/export/{id}");
    assert_eq!(
        eve.person.client.get(&path).await.refused(404),
        "EXPORT_NOT_FOUND"
    );
    assert_eq!(network.nobody().get(&path).await.refused(401), "UNAUTHENTICATED");
    let told = published(&network)
        .await
        .into_iter()
        .filter(|body| body.contains(".export-"));
    for body in told {
        assert!(!body.contains("zqada"), "{body}");
    }
    // The parts are gone, the archive stays for a week.
    let kept: Vec<_> = files(network.folder())
        .into_iter()
        .filter(|(path, _)| path.contains("/exports/"))
        .collect();
    assert_eq!(
        kept.len(),
        1,
        "{:#?}",
        kept.iter().map(|(path, _)| path).collect::<Vec<_>>()
    );
    network.at_rest().await;
}

/// The pieces of a row's text in which a word stands, as they would stand in JSON, too.
fn said_in(values: &str, word: &str) -> Vec<String> {
    let pieces = values.split(|letter: char| "\",(){}[]\\".contains(letter));
    pieces
        .map(str::trim)
        .filter(|piece| piece.contains(word))
        .map(str::to_owned)
        .collect()
}

/// The services' own rows, each with the service's folder in an archive: not those of the spine, and not those that are about
/// exports.
async fn all_own_rows(network: &TestNetwork) -> Vec<(String, String)> {
    let rows = own_rows(network, "").await.into_iter();
    let rows = rows.filter(|row| !row.starts_with("identity.export"));
    rows.map(|row| {
        let schema = row.split('.').next().unwrap().replace('_', "-");
        (format!("{schema}/"), row)
    })
    .collect()
}

/// Whether a row that is about somebody is somebody else's all the same: what others wrote below a post or told about it, and
/// who blocks a person.
fn is_of_others(row: &str, whose: &str) -> bool {
    let (table, values) = row.split_once(' ').unwrap();
    let values: Vec<_> = values.trim_matches(['(', ')']).split(',').collect();
    match table {
        "content.comment" => values[2] != whose,
        "content.reaction" => values[1] != whose,
        "content.report" => values[2] != whose,
        _ if table.ends_with("block") => values[0] != whose,
        _ => false,
    }
}

/// Not only what has words: also whom somebody follows, where they logged in, how they are known elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn every_row_that_goes_with_somebody_was_handed_out_to_them() {
    let network = TestNetwork::start().await;
    let (bob, eve) = (network.sign_up("bob").await, network.sign_up("eve").await);
    network.settle().await;
    let ada = live(&network, "zqada", &bob).await;
    for (who, whom) in [(&ada.person, &eve), (&eve, &ada.person)] {
        let path = format!("/api/social/blocks/{}", whom.id);
        who.client.post(&path, json!({})).await.expect(200);
    }
    network.settle().await;
    let before = all_own_rows(&network).await;
    let id = ask(&ada).await;
    network.settle().await;
    let archive = fetch(&ada.person, &id).await;
    leave(&ada.person).await;
    network.settle().await;
    let after = all_own_rows(&network).await;
    let hers = [&ada.person.id, &ada.post, &ada.removed_post, &ada.media];
    let gone = before.iter().filter(|row| !after.contains(row));
    let gone = gone.filter(|(_, row)| hers.iter().any(|id| row.contains(*id)));
    let gone: Vec<_> = gone
        .filter(|(_, row)| !is_of_others(row, &ada.person.id))
        .collect();
    let tables: BTreeSet<_> = gone.iter().filter_map(|(_, row)| row.split(' ').next()).collect();
    assert!(tables.len() > 35, "only rows of these went: {tables:?}");
    let mut kept_back = Vec::new();
    for (folder, row) in gone {
        let told = archive.iter().filter(|(name, _)| name.starts_with(folder));
        let told: String = told.map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
        let ids = row.split(|letter: char| !letter.is_ascii_hexdigit() && letter != '-');
        let mut ids = ids.filter(|word| word.parse::<uuid::Uuid>().is_ok() && word.len() == 36);
        if let Some(id) = ids.find(|id| !told.contains(*id)) {
            kept_back.push(format!("{id} of {row}"));
        }
    }
    assert!(
        kept_back.is_empty(),
        "erased, and never handed out:\n  {}\n",
        kept_back.join("\n  ")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_deleted_after_a_week() {
    let network = TestNetwork::start().await;
    let bob = network.sign_up("bob").await;
    network.settle().await;
    let ada = live(&network, "zqada", &bob).await;
    let before = objects(&network);
    let id = ask(&ada).await;
    network.settle().await;
    fetch(&ada.person, &id).await;
    let identity = network
        .network
        .services()
        .into_iter()
        .find(|service| service.name == "identity")
        .unwrap();
    let now = chrono::Utc::now();
    chassis::housekeep(&identity, now + chrono::TimeDelta::days(6))
        .await
        .unwrap();
    assert_eq!(objects(&network), before + 1);
    chassis::housekeep(&identity, now + chrono::TimeDelta::days(8))
        .await
        .unwrap();
    assert_eq!(objects(&network), before);
    let path = format!("/api/auth/account/export/{id}");
    assert_eq!(
        ada.person.client.get(&path).await.refused(404),
        "EXPORT_NOT_FOUND"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_takes_their_archives_along_also_those_that_are_half_made() {
    for rounds in [0, 1, 2, 3, 50] {
        let network = TestNetwork::start().await;
        let bob = network.sign_up("bob").await;
        network.settle().await;
        let others = objects(&network);
        let ada = live(&network, "zqada", &bob).await;
        ask(&ada).await;
        for _ in 0..rounds {
            for member in &network.network.members {
                chassis::relay::once(&member.service, &member.transport)
                    .await
                    .unwrap();
                if !member.service.consumers.is_empty() {
                    chassis::consume_once(&member.service, &member.transport)
                        .await
                        .unwrap();
                }
                chassis::work_once(&member.service).await.unwrap();
            }
        }
        let told = published(&network).await;
        leave(&ada.person).await;
        network.settle().await;
        replay(&network, &told.iter().map(|body| anew(body)).collect::<Vec<_>>()).await;
        assert_eq!(in_files(&network, "zqada"), [""; 0], "after {rounds} rounds");
        assert_eq!(in_rows(&network, "zqada").await, [""; 0], "after {rounds} rounds");
        assert_eq!(objects(&network), others, "{:#?}", files(network.folder()));
        network.at_rest().await;
    }
}
