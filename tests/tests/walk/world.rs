//! A network in which Ada owns one of everything.

use crate::document::Operation;
use chassis::{Caller, Principal, Role, Seal};
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use end_to_end::{PIXEL, Person, TestNetwork, cookie, text};
use events::{AccountId, SessionId};
use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::Client;

/// Stands in every text of Ada's, so that a search finds what may be found.
pub(crate) const WORD: &str = "walrus";

/// Ada's network.
pub(crate) struct World {
    pub(crate) network: TestNetwork,
    pub(crate) ada: Person,
    /// Those whom Ada knows: followed, following, connected, asked, asking, blocked.
    pub(crate) people: Vec<String>,
    pub(crate) things: Things,
    /// What no stranger may read.
    pub(crate) secrets: Vec<String>,
    /// The token of the link that confirms Ada's address.
    pub(crate) token: String,
    /// The token of the link that sets her password anew.
    pub(crate) reset: String,
    /// The secret of a receipt: of somebody else, who is gone.
    pub(crate) receipt: String,
}

/// The ids of what is Ada's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Things {
    pub(crate) posts: Vec<String>,
    pub(crate) comments: Vec<String>,
    pub(crate) media: Vec<String>,
    pub(crate) credits: Vec<String>,
    pub(crate) schools: Vec<String>,
    pub(crate) links: Vec<String>,
    pub(crate) sessions: Vec<String>,
    pub(crate) verifications: Vec<String>,
    pub(crate) reports: Vec<String>,
    pub(crate) exports: Vec<String>,
}

impl Things {
    pub(crate) fn all(&self) -> impl Iterator<Item = &String> {
        let Self {
            posts,
            comments,
            media,
            credits,
            schools,
            links,
            sessions,
            verifications,
            reports,
            exports,
        } = self;
        [
            posts,
            comments,
            media,
            credits,
            schools,
            links,
            sessions,
            verifications,
            reports,
            exports,
        ]
        .into_iter()
        .flatten()
    }
}

impl World {
    /// Builds it, and carries every event to its end.
    pub(crate) async fn build() -> Self {
        let network = TestNetwork::start().await;
        let ada = network.sign_up("ada").await;
        let mut people = Vec::new();
        for name in [
            "bob", "cleo", "dora", "eve", "finn", "gil", "hal", "mallory", "victor",
        ] {
            people.push(network.sign_up(name).await);
        }
        network.settle().await;
        let mut world = Self {
            token: network.mailed_token("ada@mail.example", "Confirm").await,
            reset: String::new(),
            receipt: receipt(&network).await,
            network,
            people: people.iter().map(|person| person.id.clone()).collect(),
            things: Things::default(),
            secrets: vec![ada.email.clone(), ada.password.clone()],
            ada,
        };
        world.know(&people).await;
        world.keep_a_profile().await;
        world.keep_files().await;
        world.publish(&people[0]).await;
        world.ask_for_an_export().await;
        world.log_in_elsewhere().await;
        world.forget().await;
        world.network.at_rest().await;
        world.let_time_pass().await;
        world
    }

    /// Ada with a session of its own, which may be ended.
    pub(crate) async fn ada_anew(&self) -> Client {
        let answer = self.log_in(self.network.nobody()).await;
        self.network.nobody().with("cookie", &cookie(&answer))
    }

    /// An admin whom Ada does not know.
    pub(crate) async fn admin(&self) -> Client {
        let admin = self.network.sign_up("regina").await;
        self.network.give_role(&admin, Role::Admin).await;
        admin.client
    }

    /// Whoever may ask this: Ada, with a session of its own, which may be ended; what is for the staff, this admin.
    pub(crate) async fn asker(&self, operation: &Operation, admin: &Client) -> Client {
        if operation.is_for_staff() {
            admin.clone()
        } else {
            self.ada_anew().await
        }
    }

    /// The key that only the edge signs with.
    pub(crate) fn seal(&self) -> Seal {
        Seal::new(self.network.settings.secrets.key("edge-signing"))
    }

    /// Ada as the edge speaks of her, and more than she is.
    pub(crate) fn ada_as_caller(&self) -> Caller {
        let id = |text: &str| text.parse().expect("an id");
        Caller::Account(Arc::new(Principal {
            account: AccountId(id(&self.ada.id)),
            session: SessionId(id(&self.things.sessions[0])),
            role: Role::Admin,
            username: self.ada.username.clone(),
            display_name: self.ada.username.clone(),
            email: self.ada.email.clone(),
            email_verified: true,
            created_at: Utc::now(),
        }))
    }

