//! Somebody who fills in everything that can be filled in, with a word of their own in each place.

use super::operating::{asks_by_commands, put_aside};
use chassis::Role;
use end_to_end::{PIXEL, Person, TestNetwork, cookie, text};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::Client;
use uuid::Uuid;

/// Every text of a request that a person writes as they like: the operation, and the field. [`live`] puts the word into
/// each. A test compares the list with the API's document, so that a field that is added is noticed here.
pub(crate) const WRITTEN: [(&str, &str); 47] = [
    ("POST /api/auth/signup", "email"),
    ("POST /api/auth/signup", "username"),
    ("POST /api/auth/signup", "displayName"),
    ("POST /api/auth/change-email", "newEmail"),
    ("POST /api/auth/change-username", "newUsername"),
    ("POST /api/admin/accounts/{id}/suspend", "reason"),
    ("POST /api/admin/dead-letters/{id}/discard", "reason"),
    ("PATCH /api/users/me", "displayName"),
    ("PATCH /api/users/me", "bio"),
    ("PATCH /api/users/me", "title"),
    ("PATCH /api/users/me", "location"),
    ("PATCH /api/users/me", "pronouns"),
    ("PATCH /api/users/me", "roles"),
    ("PATCH /api/users/me", "skills"),
    ("PATCH /api/users/me", "vanityUrl"),
    ("POST /api/users/me/credits", "title"),
    ("POST /api/users/me/credits", "role"),
    ("POST /api/users/me/credits", "company"),
    ("POST /api/users/me/credits", "description"),
    ("PATCH /api/users/me/credits/{id}", "title"),
    ("PATCH /api/users/me/credits/{id}", "role"),
    ("PATCH /api/users/me/credits/{id}", "company"),
    ("PATCH /api/users/me/credits/{id}", "description"),
    ("POST /api/users/me/education", "institution"),
    ("POST /api/users/me/education", "degree"),
    ("POST /api/users/me/education", "field"),
    ("PATCH /api/users/me/education/{id}", "institution"),
    ("PATCH /api/users/me/education/{id}", "degree"),
    ("PATCH /api/users/me/education/{id}", "field"),
    ("POST /api/users/me/links", "platform"),
    ("POST /api/users/me/links", "url"),
    ("PATCH /api/users/me/links/{id}", "platform"),
    ("PATCH /api/users/me/links/{id}", "url"),
    ("POST /api/posts", "content"),
    ("POST /api/posts", "tags"),
    ("PATCH /api/posts/{id}", "content"),
    ("PATCH /api/posts/{id}", "tags"),
    ("POST /api/posts/{id}/comments", "content"),
    ("PATCH /api/posts/{id}/comments/{commentId}", "content"),
    ("POST /api/posts/{id}/report", "reason"),
    ("POST /api/posts/{id}/report", "description"),
    ("POST /api/media/upload", "fileName"),
    ("POST /api/media/confirm", "altText"),
    ("PATCH /api/media/{id}", "altText"),
    ("POST /api/moderation/posts/{id}/hide", "reason"),
    ("POST /api/moderation/reports/{id}/resolve", "note"),
    ("POST /api/moderation/reports/{id}/dismiss", "note"),
];

/// What is typed and kept by nobody: it is compared with something, and either is that or is refused.
const COMPARED: [&str; 6] = [
    "password",
    "token",
    "currentPassword",
    "newPassword",
    "code",
    "twoFactorCode",
];

/// A word of somebody's own, in every place where there is one.
pub(crate) struct Life {
    pub(crate) person: Person,
    /// In lower case.
    pub(crate) word: String,
    /// A second log-in.
    pub(crate) elsewhere: Client,
    pub(crate) post: String,
    pub(crate) removed_post: String,
    pub(crate) media: String,
}

