//! What the fake remembers, and how it answers.

use std::collections::{HashMap, HashSet};

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use serde_json::{Value, json};
use uuid::Uuid;

/// A person of the fake.
#[derive(Default)]
pub(super) struct Member {
    pub(super) account: Value,
    pub(super) profile: Value,
    pub(super) following: Vec<Uuid>,
}

/// All that the fake remembers.
#[derive(Default)]
pub(super) struct World {
    pub(super) members: HashMap<Uuid, Member>,
    pub(super) posts: Vec<Value>,
    pub(super) comments: Vec<Value>,
    pub(super) reactions: HashMap<(Uuid, Uuid), String>,
    pub(super) media: HashMap<Uuid, Option<Bytes>>,
    /// How often each idempotency key was seen.
    pub(super) keys: HashMap<String, u64>,
    pub(super) answers: HashMap<String, (StatusCode, Value)>,
    cookies: HashMap<String, Uuid>,
    /// Who was refused once because an event had not arrived.
    settled: HashSet<(Uuid, Uuid)>,
    pub(super) log_ins: u64,
    pub(super) without_credits: bool,
}

/// A status with a body, or a status with an error's code (or a redirect's address).
pub(super) type Reply = Result<(StatusCode, Value), (StatusCode, &'static str)>;

impl World {
    pub(super) fn answer(
        &mut self,
        base: &url::Url,
        method: &str,
        uri: &Uri,
        headers: &HeaderMap,
        body: &Value,
    ) -> Reply {
        assert_eq!(headers["x-valine-operator"], "the-key");
        let path: Vec<&str> = uri.path().trim_start_matches("/api/").split('/').collect();
        if path[0] == "auth" {
            return self.auth(path[1], body);
        }
        let cookie = headers
            .get(header::COOKIE)
            .and_then(|cookie| cookie.to_str().ok())
            .unwrap_or_default();
        let who = *self
            .cookies
            .get(cookie)
            .ok_or((StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"))?;
        let page = |noun: &str, list: Vec<Value>| Ok((StatusCode::OK, paged(noun, list, uri)));
        match (method, path.as_slice()) {
            ("PATCH", ["users", "me"]) => {
                let member = self.members.get_mut(&who).unwrap();
                member.profile = body.clone();
                Ok((StatusCode::OK, json!({})))
            }
            ("GET", ["users", "me"]) => Ok((StatusCode::OK, self.view(who))),
            ("GET", ["users", name]) => {
                let id = self.named(name)?;
                Ok((StatusCode::OK, self.view(id)))
            }
            ("GET", ["users", name, "posts"]) => {
                let author = json!(self.named(name)?);
                page(
                    "posts",
                    self.posts
                        .iter()
                        .filter(|post| post["authorId"] == author)
                        .cloned()
                        .collect(),
                )
            }
            ("POST", ["users", "me", _]) if self.without_credits => {
                Err((StatusCode::NOT_FOUND, "ROUTE_NOT_FOUND"))
            }
            ("POST", ["users", "me", list @ ("credits" | "education" | "links")]) => {
                let entry = with(body, &[("id", json!(Uuid::now_v7()))]);
                let account = &mut self.members.get_mut(&who).unwrap().account;
                let entries = account
                    .as_object_mut()
                    .unwrap()
                    .entry(*list)
                    .or_insert_with(|| json!([]));
                entries.as_array_mut().unwrap().push(entry.clone());
                let noun = if *list == "education" {
                    "education"
                } else {
                    list.trim_end_matches('s')
                };
                Ok((StatusCode::CREATED, json!({ noun: entry })))
            }
            ("POST", ["social", "follow", id]) => {
                let id: Uuid = id.parse().unwrap();
                if self.settled.insert((who, id)) {
                    return Err((StatusCode::NOT_FOUND, "USER_NOT_FOUND"));
                }
                let member = self.members.get_mut(&who).unwrap();
                if !member.following.contains(&id) {
                    member.following.push(id);
                }
                Ok((StatusCode::OK, json!({})))
            }
            ("GET", ["social", "following"]) => page(
                "following",
                self.members[&who]
                    .following
                    .iter()
                    .map(|id| json!({ "id": id }))
                    .collect(),
            ),
            ("POST", ["media", "upload"]) => {
                let id = Uuid::now_v7();
                self.media.insert(id, None);
                let headers = json!({ "If-None-Match": "*", "Content-Type": "image/png", "Content-Length": body["fileSize"] });
                let address = format!("{}storage/{id}", base);
                Ok((
                    StatusCode::OK,
                    json!({ "mediaId": id, "uploadUrl": address, "method": "PUT", "headers": headers }),
                ))
            }
            ("POST", ["media", "confirm"]) => {
                let there = self.media[&body["mediaId"].as_str().unwrap().parse().unwrap()].is_some();
                if there {
                    Ok((StatusCode::OK, json!({})))
                } else {
                    Err((StatusCode::BAD_REQUEST, "NOT_UPLOADED"))
                }
            }
            ("GET", ["media", _, "download"]) => Err((StatusCode::TEMPORARY_REDIRECT, "/storage/")),
            (_, ["posts", rest @ ..]) => self.posts(who, method, rest, uri, body),
            _ => Err((StatusCode::NOT_FOUND, "ROUTE_NOT_FOUND")),
        }
    }

    fn posts(&mut self, who: Uuid, method: &str, path: &[&str], uri: &Uri, body: &Value) -> Reply {
        if let ("POST", []) = (method, path) {
            let media: Vec<Value> = body["mediaIds"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|id| json!({ "id": id }))
                .collect();
            let post = with(
                body,
                &[
                    ("id", json!(Uuid::now_v7())),
                    ("authorId", json!(who)),
                    ("media", json!(media)),
                ],
            );
            self.posts.push(post.clone());
            return Ok((StatusCode::CREATED, json!({ "post": post })));
        }
        let id: Uuid = path[0].parse().unwrap();
        let found = self.posts.iter().find(|post| post["id"] == json!(id));
        let post = found.cloned().ok_or((StatusCode::NOT_FOUND, "POST_NOT_FOUND"))?;
        let author: Uuid = post["authorId"].as_str().unwrap().parse().unwrap();
        if method != "GET"
            && post["visibility"] == "followers"
            && who != author
            && self.settled.insert((id, who))
        {
            return Err((StatusCode::FORBIDDEN, "FORBIDDEN"));
        }
        let comments = || {
            self.comments
                .iter()
                .filter(|comment| comment["postId"] == json!(id))
                .cloned()
        };
        match (method, &path[1..]) {
            ("GET", []) => {
                let mut counts: HashMap<&str, u64> = HashMap::new();
                for (_, kind) in self.reactions.iter().filter(|((post, _), _)| *post == id) {
                    *counts.entry(kind).or_default() += 1;
                }
                let fields = [
                    ("reactionCounts", json!(counts)),
                    ("myReaction", json!(self.reactions.get(&(id, who)))),
                    ("commentCount", json!(comments().count())),
                ];
                Ok((StatusCode::OK, with(&post, &fields)))
            }
            ("PUT", ["reaction"]) => {
                self.reactions
                    .insert((id, who), body["type"].as_str().unwrap().to_owned());
                Ok((StatusCode::OK, json!({})))
            }
            ("GET", ["comments"]) => Ok((StatusCode::OK, paged("comments", comments().collect(), uri))),
            ("POST", ["comments"]) => {
                let fields = [
                    ("id", json!(Uuid::now_v7())),
                    ("postId", json!(id)),
                    ("author", json!({ "id": who })),
                ];
                let comment = with(body, &fields);
                self.comments.push(comment.clone());
                Ok((StatusCode::CREATED, json!({ "comment": comment })))
            }
            _ => Err((StatusCode::NOT_FOUND, "ROUTE_NOT_FOUND")),
        }
    }

    fn auth(&mut self, route: &str, body: &Value) -> Reply {
        let known = self
            .members
            .iter()
            .find(|(_, member)| member.account["email"] == body["email"]);
        let known = known.map(|(id, member)| (*id, member.account["password"] == body["password"]));
        let (status, id) = match (route, known) {
            ("signup", Some(_)) => return Err((StatusCode::CONFLICT, "EMAIL_TAKEN")),
            ("signup", None) => {
                let id = Uuid::now_v7();
                let member = Member {
                    account: body.clone(),
                    ..Member::default()
                };
                self.members.insert(id, member);
                (StatusCode::CREATED, id)
            }
            (_, Some((id, true))) => {
                self.log_ins += 1;
                (StatusCode::OK, id)
            }
            _ => return Err((StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS")),
        };
        let cookie = format!("jwt_token={}", Uuid::now_v7().simple());
        self.cookies.insert(cookie.clone(), id);
        Ok((
            status,
            json!({ "user": { "id": id }, "cookie": format!("{cookie}; HttpOnly; Path=/") }),
        ))
    }

    /// Forgets the saved answers of all sign-ups.
    pub(super) fn forget_sign_ups(&mut self) {
        self.answers.retain(|_, (_, body)| body.get("user").is_none());
    }

    /// Ends every session, as a new signing secret would.
    pub(super) fn end_sessions(&mut self) {
        self.cookies.clear();
    }

    fn named(&self, name: &str) -> Result<Uuid, (StatusCode, &'static str)> {
        let found = self
            .members
            .iter()
            .find(|(_, member)| member.account["username"] == name);
        found
            .map(|(id, _)| *id)
            .ok_or((StatusCode::NOT_FOUND, "USER_NOT_FOUND"))
    }

    fn view(&self, id: Uuid) -> Value {
        let member = &self.members[&id];
        let profile: Vec<(&str, Value)> = member
            .profile
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        let counted = [
            ("id", json!(id)),
            ("followingCount", json!(member.following.len())),
        ];
        with(&with(&member.account, &profile), &counted)
    }
}

fn with(object: &Value, fields: &[(&str, Value)]) -> Value {
    let mut object = object.clone();
    for (name, value) in fields {
        object[*name] = value.clone();
    }
    object
}

/// Pages of three, so that every list of a test has several.
fn paged(noun: &str, list: Vec<Value>, uri: &Uri) -> Value {
    let query = uri.query().unwrap_or_default();
    let start: usize = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("cursor="))
        .map_or(0, |cursor| cursor.parse().unwrap());
    let page: Vec<Value> = list.iter().skip(start).take(3).cloned().collect();
    let mut answer = json!({ noun: page, "total": list.len() });
    if start + 3 < list.len() {
        answer["nextCursor"] = json!((start + 3).to_string());
    }
    answer
}
