//! Who may see what, on every surface.

use crate::stage::{Person, Stage, all};
use chassis::Role;
use events::content::Visibility;
use events::identity::AccountState;
use events::social_graph::ConnectionState;
use serde_json::{Value, json};
use testkit::Client;

const VISIBILITIES: [Visibility; 4] = [
    Visibility::Public,
    Visibility::Followers,
    Visibility::Connections,
    Visibility::Private,
];

/// What each gets for a public, a followers', a connections' and a private post.
const MATRIX: [(&str, [u16; 4]); 9] = [
    ("author", [200, 200, 200, 200]),
    ("follower", [200, 200, 403, 403]),
    ("connection", [200, 403, 200, 403]),
    ("requested", [200, 403, 403, 403]),
    ("stranger", [200, 403, 403, 403]),
    ("anonymous", [200, 401, 401, 401]),
    // These two follow and are connected, too: a block goes before.
    ("blocked", [404, 404, 404, 404]),
    ("blocker", [404, 404, 404, 404]),
    ("moderator", [200, 200, 200, 200]),
];

/// An author with a post of each visibility, and everybody of the matrix.
struct Scene {
    stage: Stage,
    author: Person,
    posts: Vec<String>,
    people: Vec<(&'static str, Client)>,
}

impl Scene {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let author = stage.person("author");
        let mut posts = Vec::new();
        for visibility in VISIBILITIES {
            posts.push(author.publishes(visibility.as_str(), visibility).await);
        }
        let mut people: Vec<(&str, Client)> = vec![
            ("author", Client::clone(&author)),
            ("anonymous", stage.app.anonymous()),
            (
                "moderator",
                Client::clone(&stage.with_role("moderator", Role::Moderator)),
            ),
            ("stranger", Client::clone(&stage.person("stranger"))),
        ];
        for name in ["follower", "connection", "requested", "blocked", "blocker"] {
            let person = stage.person(name);
            let is_blocked = name.starts_with("block");
            if name == "follower" || is_blocked {
                stage.follows(&person, &author, 1).await;
            }
            if name == "connection" || is_blocked {
                stage
                    .connected(&author, &person, 2, ConnectionState::Connected)
                    .await;
            }
            match name {
                "requested" => {
                    stage
                        .connected(&author, &person, 1, ConnectionState::HighAsked)
                        .await
                }
                "blocked" => stage.blocks(&author, &person, 1).await,
                "blocker" => stage.blocks(&person, &author, 1).await,
                _ => {}
            }
            people.push((name, Client::clone(&person)));
        }
        Self {
            stage,
            author,
            posts,
            people,
        }
    }

    fn client(&self, name: &str) -> &Client {
        &self
            .people
            .iter()
            .find(|(known, _)| *known == name)
            .expect("somebody of the matrix")
            .1
    }

    /// Checks what everybody gets for each post, whatever the surface.
    async fn check(&self, matrix: &[(&str, [u16; 4])]) {
        for (name, statuses) in matrix {
            for ((post, visibility), status) in self.posts.iter().zip(VISIBILITIES).zip(statuses) {
                self.check_post(name, post, *status, visibility).await;
            }
            let visible: Vec<&str> = VISIBILITIES
                .iter()
                .zip(statuses)
                .rev()
                .filter(|(_, status)| **status == 200)
                .map(|(visibility, _)| visibility.as_str())
                .collect();
            self.check_lists(name, &visible).await;
        }
    }

    async fn check_post(&self, name: &str, post: &str, status: u16, visibility: Visibility) {
        let client = self.client(name);
        let about = format!("{name} about the {} post", visibility.as_str());
        for path in ["", "/comments", "/reactions"] {
            let answer = client.get(&format!("/posts/{post}{path}")).await;
            assert_eq!(answer.status, status, "{about}: GET {path}: {}", answer.text);
        }
        let is_anonymous = name == "anonymous";
        let status = if is_anonymous { 401 } else { status };
        let reaction = format!("/posts/{post}/reaction");
        let answer = client.put(&reaction, json!({"type": "like"})).await;
        assert_eq!(answer.status, status, "{about}: PUT reaction");
        let answer = client.delete(&reaction).await;
        assert_eq!(answer.status, status, "{about}: DELETE reaction");
        let answer = client
            .post(&format!("/posts/{post}/comments"), json!({"content": "Hi."}))
            .await;
        assert_eq!(
            answer.status,
            if status == 200 { 201 } else { status },
            "{about}: POST comment"
        );
        // Reading comes first; then only the author may change.
        let status = if status == 200 && name != "author" {
            403
        } else {
            status
        };
        let edit = client.patch(&format!("/posts/{post}"), json!({"tags": []})).await;
        assert_eq!(edit.status, status, "{about}: PATCH");
        if name != "author" {
            let removal = client.delete(&format!("/posts/{post}")).await;
            assert_eq!(removal.status, status, "{about}: DELETE");
        }
    }