/// Texts of the API's document that a person writes, and that are in neither list.
pub(crate) async fn unheard_of(network: &TestNetwork) -> Vec<String> {
    let document = network.nobody().get("/openapi.json").await.expect(200);
    let mut found = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let name = format!("{} {path}", method.to_uppercase());
            let texts = texts_of(&document, schema, "").into_iter();
            let texts = texts.filter(|field| !COMPARED.contains(&field.as_str()));
            found.extend(texts.map(|field| (name.clone(), field)));
        }
    }
    let known = |operation: &str, field: &str| {
        WRITTEN.iter().any(|(name, written)| (*name, *written) == (operation, field))
            // Addresses by which somebody is found, not kept.
            || (field == "email" && operation != "POST /api/auth/signup")
            // One of a few words; anything else is refused.
            || field == "fileType"
    };
    let unknown = found.iter().filter(|(name, field)| !known(name, field));
    let unknown =
        unknown.map(|(name, field)| format!("{name} has `{field}`: put the word into it in life.rs"));
    let gone = WRITTEN
        .iter()
        .filter(|(name, field)| !found.contains(&((*name).to_owned(), (*field).to_owned())));
    let gone = gone.map(|(name, field)| format!("{name} has no `{field}` any more"));
    unknown.chain(gone).collect()
}

/// The free texts of what a schema describes, however deep: `field`, `field.within`.
fn texts_of(document: &Value, schema: &Value, place: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#'));
        return texts_of(document, target.unwrap(), place);
    }
    if is_text(schema) {
        return vec![place.to_owned()];
    }
    let options = ["oneOf", "anyOf", "allOf"].map(|several| schema[several].as_array());
    let options = options.into_iter().flatten().flatten().chain(schema.get("items"));
    let mut found: Vec<_> = options
        .flat_map(|option| texts_of(document, option, place))
        .collect();
    for (name, described) in schema["properties"].as_object().into_iter().flatten() {
        let within = format!("{place}.{name}");
        found.extend(texts_of(document, described, within.trim_start_matches('.')));
    }
    found
}

/// Text that is free: no id, no time, and none of a few words.
fn is_text(described: &Value) -> bool {
    let described = if described["type"] == "array" || described["type"][0] == "array" {
        &described["items"]
    } else {
        described
    };
    let kinds = &described["type"];
    let is_string = kinds == "string"
        || kinds
            .as_array()
            .is_some_and(|kinds| kinds.iter().any(|kind| kind == "string"));
    is_string
        && described.get("enum").is_none()
        && described["format"] != "uuid"
        && described["format"] != "date-time"
}

/// Signs somebody up who is called like the word.
pub(crate) async fn sign_up(network: &TestNetwork, word: &str) -> Person {
    let (email, password) = (format!("{word}@mail.example"), format!("a long word of {word}"));
    let key = network.settings.operator_key.clone().unwrap_or_default();
    let client = network
        .nobody()
        .with("x-valine-operator", &key)
        .with("user-agent", &format!("browser of {word}"))
        .with("idempotency-key", &format!("sign-up of {word}"));
    let ask = json!({ "email": email, "password": password, "username": word, "displayName": format!("{word} at first") });
    let answer = client.post("/api/auth/signup", ask).await;
    let client = network.nobody().with("cookie", &cookie(&answer));
    Person {
        client,
        id: text(&answer.expect(201), "/user/id"),
        username: word.to_owned(),
        email,
        password,
    }
}

/// Has somebody live with a word of their own, beside a friend, whose post they comment, react to and report.
pub(crate) async fn live(network: &TestNetwork, word: &str, friend: &Person) -> Life {
    let person = sign_up(network, word).await;
    network.settle().await;
    let ask = json!({ "email": person.email, "password": person.password });
    let elsewhere = network
        .nobody()
        .with("user-agent", &format!("telephone of {word}"));
    let answer = elsewhere.post("/api/auth/login", ask).await;
    let elsewhere = network.nobody().with("cookie", &cookie(&answer));
    let mut life = Life {
        person,
        word: word.to_owned(),
        elsewhere,
        post: String::new(),
        removed_post: String::new(),
        media: String::new(),
    };
    life.keep_a_profile().await;
    life.keep_files(network).await;
    life.publish(network, friend).await;
    life.know(network, friend).await;
    life.moderate(network, friend).await;
    network.settle().await;
    life
}

impl Life {
    fn say(&self, what: &str) -> String {
        format!("{} {what}", self.word)
    }