    /// With the operator's key: walks log in more often than people do.
    async fn log_in(&self, client: Client) -> testkit::Answer {
        let key = self.network.settings.operator_key.as_deref().unwrap_or_default();
        let client = client.with("x-valine-operator", key);
        let ask = json!({ "email": self.ada.email, "password": self.ada.password });
        let answer = client.post("/api/auth/login", ask).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer
    }

    /// Two of each relation, so that lists have a second page.
    async fn know(&self, people: &[Person]) {
        let [bob, cleo, dora, eve, finn, gil, hal, mallory, victor] = people else {
            panic!("nine people");
        };
        let ada = &self.ada;
        for (who, whom, how) in [
            (ada, bob, "follow"),
            (ada, finn, "follow"),
            (cleo, ada, "follow"),
            (finn, ada, "follow"),
            (ada, cleo, "connections"),
            (cleo, ada, "connections"),
            (ada, finn, "connections"),
            (finn, ada, "connections"),
            (ada, dora, "connections"),
            (ada, hal, "connections"),
            (eve, ada, "connections"),
            (gil, ada, "connections"),
            (ada, mallory, "blocks"),
            (ada, victor, "blocks"),
        ] {
            let path = format!("/api/social/{how}/{}", whom.id);
            who.client.post(&path, json!({})).await.expect(200);
        }
        let profile = json!({ "bio": WORD });
        bob.client.patch("/api/users/me", profile).await.expect(200);
    }

    async fn keep_a_profile(&mut self) {
        let place = self.secret("Hiddenville");
        let profile = json!({ "bio": WORD, "location": place, "privacy": { "showLocation": false, "showConnections": false } });
        self.ada.client.patch("/api/users/me", profile).await.expect(200);
        let credit = json!({ "title": WORD, "role": "Narrator", "year": 2001 });
        self.things.credits = vec![
            self.made("/api/users/me/credits", credit, 201, "/credit/id")
                .await,
        ];
        let school = json!({ "institution": WORD, "degree": "MA" });
        self.things.schools = vec![
            self.made("/api/users/me/education", school, 201, "/education/id")
                .await,
        ];
        let link = json!({ "platform": WORD, "url": "https://ada.example/" });
        self.things.links = vec![self.made("/api/users/me/links", link, 201, "/link/id").await];
    }

    /// Attached to a private post, of nobody's concern, sent and not confirmed, and only announced.
    async fn keep_files(&mut self) {
        for (name, is_sent, is_confirmed) in [
            ("attached", true, true),
            ("unattached", true, true),
            ("unconfirmed", true, false),
            ("announced", false, false),
        ] {
            let name = self.secret(name);
            let ask = json!({ "fileName": format!("{name}.png"), "fileType": "image/png", "fileSize": PIXEL.len() });
            let upload = self.ada.client.post("/api/media/upload", ask).await.expect(200);
            if is_sent {
                self.network.send(&upload, PIXEL.to_vec()).await;
            }
            let id = text(&upload, "/mediaId");
            if is_confirmed {
                let ask = json!({ "mediaId": id, "altText": self.secret("Shown") });
                self.ada.client.post("/api/media/confirm", ask).await.expect(200);
            }
            self.things.media.push(id);
        }
        self.network.settle().await;
    }

