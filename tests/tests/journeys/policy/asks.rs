//! Everything that one asker can ask about one author's posts, and what the table lets them be told.

use super::world::{Author, Post, World};
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Answer, Client};

/// What became of it.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) asked: usize,
    pub(super) addresses: BTreeSet<String>,
    pub(super) wrong: Vec<String>,
}

/// Somebody who asks about somebody's posts.
pub(super) struct Asker<'a> {
    world: &'a World,
    name: &'a str,
    client: Client,
    author: &'a Author,
    statuses: Vec<u16>,
    is_suspended: bool,
    outcome: Outcome,
}

impl<'a> Asker<'a> {
    pub(super) fn new(
        world: &'a World,
        name: &'a str,
        author: &'a Author,
        statuses: Vec<u16>,
        is_suspended: bool,
    ) -> Self {
        Self {
            world,
            name,
            client: world.client(name),
            author,
            statuses,
            is_suspended,
            outcome: Outcome::default(),
        }
    }

    pub(super) async fn ask_everything(mut self) -> Outcome {
        let posts: Vec<_> = self
            .author
            .posts
            .iter()
            .cloned()
            .zip(self.statuses.clone())
            .collect();
        for (post, status) in &posts {
            self.ask_about_post(post, *status).await;
            self.ask_below(post, *status).await;
            self.ask_about_file(post, *status).await;
        }
        self.ask_lists().await;
        self.ask_search().await;
        self.ask_about_author().await;
        self.ask_about_circle().await;
        self.ask_as_staff().await;
        self.outcome
    }

    fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// Without a session, or with one that has ended.
    fn is_nobody(&self) -> bool {
        self.is("anonymous") || self.is("suspended")
    }

    /// Whether the author is shown to the asker as a person among others.
    fn meets_author(&self) -> bool {
        self.is("moderator") || !(self.is_suspended || self.is("blocked") || self.is("blocker"))
    }

    /// The posts of these kinds that the table lets be seen, the newest first.
    fn seen(&self, kinds: &[&str]) -> Vec<String> {
        let posts = self.author.posts.iter().zip(&self.statuses).rev();
        posts
            .filter(|(post, status)| **status == 200 && kinds.contains(&post.kind))
            .map(|(post, _)| post.id.clone())
            .collect()
    }

    fn check<T: PartialEq + std::fmt::Debug>(&mut self, about: &str, found: &T, wanted: &T) {
        if found != wanted {
            let asks = format!("{} of {}", self.name, self.author.person.username);
            self.outcome
                .wrong
                .push(format!("{asks}: {about}: {found:?} instead of {wanted:?}"));
        }
    }

    /// Asks, and looks for words that the asker must not read, wherever they may stand.
    async fn get(&mut self, path: &str) -> Answer {
        let answer = self.client.get(path).await;
        self.outcome.asked += 1;
        self.outcome.addresses.insert(path.to_owned());
        let mut told = answer.json.clone();
        if let Some(fields) = told.as_object_mut() {
            // A search says again what was asked.
            fields.remove("query");
        }
        let told = told.to_string();
        for (post, status) in self.author.posts.iter().zip(&self.statuses) {
            if *status != 200 && told.contains(&post.word) {
                let said = format!("{}: {path} tells {}", self.name, post.word);
                self.outcome.wrong.push(said);
            }
        }
        answer
    }

    async fn status(&mut self, path: &str, wanted: u16) {
        let answer = self.get(path).await;
        self.check(path, &answer.status.as_u16(), &wanted);
    }

    async fn ask_about_post(&mut self, post: &Post, status: u16) {
        let path = format!("/api/posts/{}", post.id);
        self.status(&path, status).await;
        let below = usize::from(post.kind != "deleted");
        for list in ["comments", "reactions"] {
            let answer = self.get(&format!("{path}/{list}")).await;
            let about = format!("{list} of the {} post", post.kind);
            self.check(&about, &answer.status.as_u16(), &status);
            if status == 200 {
                self.check(&about, &answer.json["total"], &json!(below));
            }
        }
        if self.is("author") {
            return;
        }
        // As reading it first; then not theirs. Nobody is asked to log in.
        let status = match status {
            _ if self.is_nobody() => 401,
            // What is removed is nobody's to change.
            _ if post.kind == "deleted" => 404,
            200 => 403,
            status => status,
        };
        let patch = self.client.patch(&path, json!({ "tags": [] })).await;
        self.check(
            &format!("PATCH of the {} post", post.kind),
            &patch.status.as_u16(),
            &status,
        );
        let delete = self.client.delete(&path).await;
        self.check(
            &format!("DELETE of the {} post", post.kind),
            &delete.status.as_u16(),
            &status,
        );
        self.outcome.asked += 2;
    }