    async fn keep_a_profile(&self) {
        let (client, word) = (&self.person.client, &self.word);
        let password = &self.person.password;
        let name = json!({ "newUsername": format!("{word}_b"), "password": password });
        client.post("/api/auth/change-username", name).await.expect(200);
        let address = json!({ "newEmail": format!("{word}.b@mail.example"), "password": password });
        client.post("/api/auth/change-email", address).await.expect(200);
        let profile = json!({ "displayName": self.say("shown"), "bio": self.say("bio"), "title": self.say("title"),
            "location": self.say("town"), "pronouns": word, "roles": [self.say("role")], "skills": [self.say("skill")],
            "vanityUrl": format!("{word}-here"), "privacy": { "showLocation": true } });
        client.patch("/api/users/me", profile).await.expect(200);
        for (path, what, once, again) in [
            (
                "credits",
                "credit",
                json!({ "title": self.say("t"), "role": self.say("r"), "company": self.say("c"), "description": self.say("d") }),
                json!({ "title": self.say("t2"), "role": self.say("r2"), "company": self.say("c2"), "description": self.say("d2") }),
            ),
            (
                "education",
                "education",
                json!({ "institution": self.say("i"), "degree": self.say("d"), "field": self.say("f") }),
                json!({ "institution": self.say("i2"), "degree": self.say("d2"), "field": self.say("f2") }),
            ),
            (
                "links",
                "link",
                json!({ "platform": self.say("p"), "url": format!("https://{word}.example/1") }),
                json!({ "platform": self.say("p2"), "url": format!("https://{word}.example/2") }),
            ),
        ] {
            let once_only = client.with("idempotency-key", &self.say(what));
            let made = once_only.post(&format!("/api/users/me/{path}"), once).await;
            let id = text(&made.expect(201), &format!("/{what}/id"));
            client
                .patch(&format!("/api/users/me/{path}/{id}"), again)
                .await
                .expect(200);
        }
    }

    /// A picture that is shown, a picture that is the portrait, an upload that is only sent, and one that is announced.
    async fn keep_files(&mut self, network: &TestNetwork) {
        for (name, is_sent, is_confirmed) in [
            ("shown", true, true),
            ("portrait", true, true),
            ("sent", true, false),
            ("announced", false, false),
        ] {
            let name = format!("{} {name}.png", self.word);
            let ask = json!({ "fileName": name, "fileType": "image/png", "fileSize": PIXEL.len() });
            let upload = self
                .person
                .client
                .post("/api/media/upload", ask)
                .await
                .expect(200);
            if is_sent {
                network.send(&upload, PIXEL.to_vec()).await;
            }
            let id = text(&upload, "/mediaId");
            if is_confirmed {
                let client = &self.person.client;
                let ask = json!({ "mediaId": id, "altText": self.say("picture") });
                client.post("/api/media/confirm", ask).await.expect(200);
                let ask = json!({ "altText": self.say("picture, in other words") });
                client.patch(&format!("/api/media/{id}"), ask).await.expect(200);
                self.media = id;
            }
        }
        network.settle().await;
        let portrait = json!({ "avatarMediaId": self.media });
        self.person
            .client
            .patch("/api/users/me", portrait)
            .await
            .expect(200);
        network.settle().await;
    }

    async fn publish(&mut self, network: &TestNetwork, friend: &Person) {
        let (client, word) = (&self.person.client, &self.word);
        let mut posts = Vec::new();
        for what in ["kept", "removed"] {
            let ask = json!({ "content": self.say(what), "tags": [word], "visibility": "public", "mediaIds": [self.media] });
            let once = client.with("idempotency-key", &self.say(what));
            let post = text(&once.post("/api/posts", ask).await.expect(201), "/post/id");
            let edit = json!({ "content": self.say("edited"), "tags": [format!("{word}-again")] });
            client
                .patch(&format!("/api/posts/{post}"), edit)
                .await
                .expect(200);
            posts.push(post);
        }
        [self.post, self.removed_post] = [posts[0].clone(), posts[1].clone()];
        client
            .delete(&format!("/api/posts/{}", self.removed_post))
            .await
            .expect(200);
        network.settle().await;
        // Others stand below it with theirs.
        let path = format!("/api/posts/{}", self.post);
        let said = json!({ "content": format!("{} is here", friend.username) });
        friend
            .client
            .post(&format!("{path}/comments"), said)
            .await
            .expect(201);
        friend
            .client
            .put(&format!("{path}/reaction"), json!({ "type": "like" }))
            .await
            .expect(200);
        let told = json!({ "reason": format!("{} minds", friend.username) });
        friend
            .client
            .post(&format!("{path}/report"), told)
            .await
            .expect(201);
    }

