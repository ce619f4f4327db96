//! Two authors with a post of each kind, and everybody who may ask.

use chassis::Role;
use end_to_end::{PIXEL, Person, TestNetwork, text};
use serde_json::{Value, json};
use testkit::Client;

/// What a post may be.
pub(super) const KINDS: [&str; 6] = [
    "public",
    "followers",
    "connections",
    "private",
    "hidden",
    "deleted",
];

/// A post, and what is to be found of it.
#[derive(Clone)]
pub(super) struct Post {
    pub(super) kind: &'static str,
    pub(super) id: String,
    pub(super) media: String,
    /// Stands in this post, in the comment below it, and nowhere else.
    pub(super) word: String,
}

/// Somebody with a post of each kind.
pub(super) struct Author {
    pub(super) person: Person,
    pub(super) posts: Vec<Post>,
}

/// Everybody.
pub(super) struct World {
    pub(super) network: TestNetwork,
    /// In good standing.
    pub(super) ada: Author,
    /// Suspended.
    pub(super) sid: Author,
    /// Both authors commented on this post of a third person's, and reacted to it.
    pub(super) others_post: String,
    /// That third person; both authors follow them, and everybody is connected with them.
    pub(super) host: Person,
    pub(super) askers: Vec<(&'static str, Person)>,
}

impl World {
    pub(super) async fn new() -> Self {
        let network = TestNetwork::start().await;
        let mut people = Vec::new();
        for name in [
            "ada",
            "sid",
            "host",
            "follower",
            "connection",
            "stranger",
            "blocked",
            "blocker",
            "moderator",
        ] {
            // Some names are nobody's to have.
            let username = if name == "moderator" { "moss" } else { name };
            people.push((name, network.sign_up(username).await));
        }
        network.settle().await;
        let person = |name: &str| people.iter().find(|(known, _)| *known == name).unwrap().1.clone();
        let moderator = person("moderator");
        let mut accounts = network.database.session_of("identity").await;
        identity::operators::set_role(&mut accounts, &moderator.email, Role::Moderator)
            .await
            .unwrap();
        let host = person("host");
        for (_, person) in people.iter().filter(|(name, _)| *name != "host") {
            connect(person, &host).await;
        }
        let mut authors = Vec::new();
        for name in ["ada", "sid"] {
            let author = person(name);
            post(
                &author,
                &format!("/api/social/follow/{}", host.id),
                json!({}),
                200,
            )
            .await;
            for (name, fan) in &people {
                let fans = ["follower", "blocked", "blocker"];
                if fans.contains(name) {
                    post(fan, &format!("/api/social/follow/{}", author.id), json!({}), 200).await;
                }
                if ["connection", "blocked", "blocker"].contains(name) {
                    connect(fan, &author).await;
                }
            }
            for (blocker, blocked) in [(&author, &person("blocked")), (&person("blocker"), &author)] {
                post(
                    blocker,
                    &format!("/api/social/blocks/{}", blocked.id),
                    json!({}),
                    200,
                )
                .await;
            }
            let posts = publish(&network, &author, &moderator).await;
            authors.push(Author {
                person: author,
                posts,
            });
        }
        let ask = json!({ "content": "What do you think?", "visibility": "public" });
        let others_post = text(&post(&host, "/api/posts", ask, 201).await, "/post/id");
        network.settle().await;
        for author in &authors {
            let path = format!("/api/posts/{others_post}/comments");
            post(&author.person, &path, json!({ "content": "Much." }), 201).await;
            let path = format!("/api/posts/{others_post}/reaction");
            let reaction = author.person.client.put(&path, json!({ "type": "insight" }));
            reaction.await.expect(200);
        }
        suspend(&network, &person("sid")).await;
        network.settle().await;
        let [ada, sid] = <[Author; 2]>::try_from(authors).ok().unwrap();
        people.retain(|(name, _)| *name != "host");
        Self {
            network,
            ada,
            sid,
            others_post,
            host,
            askers: people,
        }
    }

    /// Whoever the table means.
    pub(super) fn client(&self, asker: &str) -> Client {
        let name = match asker {
            "author" => "ada",
            // With the session they had.
            "suspended" => "sid",
            asker => asker,
        };
        let found = self.askers.iter().find(|(known, _)| *known == name);
        found.map_or_else(|| self.network.nobody(), |(_, person)| person.client.clone())
    }
}

async fn post(who: &Person, path: &str, ask: Value, status: u16) -> Value {
    who.client.post(path, ask).await.expect(status)
}

async fn connect(one: &Person, other: &Person) {
    for (asker, asked) in [(one, other), (other, one)] {
        post(
            asker,
            &format!("/api/social/connections/{}", asked.id),
            json!({}),
            200,
        )
        .await;
    }
}

/// A post of each kind, with a picture of its own, a comment and a reaction by its author.
async fn publish(network: &TestNetwork, author: &Person, moderator: &Person) -> Vec<Post> {
    let mut posts = Vec::new();
    let mut pictures = Vec::new();
    for _ in KINDS {
        pictures.push(picture(network, author).await);
    }
    network.settle().await;
    for (kind, media) in KINDS.into_iter().zip(pictures) {
        let visibility = if ["hidden", "deleted"].contains(&kind) {
            "public"
        } else {
            kind
        };
        let word = format!("{kind}of{}", author.username);
        let ask = json!({
            "content": format!("Rain, and {word}"),
            "visibility": visibility,
            "mediaIds": [media],
            "tags": ["weather"],
        });
        let id = text(&post(author, "/api/posts", ask, 201).await, "/post/id");
        let comment = json!({ "content": format!("More of {word}") });
        post(author, &format!("/api/posts/{id}/comments"), comment, 201).await;
        let path = format!("/api/posts/{id}/reaction");
        let reaction = author.client.put(&path, json!({ "type": "like" }));
        reaction.await.expect(200);
        posts.push(Post {
            kind,
            id,
            media,
            word,
        });
    }
    let of = |kind: &str| posts.iter().find(|post| post.kind == kind).unwrap();
    let hide = format!("/api/moderation/posts/{}/hide", of("hidden").id);
    post(moderator, &hide, json!({ "reason": "To see what is seen" }), 200).await;
    let path = format!("/api/posts/{}", of("deleted").id);
    author.client.delete(&path).await.expect(200);
    posts
}

async fn picture(network: &TestNetwork, owner: &Person) -> String {
    let ask = json!({ "fileName": "dot.png", "fileType": "image/png", "fileSize": PIXEL.len() });
    let upload = post(owner, "/api/media/upload", ask, 200).await;
    network.send(&upload, PIXEL.to_vec()).await;
    let media = text(&upload, "/mediaId");
    post(owner, "/api/media/confirm", json!({ "mediaId": media }), 200).await;
    media
}

/// As admins do it.
async fn suspend(network: &TestNetwork, person: &Person) {
    let admin = network.sign_up("amelia").await;
    let mut accounts = network.database.session_of("identity").await;
    identity::operators::set_role(&mut accounts, &admin.email, Role::Admin)
        .await
        .unwrap();
    let path = format!("/api/admin/accounts/{}/suspend", person.id);
    let ask = json!({ "reason": "To see what is seen" });
    post(&admin, &path, ask, 200).await;
}