    /// What stands below a post is counted for whoever sees it, and nobody else adds to it or tells the moderators of it.
    async fn ask_below(&mut self, post: &Post, status: u16) {
        let path = format!("/api/posts/{}", post.id);
        if status == 200 {
            if post.kind != "deleted" {
                let answer = self.get(&path).await;
                for count in ["likeCount", "commentCount"] {
                    let about = format!("{count} of the {} post", post.kind);
                    self.check(&about, &answer.json[count], &json!(1));
                }
            }
            return;
        }
        let status = if self.is_nobody() { 401 } else { status };
        let (comment, reaction, report) = (
            json!({ "content": "Not mine to say" }),
            json!({ "type": "like" }),
            json!({ "reason": "Not mine to tell" }),
        );
        for (method, below, ask) in [
            (Method::POST, "comments", Some(comment)),
            (Method::PUT, "reaction", Some(reaction)),
            (Method::DELETE, "reaction", None),
            (Method::POST, "report", Some(report)),
        ] {
            let answer = self
                .client
                .send(method.clone(), &format!("{path}/{below}"), ask)
                .await;
            self.outcome.asked += 1;
            let about = format!("{method} {below} of the {} post", post.kind);
            self.check(&about, &answer.status.as_u16(), &status);
        }
    }

    /// A file is seen where its post is; by its owner and by moderators also when the post is gone.
    async fn ask_about_file(&mut self, post: &Post, status: u16) {
        let is_seen = status == 200 || self.is("author") || self.is("moderator");
        let path = format!("/api/media/{}", post.media);
        let (record, hidden) = match (self.is_nobody(), is_seen) {
            (true, _) => (401, 401),
            (false, true) => (200, 404),
            (false, false) => (404, 404),
        };
        self.status(&path, record).await;
        self.status(&format!("{path}/download"), record).await;
        let content = if is_seen { 302 } else { hidden };
        for size in ["", "?size=thumb", "?size=large"] {
            self.status(&format!("{path}/content{size}"), content).await;
        }
        // The list of one's own files has nobody else's.
        let answer = self.get("/api/media?limit=100").await;
        let is_listed = Self::ids(&answer.json["media"]).contains(&post.media);
        self.check("own files", &is_listed, &self.is("author"));
    }

