//! Media with a storage of its own, and files to upload.

use chassis::{Principal, Role};
use chrono::{SubsecRound, Utc};
use events::content::{Post, PostState, Visibility};
use events::identity::{Account, AccountState};
use events::profile::Card;
use events::{AccountId, Event, MediaId, PostId};
use image::{ImageFormat, Rgb, RgbImage};
use local::s3::{Options, S3};
use media::{Config, Storage};
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::io::Cursor;
use std::path::Path;
use tempfile::TempDir;
use testkit::{Client, TestService, principal};
use tokio_util::sync::CancellationToken;
use url::Url;

pub(crate) struct World {
    pub(crate) app: TestService,
    pub(crate) storage: Storage,
    pub(crate) nobody: Client,
    http: reqwest::Client,
    root: TempDir,
    s3: Option<(S3, CancellationToken)>,
}

/// Somebody with a session.
pub(crate) struct Person {
    pub(crate) id: AccountId,
    pub(crate) client: Client,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::behind(async |_| None).await
    }

    /// With a CDN in front of the storage, made when the storage's address is known.
    pub(crate) async fn behind(cdn: impl AsyncFnOnce(Url) -> Option<Url>) -> Self {
        let root = tempfile::tempdir().unwrap();
        let stop = CancellationToken::new();
        let s3 = S3::start(Options::new(root.path()), stop.clone()).await.unwrap();
        let storage = Storage::new(&Config {
            endpoint: Some(s3.endpoint.clone()),
            public_endpoint: None,
            cdn: cdn(s3.endpoint.clone()).await,
            region: s3.region.clone(),
            bucket: s3.bucket.clone(),
            access_key: s3.access_key.clone(),
            secret_key: s3.secret_key.clone(),
            session_token: None,
        });
        let app = TestService::start(|config| media::service(config, storage.clone())).await;
        let nobody = app.anonymous();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            app,
            storage,
            nobody,
            http,
            root,
            s3: Some((s3, stop)),
        }
    }

    /// Takes the storage away.
    pub(crate) async fn close_storage(&mut self) {
        let (s3, stop) = self.s3.take().unwrap();
        stop.cancel();
        s3.stopped().await.unwrap();
    }

    /// Brings it back, at the same address.
    pub(crate) async fn open_storage(&mut self) {
        let stop = CancellationToken::new();
        let s3 = S3::start(Options::new(self.root.path()), stop.clone())
            .await
            .unwrap();
        self.s3 = Some((s3, stop));
    }

    pub(crate) fn person(&self, username: &str) -> Person {
        let principal = principal(username);
        Person {
            id: principal.account,
            client: self.app.logged_in(principal),
        }
    }

    pub(crate) fn moderator(&self) -> Client {
        self.app.logged_in(Principal {
            role: Role::Moderator,
            ..principal("moderator")
        })
    }

    /// Sends bytes as an announcement's answer says; answers the storage's status.
    pub(crate) async fn send(&self, answer: &Value, bytes: &[u8]) -> u16 {
        let mut request = self
            .http
            .request(Method::PUT, answer["uploadUrl"].as_str().unwrap());
        for (name, value) in answer["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        request
            .body(bytes.to_vec())
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    }

    /// Sends bytes anyhow.
    pub(crate) async fn put(&self, url: &str, headers: &[(&str, &str)], bytes: &[u8]) -> u16 {
        let mut request = self.http.put(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
            .body(bytes.to_vec())
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    }

    /// What a browser gets from a signed URL.
    pub(crate) async fn fetch(&self, url: &str) -> reqwest::Response {
        self.http.get(url).send().await.unwrap()
    }

    /// A file that was announced and sent, but not confirmed.
    pub(crate) async fn sent(&self, owner: &Person, mime: &str, bytes: &[u8]) -> String {
        let answer = announce(&owner.client, mime, bytes).await;
        assert_eq!(self.send(&answer, bytes).await, 200);
        answer["mediaId"].as_str().unwrap().to_owned()
    }

    /// A picture that is ready.
    pub(crate) async fn picture(&self, owner: &Person) -> String {
        let id = self.sent(owner, "image/png", &png(2, 3)).await;
        confirm(&owner.client, &id).await.expect(200);
        self.app.settle().await;
        id
    }

    /// What a browser gets that asks for a file in this size.
    pub(crate) async fn seen(&self, client: &Client, id: &str, size: &str) -> reqwest::Response {
        let answer = client.get(&format!("/media/{id}/content?size={size}")).await;
        assert_eq!(answer.status, 302, "{}", answer.text);
        self.fetch(answer.headers["location"].to_str().unwrap()).await
    }

    /// A post as content publishes it.
    pub(crate) async fn post(&self, author: &Person, media: &str, visibility: Visibility) -> Post {
        let post = post(author.id, media.parse().unwrap(), visibility);
        self.app.consume(1, Event::PostChanged(post.clone())).await;
        post
    }

    pub(crate) async fn account(&self, person: &Person, version: i64, state: AccountState) {
        let account = Account {
            account_id: person.id,
            username: "someone".to_owned(),
            display_name: "Someone".to_owned(),
            state,
            email_verified: true,
            created_at: Utc::now().trunc_subsecs(3),
        };
        self.app
            .consume(version, testkit::account_event(version, account))
            .await;
    }

    /// The keys in storage, by folder: `uploads` and `media`.
    pub(crate) fn objects(&self) -> Vec<String> {
        let bucket = self.root.path().join("s3/media");
        let mut folders: Vec<_> = files_in(&bucket)
            .into_iter()
            .flat_map(|folder| {
                let count = files_in(&bucket.join(&folder)).len();
                std::iter::repeat_n(folder, count)
            })
            .collect();
        folders.sort();
        folders
    }
}

fn files_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}