    async fn publish(&mut self, bob: &Person) {
        for visibility in ["public", "followers", "connections", "private"] {
            let words = match visibility {
                "public" => WORD.to_owned(),
                _ => format!("{WORD} {}", self.secret(visibility)),
            };
            let media = if visibility == "private" {
                &self.things.media[..1]
            } else {
                &[]
            };
            let ask =
                json!({ "content": words, "visibility": visibility, "mediaIds": media, "tags": [WORD] });
            let post = self.made("/api/posts", ask, 201, "/post/id").await;
            let words = match visibility {
                "public" => WORD.to_owned(),
                _ => self.secret("comment"),
            };
            let comments = format!("/api/posts/{post}/comments");
            let comment = self
                .made(&comments, json!({ "content": words }), 201, "/comment/id")
                .await;
            let reaction = format!("/api/posts/{post}/reaction");
            self.ada
                .client
                .put(&reaction, json!({ "type": "love" }))
                .await
                .expect(200);
            self.things.comments.push(comment);
            self.things.posts.push(post);
        }
        self.network.settle().await;
        let public = format!("/api/posts/{}", self.things.posts[0]);
        let said = json!({ "content": "Bob's" });
        bob.client
            .post(&format!("{public}/comments"), said)
            .await
            .expect(201);
        let noted = json!({ "type": "like" });
        bob.client
            .put(&format!("{public}/reaction"), noted)
            .await
            .expect(200);
        let theirs = bob
            .client
            .post(
                "/api/posts",
                json!({ "content": "Bob's", "visibility": "public" }),
            )
            .await;
        let theirs = text(&theirs.expect(201), "/post/id");
        let comments = format!("/api/posts/{theirs}/comments");
        let comment = self
            .made(&comments, json!({ "content": WORD }), 201, "/comment/id")
            .await;
        self.things.comments.push(comment);
        let (report, reason) = (format!("/api/posts/{theirs}/report"), self.secret("Complaint"));
        let report = self
            .made(&report, json!({ "reason": reason }), 201, "/report/id")
            .await;
        self.things.reports.push(report);
        let reaction = format!("/api/posts/{theirs}/reaction");
        self.ada
            .client
            .put(&reaction, json!({ "type": "insight" }))
            .await
            .expect(200);
    }

    async fn ask_for_an_export(&mut self) {
        let export = self.made("/api/auth/account/export", json!({}), 202, "/id").await;
        self.things.exports.push(export);
        self.network.settle().await;
    }

    async fn log_in_elsewhere(&mut self) {
        let device = self.secret("Telephone");
        self.log_in(self.network.nobody().with("user-agent", &device))
            .await;
        let sessions = self.ada.client.get("/api/auth/sessions").await.expect(200);
        let sessions = sessions["sessions"].as_array().into_iter().flatten();
        self.things.sessions = sessions.map(|session| text(session, "/id")).collect();
        self.things.verifications = verifications(&self.network).await;
    }

    /// Ada forgets her password, and is sent a link.
    async fn forget(&mut self) {
        let ask = json!({ "email": self.ada.email });
        let answer = self.network.nobody().post("/api/auth/forgot-password", ask).await;
        answer.expect(200);
        self.reset = self.network.mailed_token(&self.ada.email, "Choose").await;
    }

    /// Enough for other links to be sent to Ada.
    async fn let_time_pass(&self) {
        let mut conn = self.network.database.session().await;
        for table in ["verification", "password_reset"] {
            let query = format!("UPDATE identity.{table} SET created_at = created_at - interval '1 hour'");
            diesel::sql_query(query)
                .execute(&mut conn)
                .await
                .expect("time passes");
        }
    }

    /// Something that no stranger may read.
    fn secret(&mut self, name: &str) -> String {
        let secret = format!("{name}-{}", self.secrets.len() + 4711);
        self.secrets.push(secret.clone());
        secret
    }

    async fn made(&self, path: &str, ask: Value, status: u16, pointer: &str) -> String {
        text(&self.ada.client.post(path, ask).await.expect(status), pointer)
    }
}

#[derive(QueryableByName)]
struct Verification {
    #[diesel(sql_type = Text)]
    id: String,
}

async fn verifications(network: &TestNetwork) -> Vec<String> {
    let mut conn = network.database.session().await;
    let query = "SELECT id::text FROM identity.verification WHERE normalized_email LIKE 'ada@%'";
    let found: Vec<Verification> = diesel::sql_query(query)
        .load(&mut conn)
        .await
        .expect("verifications");
    found.into_iter().map(|verification| verification.id).collect()
}

/// Somebody signs up and leaves.
async fn receipt(network: &TestNetwork) -> String {
    let gone = network.sign_up("gone").await;
    network.settle().await;
    let ask = json!({ "password": gone.password });
    let left = gone
        .client
        .send(Method::DELETE, "/api/auth/account", Some(ask))
        .await;
    network.settle().await;
    let url = text(&left.expect(202), "/receiptUrl");
    let (_, secret) = url.rsplit_once('/').expect("an address with a secret");
    secret.to_owned()
}