    async fn check_lists(&self, name: &str, visible: &[&str]) {
        let client = self.client(name);
        let get = async |path: String| client.get(&path).await.expect(200);
        let contents = |list: &Value| -> Vec<String> {
            all(&list["posts"], "content")
                .into_iter()
                .map(str::to_owned)
                .collect()
        };
        let list = get("/users/AUTHOR/posts".to_owned()).await;
        assert_eq!(contents(&list), visible, "{name}: the author's posts");
        assert_eq!(list["total"], visible.len(), "{name}: how many the author has");

        // A moderator's feeds are a member's: what is public, if one may see it at all.
        let public: Vec<&str> = visible.iter().copied().filter(|post| *post == "public").collect();
        for path in [
            "/posts".to_owned(),
            format!("/posts?authorId={}", self.author.id()),
        ] {
            assert_eq!(contents(&get(path.clone()).await), public, "{name}: {path}");
        }
        let home = client.get("/posts/feed").await;
        match name {
            "anonymous" => assert_eq!(home.refused(401), "UNAUTHENTICATED"),
            "author" | "follower" | "connection" | "blocked" | "blocker" => {
                assert_eq!(contents(&home.expect(200)), visible, "{name}: home feed");
            }
            _ => assert_eq!(contents(&home.expect(200)), [""; 0], "{name}: home feed"),
        }
    }
}

/// The matrix, with other statuses for everybody but the author and moderators.
fn nothing_for_others() -> Vec<(&'static str, [u16; 4])> {
    let others = MATRIX.iter().map(|(name, statuses)| match *name {
        "author" | "moderator" => (*name, *statuses),
        name => (name, [404; 4]),
    });
    others.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_what_is_meant_for_them_on_every_surface() {
    let scene = Scene::new().await;
    scene.check(&MATRIX).await;
    scene.stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_the_posts_of_a_suspended_author() {
    let scene = Scene::new().await;
    scene
        .stage
        .account(&scene.author, 1, AccountState::Suspended)
        .await;
    for (name, statuses) in nothing_for_others() {
        for ((post, visibility), status) in scene.posts.iter().zip(VISIBILITIES).zip(statuses) {
            scene.check_post(name, post, status, visibility).await;
        }
        let list = scene.client(name).get("/users/author/posts").await;
        if ["author", "moderator"].contains(&name) {
            assert_eq!(list.expect(200)["total"], 4, "{name}");
        } else {
            assert_eq!(list.refused(404), "USER_NOT_FOUND", "{name}");
        }
        let public = scene.client(name).get("/posts").await.expect(200);
        assert_eq!(
            public["posts"].as_array().unwrap().len(),
            usize::from(name == "author"),
            "{name}"
        );
    }
    // Restored, everything is as before.
    scene.stage.account(&scene.author, 2, AccountState::Active).await;
    scene.check(&MATRIX).await;
    scene.stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_post_is_its_authors_and_the_moderators() {
    let scene = Scene::new().await;
    scene.stage.execute("UPDATE post SET state = 'hidden'").await;
    for (name, statuses) in nothing_for_others() {
        for ((post, visibility), status) in scene.posts.iter().zip(VISIBILITIES).zip(statuses) {
            scene.check_post(name, post, status, visibility).await;
        }
        let expected = if ["author", "moderator"].contains(&name) {
            4
        } else {
            0
        };
        let list = scene.client(name).get("/users/author/posts").await.expect(200);
        assert_eq!(list["total"], expected, "{name}");
        let public = scene.client(name).get("/posts").await.expect(200);
        assert_eq!(public["posts"], json!([]), "{name}");
        if name != "anonymous" {
            let home = scene.client(name).get("/posts/feed").await.expect(200);
            let expected = if name == "author" { 4 } else { 0 };
            assert_eq!(home["posts"].as_array().unwrap().len(), expected, "{name}");
        }
    }
    scene.stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_between_people_ends_what_they_see() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    let followers = alice.publishes("followers", Visibility::Followers).await;
    let connections = alice.publishes("connections", Visibility::Connections).await;
    let seen = async || {
        let home = bob.get("/posts/feed").await.expect(200);
        let seen = all(&home["posts"], "content")
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        for (post, content) in [(&followers, "followers"), (&connections, "connections")] {
            let status = bob.get(&format!("/posts/{post}")).await.status;
            assert_eq!(
                status == 200,
                seen.iter().any(|seen| seen == content),
                "{content}: {status}"
            );
        }
        seen.join(" ")
    };
    assert_eq!(seen().await, "");
    for (version, expected) in [(1, "followers"), (2, ""), (3, "followers")] {
        stage.follows(&bob, &alice, version).await;
        assert_eq!(seen().await, expected);
    }
    let steps = [
        (ConnectionState::LowAsked, "followers"),
        (ConnectionState::Connected, "connections followers"),
        (ConnectionState::None, "followers"),
    ];
    for (version, (state, expected)) in (1..).zip(steps) {
        stage.connected(&alice, &bob, version, state).await;
        assert_eq!(seen().await, expected);
    }
    stage.app.at_rest().await;
}
