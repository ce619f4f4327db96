//! Takes a file through everything that a client can do with it.

use crate::Hostile;
use chassis::Principal;
use local::s3::{Options, S3};
use media::{Config, Settings, Storage};
use serde_json::{Value, json};
use std::num::NonZeroU16;
use tempfile::TempDir;
use testkit::{Client, TestService, principal};
use tokio_util::sync::CancellationToken;

/// None of these is in anything that is served: what the files hide says SECRET, and the rest are the places to hide in.
pub(crate) const NEEDLES: [&[u8]; 12] = [
    b"SECRET",
    b"<script",
    b"alert(",
    b"PK\x03\x04",
    b"Exif\0",
    b"EXIF",
    b"GPS",
    b"adobe",
    b"ICC",
    b"iCCP",
    b"tEXt",
    b"zTXt",
];

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    NotAnnounced,
    NotStored,
    Refused(String),
    Failed(String),
    /// What is wrong with what is shown: nothing, if all is well.
    Shown(Vec<String>),
}

pub(crate) struct World {
    pub(crate) app: TestService,
    eve: Principal,
    client: Client,
    http: reqwest::Client,
    // End with the world.
    _s3: S3,
    _root: TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let s3 = S3::start(Options::new(root.path()), CancellationToken::new())
            .await
            .unwrap();
        let storage = Storage::new(&Config {
            endpoint: Some(s3.endpoint.clone()),
            public_endpoint: None,
            cdn: None,
            region: s3.region.clone(),
            bucket: s3.bucket.clone(),
            access_key: s3.access_key.clone(),
            secret_key: s3.secret_key.clone(),
            session_token: None,
        });
        // More files than one person may send in an hour.
        let tireless = Settings::with_uploads_per_hour(NonZeroU16::MAX);
        let app = TestService::start(|config| media::service_with(config, storage.clone(), tireless)).await;
        let eve = principal("eve");
        let client = app.logged_in(eve.clone());
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            app,
            eve,
            client,
            http,
            _s3: s3,
            _root: root,
        }
    }

    pub(crate) async fn fate_of(&mut self, hostile: &Hostile) -> Fate {
        // What the edge says of who asks is good for a minute.
        self.client = self.app.logged_in(self.eve.clone());
        let size = hostile.told.unwrap_or(hostile.bytes.len());
        let ask = json!({"fileName": "harmless.png", "fileType": hostile.mime, "fileSize": size});
        let answer = self.client.post("/media/upload", ask).await;
        if answer.status == 400 {
            return Fate::NotAnnounced;
        }
        let upload = answer.expect(200);
        if self.send(&upload, &hostile.bytes).await != 200 {
            return Fate::NotStored;
        }
        let id = upload["mediaId"].as_str().unwrap();
        let answer = self.client.post("/media/confirm", json!({"mediaId": id})).await;
        if answer.status == 400 {
            return Fate::Refused(answer.refused(400));
        }
        answer.expect(200);
        let mut record = self.record(id).await;
        while record["status"] == "processing" {
            // What takes too long on a machine that is busy is tried again a second later.
            self.app.settle().await;
            record = self.record(id).await;
        }
        let fate = match record["status"].as_str() {
            Some("failed") => Fate::Failed(record["failedFor"].as_str().unwrap().to_owned()),
            Some("ready") => Fate::Shown(self.look_at(id, &record).await),
            _ => panic!("{record}"),
        };
        self.client.delete(&format!("/media/{id}")).await.expect(200);
        fate
    }

    async fn record(&self, id: &str) -> Value {
        self.client.get(&format!("/media/{id}")).await.expect(200)
    }

    async fn send(&self, upload: &Value, bytes: &[u8]) -> u16 {
        let mut request = self.http.put(upload["uploadUrl"].as_str().unwrap());
        for (name, value) in upload["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        let answer = request.body(bytes.to_vec()).send().await.unwrap();
        answer.status().as_u16()
    }

    /// Everything that is served of a file, and what is wrong with it.
    async fn look_at(&self, id: &str, record: &Value) -> Vec<String> {
        let mut wrong = Vec::new();
        for path in ["content?size=thumb", "content?size=large", "content", "download"] {
            let answer = self.client.get(&format!("/media/{id}/{path}")).await;
            let address = match answer.headers.get("location") {
                Some(location) => location.to_str().unwrap().to_owned(),
                None => answer.expect(200)["downloadUrl"].as_str().unwrap().to_owned(),
            };
            let served = self.http.get(address).send().await.unwrap();
            let header = |name: &str| served.headers()[name].to_str().unwrap().to_owned();
            let (mime, sniffing) = (header("content-type"), header("x-content-type-options"));
            let disposition = header("content-disposition");
            let bytes = served.bytes().await.unwrap();
            if sniffing != "nosniff" {
                wrong.push(format!("{path}: may be sniffed"));
            }
            if record["kind"] == "document" && !disposition.starts_with("attachment") {
                wrong.push(format!("{path}: shown as {disposition}"));
            }
            if record["kind"] != "image" {
                continue;
            }
            if !mime.starts_with("image/") || mime.contains("svg") {
                wrong.push(format!("{path}: served as {mime}"));
            }
            for needle in NEEDLES {
                if bytes.windows(needle.len()).any(|window| window == needle) {
                    wrong.push(format!("{path}: has {}", String::from_utf8_lossy(needle)));
                }
            }
            let is_picture = image::guess_format(&bytes).is_ok_and(|format| format.to_mime_type() == mime);
            if !is_picture {
                wrong.push(format!("{path}: is no {mime}"));
            }
        }
        wrong
    }
}