/// Announces these bytes.
pub(crate) async fn announce(client: &Client, mime: &str, bytes: &[u8]) -> Value {
    let ask = json!({"fileName": "file", "fileType": mime, "fileSize": bytes.len()});
    client.post("/media/upload", ask).await.expect(200)
}

pub(crate) async fn confirm(client: &Client, id: &str) -> testkit::Answer {
    client.post("/media/confirm", json!({"mediaId": id})).await
}

/// A signed URL, taken apart.
pub(crate) fn url(text: &Value) -> Url {
    text.as_str().unwrap().parse().unwrap()
}

/// As much of a PNG as tells its size.
pub(crate) fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(*b"\x08\x02\0\0\0 and pixels");
    bytes
}

/// A picture of this size, as a file of this format.
pub(crate) fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        let shade = |side: u32| u8::try_from(side % 256).unwrap();
        Rgb([shade(x), shade(y), 90])
    });
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    picture(width, height, ImageFormat::Png)
}

/// A JPEG whose size stands behind this many bytes of other things.
pub(crate) fn jpeg(width: u32, height: u32, before: usize) -> Vec<u8> {
    let whole = picture(width, height, ImageFormat::Jpeg);
    let (start, rest) = whole.split_at(2);
    let mut bytes = start.to_vec();
    let mut left = before;
    while left > 0 {
        let part = left.min(60_000);
        bytes.extend([0xff, 0xec]);
        bytes.extend(u16::try_from(part + 2).unwrap().to_be_bytes());
        bytes.resize(bytes.len() + part, 0);
        left -= part;
    }
    bytes.extend(rest);
    bytes
}

/// The shortest film there is: a type and an index.
pub(crate) fn mp4() -> Vec<u8> {
    b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2\0\0\0\x10moov\0\0\0\0\0\0\0\0".to_vec()
}

pub(crate) fn post(author_id: AccountId, media: MediaId, visibility: Visibility) -> Post {
    Post {
        post_id: PostId::new(),
        author_id,
        content: "Look".to_owned(),
        visibility,
        tags: Vec::new(),
        media: vec![media],
        state: PostState::Published,
        created_at: Utc::now().trunc_subsecs(3),
        edited_at: None,
    }
}

pub(crate) fn card(account_id: AccountId, avatar: Option<MediaId>, banner: Option<MediaId>) -> Card {
    Card {
        account_id,
        username: "someone".to_owned(),
        display_name: "Someone".to_owned(),
        title: None,
        bio: None,
        location: None,
        pronouns: None,
        roles: Vec::new(),
        skills: Vec::new(),
        vanity_url: None,
        avatar_media_id: avatar,
        banner_media_id: banner,
        theme: "light".to_owned(),
        searchable: true,
        credits: Vec::new(),
        created_at: Utc::now().trunc_subsecs(3),
    }
}