    fn ids(list: &Value) -> Vec<String> {
        let items = list.as_array().into_iter().flatten();
        items
            .map(|item| item["id"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// The author's posts in a list that may hold others', too.
    fn theirs(&self, list: &Value) -> Vec<String> {
        let items = list.as_array().into_iter().flatten();
        items
            .filter(|post| post["authorId"] == self.author.person.id.as_str())
            .map(|post| post["id"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    async fn ask_lists(&mut self) {
        let not_gone = ["public", "followers", "connections", "private", "hidden"];
        let (id, username) = (self.author.person.id.clone(), self.author.person.username.clone());
        let all = self.seen(&not_gone);
        let answer = self.get(&format!("/api/users/{username}/posts")).await;
        if self.is_suspended && !self.is("moderator") {
            self.check("the author's posts", &answer.status.as_u16(), &404);
        } else {
            self.check("the author's posts", &Self::ids(&answer.json["posts"]), &all);
            self.check("how many there are", &answer.json["total"], &json!(all.len()));
        }
        // Feeds are read with a member's eyes, also by moderators.
        let public = if self.is_suspended {
            Vec::new()
        } else {
            self.seen(&["public"])
        };
        for path in [
            "/api/posts?limit=100".to_owned(),
            format!("/api/posts?authorId={id}"),
            "/api/posts?tag=weather".to_owned(),
        ] {
            let answer = self.get(&path).await;
            self.check(&path, &self.theirs(&answer.json["posts"]), &public);
        }
        let answer = self.get("/api/posts/feed?limit=100").await;
        if self.is_nobody() {
            self.check("home feed", &answer.status.as_u16(), &401);
        } else {
            let circle = ["author", "follower", "connection"].contains(&self.name);
            let home = if circle { all } else { Vec::new() };
            self.check("home feed", &self.theirs(&answer.json["posts"]), &home);
        }
    }

    async fn ask_search(&mut self) {
        let not_gone = ["public", "followers", "connections", "private", "hidden"];
        let (id, username) = (self.author.person.id.clone(), self.author.person.username.clone());
        let mut all = self.seen(&not_gone);
        all.sort();
        let answer = self
            .get(&format!("/api/search/posts?q=rain&authorId={id}&limit=100"))
            .await;
        let mut found = Self::ids(&answer.json["posts"]);
        found.sort();
        self.check("search", &found, &all);
        self.check("how many are found", &answer.json["total"], &json!(all.len()));
        let excerpts = answer.json["posts"].as_array().into_iter().flatten();
        let marked = excerpts
            .filter(|post| {
                post["excerpt"]
                    .as_str()
                    .unwrap_or_default()
                    .contains("<mark>Rain</mark>")
            })
            .count();
        self.check("excerpts", &marked, &all.len());
        for path in [
            "/api/search?q=rain&limit=100",
            "/api/search?q=rain&type=posts&limit=100",
            "/api/search/posts?q=rain&tag=weather&limit=100",
        ] {
            let answer = self.get(path).await;
            let mut found = self.theirs(&answer.json["posts"]);
            found.sort();
            self.check(path, &found, &all);
        }
        // Not even by the very word that stands in it and nowhere else.
        for (post, status) in self.author.posts.clone().iter().zip(self.statuses.clone()) {
            let path = format!("/api/search/posts?q={}", post.word);
            let answer = self.client.get(&path).await;
            self.outcome.asked += 1;
            let is_found = status == 200 && post.kind != "deleted";
            self.check(&path, &answer.json["total"], &json!(usize::from(is_found)));
            // A beginning of it is completed for those alone who would find it.
            let path = format!("/api/search/suggest?q={}", post.word);
            self.get(&path).await;
        }
        for (path, list) in [
            (format!("/api/search?q={username}&type=users"), "users"),
            (format!("/api/search/users?q={username}"), "users"),
            (format!("/api/search/suggest?q={username}"), "suggestions"),
            (format!("/api/search?q={username}"), "users"),
        ] {
            let answer = self.get(&path).await;
            let is_found = Self::ids(&answer.json[list]).contains(&id);
            self.check(&path, &is_found, &self.meets_author());
        }
    }

    async fn ask_about_author(&mut self) {
        let (id, username) = (self.author.person.id.clone(), self.author.person.username.clone());
        // A profile is public, also behind a block; a suspended person's is nobody's but the moderators'.
        let answer = self.get(&format!("/api/users/{username}")).await;
        if self.is_suspended && !self.is("moderator") {
            self.check("profile", &answer.status.as_u16(), &404);
        } else {
            let posts = if self.is("author") { 5 } else { 1 };
            self.check(
                "profile's count of posts",
                &answer.json["postCount"],
                &json!(posts),
            );
        }
        // What they did elsewhere.
        let meets = self.meets_author();
        let post = self.world.others_post.clone();
        for (list, of) in [("comments", "author"), ("reactions", "user")] {
            let answer = self.get(&format!("/api/posts/{post}/{list}")).await;
            let people = answer.json[list].as_array().into_iter().flatten();
            let is_there = people
                .map(|item| &item[of]["id"])
                .any(|found| *found == id.as_str());
            self.check(&format!("{list} on another's post"), &is_there, &meets);
            // Ada is seen by all who are not blocked, Sid by moderators alone.
            let total = match self.name {
                "moderator" => 2,
                "blocked" | "blocker" => 0,
                _ => 1,
            };
            self.check(&format!("how many {list}"), &answer.json["total"], &json!(total));
        }
        if self.is_nobody() {
            return;
        }
        let host = self.world.host.id.clone();
        let answer = self.get(&format!("/api/social/followers?userId={host}")).await;
        let is_listed = Self::ids(&answer.json["followers"]).contains(&id);
        self.check("followers of another", &is_listed, &meets);
        let answer = self.get("/api/social/suggestions").await;
        let is_suggested = Self::ids(&answer.json["suggestions"]).contains(&id);
        // Connected ones need no suggestion; moderators look with a member's eyes.
        let wanted = meets && !self.is_suspended && !["connection", "author"].contains(&self.name);
        self.check("suggestions", &is_suggested, &wanted);
    }

    /// Whom the author follows, is followed by and is connected with, as others and as the asker are told.
    async fn ask_about_circle(&mut self) {
        let (id, host) = (self.author.person.id.clone(), self.world.host.id.clone());
        let is_hidden = self.is_suspended && !self.is("moderator");
        for list in ["followers", "following"] {
            let answer = self.get(&format!("/api/social/{list}?userId={id}")).await;
            let status = match () {
                () if self.is_nobody() => 401,
                () if is_hidden => 404,
                () if self.is("blocked") || self.is("blocker") => 403,
                () => 200,
            };
            self.check(&format!("{list} of the author"), &answer.status.as_u16(), &status);
        }
        let answer = self.get(&format!("/api/social/relationship/{id}")).await;
        let status = if self.is_nobody() { 401 } else { 200 };
        self.check("relationship", &answer.status.as_u16(), &status);
        let answer = self.get("/api/social/connections?limit=100").await;
        if self.is_nobody() {
            self.check("connections", &answer.status.as_u16(), &401);
            return;
        }
        let connected = Self::ids(&answer.json["connections"]);
        self.check("the host among connections", &connected.contains(&host), &true);
        let wanted = self.is("connection") && !self.is_suspended;
        self.check("the author among connections", &connected.contains(&id), &wanted);
    }

    /// What moderators look at is refused to everybody else, with no word of anybody's.
    async fn ask_as_staff(&mut self) {
        let status = match self.name {
            "moderator" => 200,
            _ if self.is_nobody() => 401,
            _ => 403,
        };
        self.status("/api/moderation/reports?limit=100", status).await;
        for post in &self.author.posts {
            let path = format!("/api/moderation/posts/{}/history", post.id);
            let answer = self.get(&path).await;
            self.check(&path, &answer.status.as_u16(), &status);
        }
    }
}