    /// With the friend, in every way, and below the friend's post.
    async fn know(&self, network: &TestNetwork, friend: &Person) {
        let client = &self.person.client;
        for (who, whom, how) in [
            (client, &friend.id, "follow"),
            (&friend.client, &self.person.id, "follow"),
            (client, &friend.id, "connections"),
            (&friend.client, &self.person.id, "connections"),
        ] {
            who.post(&format!("/api/social/{how}/{whom}"), json!({}))
                .await
                .expect(200);
        }
        let ask = json!({ "content": format!("{} says hello", friend.username), "visibility": "public" });
        let theirs = text(
            &friend.client.post("/api/posts", ask).await.expect(201),
            "/post/id",
        );
        network.settle().await;
        let path = format!("/api/posts/{theirs}");
        let said = json!({ "content": self.say("comment") });
        let once = client.with("idempotency-key", &self.say("comment"));
        let comment = text(
            &once.post(&format!("{path}/comments"), said).await.expect(201),
            "/comment/id",
        );
        let again = json!({ "content": self.say("comment, edited") });
        client
            .patch(&format!("{path}/comments/{comment}"), again)
            .await
            .expect(200);
        let answer = json!({ "content": format!("{} answers", friend.username), "parentId": comment });
        friend
            .client
            .post(&format!("{path}/comments"), answer)
            .await
            .expect(201);
        client
            .put(&format!("{path}/reaction"), json!({ "type": "love" }))
            .await
            .expect(200);
        let told = json!({ "reason": self.say("reason"), "description": self.say("description") });
        client.post(&format!("{path}/report"), told).await.expect(201);
    }

    /// As a moderator: what they note stands beside what is others'.
    async fn moderate(&self, network: &TestNetwork, friend: &Person) {
        let mut conn = network.database.session_of("identity").await;
        identity::operators::set_role(&mut conn, &self.person.email, Role::Admin)
            .await
            .unwrap();
        // The edge remembers a session's role for two seconds, and does not know this one.
        let ask = json!({ "email": self.person.email, "password": self.person.password });
        let answer = network.nobody().post("/api/auth/login", ask).await;
        let client = network.nobody().with("cookie", &cookie(&answer));
        for (verb, reason) in [("resolve", "resolved"), ("dismiss", "dismissed")] {
            let ask =
                json!({ "content": format!("{} is {reason}", friend.username), "visibility": "public" });
            let theirs = text(
                &friend.client.post("/api/posts", ask).await.expect(201),
                "/post/id",
            );
            let name: String = Uuid::now_v7().simple().to_string().chars().skip(12).collect();
            let witness = network.sign_up(&format!("w_{name}")).await;
            network.settle().await;
            let told = json!({ "reason": "seen" });
            let report = witness
                .client
                .post(&format!("/api/posts/{theirs}/report"), told)
                .await;
            let report = text(&report.expect(201), "/report/id");
            let note = json!({ "note": self.say(reason) });
            let path = format!("/api/moderation/reports/{report}/{verb}");
            client.post(&path, note).await.expect(200);
            let suspend = json!({ "reason": self.say("suspends them") });
            let path = format!("/api/admin/accounts/{}/suspend", witness.id);
            client.post(&path, suspend).await.expect(200);
            let hide = json!({ "reason": self.say("hides it") });
            client
                .post(&format!("/api/moderation/posts/{theirs}/hide"), hide)
                .await
                .expect(200);
        }
        let letter = put_aside(network).await;
        let path = format!("/api/admin/dead-letters/content:{letter}/discard");
        let discard = json!({ "reason": self.say("throws it away") });
        client.post(&path, discard).await.expect(200);
        asks_by_commands(network, self, friend).await;
    }
}
