//! Posts, reactions, comments and pictures.

use std::collections::HashMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::finding::{Fault, Finding};
use super::people::{differences, id_of, shown};
use crate::seed::client::Failure;
use crate::seed::image::dimensions;
use crate::seed::meter::Meter;
use crate::seed::plan::ReactionType;
use crate::seed::run::Run;
use crate::seed::step::{Deed, Step};

impl Run {
    /// Each acknowledged post of a person is listed once, and no text stands there twice.
    pub(super) async fn check_post_list(
        &self,
        author: usize,
        meter: &Meter,
    ) -> Result<Vec<Finding>, Failure> {
        let name = &self.person(author)?.account.username;
        let (entries, total) = self
            .list_as(author, &format!("/users/{name}/posts"), "posts", meter)
            .await?;
        let mut findings = Vec::new();
        let mut ids: HashMap<Uuid, u64> = HashMap::new();
        let mut texts: HashMap<&str, u64> = HashMap::new();
        for entry in &entries {
            *ids.entry(id_of(entry).unwrap_or_default()).or_default() += 1;
            *texts
                .entry(entry.get("content").and_then(Value::as_str).unwrap_or_default())
                .or_default() += 1;
        }
        let mut acknowledged = 0_u64;
        let mut unanswered = 0_u64;
        for (a, post) in self
            .plan
            .posts
            .iter()
            .enumerate()
            .filter(|(_, post)| post.author == author)
        {
            let what = format!("post {a} in the list of {name}");
            let by_text = texts.remove(post.content.as_str()).unwrap_or(0);
            let Some(id) = self.id(Step::one(Deed::Post, a)) else {
                // The server may have published it without our having read the answer.
                unanswered += by_text.min(1);
                if by_text > 1 {
                    findings.push(Finding::new(
                        "lists of posts",
                        Fault::Doubled,
                        what,
                        format!("{by_text} times"),
                    ));
                }
                continue;
            };
            acknowledged += 1;
            match ids.get(&id).copied().unwrap_or(0) {
                0 => findings.push(Finding::new(
                    "lists of posts",
                    Fault::Lost,
                    what,
                    format!("{id} is not listed"),
                )),
                1 if by_text > 1 => {
                    findings.push(Finding::new(
                        "lists of posts",
                        Fault::Doubled,
                        what,
                        format!("its text stands there {by_text} times"),
                    ));
                }
                1 => {}
                times => findings.push(Finding::new(
                    "lists of posts",
                    Fault::Doubled,
                    what,
                    format!("listed {times} times"),
                )),
            }
        }
        for text in texts.keys() {
            let what = format!("list of {name}");
            findings.push(Finding::new(
                "lists of posts",
                Fault::Doubled,
                what,
                format!("a post that nobody asked for: {text:?}"),
            ));
        }
        let expected = acknowledged + unanswered;
        if total != Some(expected) {
            let detail = format!("total is {} instead of {expected}", shown(total));
            findings.push(Finding::new(
                "lists of posts",
                Fault::Different,
                format!("list of {name}"),
                detail,
            ));
        }
        Ok(findings)
    }

    /// A post as its author sees it: contents, pictures and counts.
    pub(super) async fn check_post(&self, a: usize, meter: &Meter) -> Result<Vec<Finding>, Failure> {
        let post = self.post(a)?;
        let Some(id) = self.id(Step::one(Deed::Post, a)) else {
            return Ok(Vec::new());
        };
        let found = self
            .get_as(post.author, format!("/posts/{id}"), meter)
            .await?
            .body;
        let what = format!("post {a} ({id})");
        let expected = json!({
            "id": id,
            "authorId": self.id(Step::one(Deed::Person, post.author)),
            "content": post.content,
            "tags": post.tags,
            "visibility": post.visibility.as_str(),
        });
        let mut findings = differences("posts", &what, &expected, &found);

        let attached: Vec<Option<Uuid>> = found
            .get("media")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(id_of)
            .collect();
        let pictures: Vec<Option<Uuid>> = (0..post.images.len())
            .map(|b| self.id(Step::of(Deed::Media, a, b)))
            .collect();
        if attached != pictures {
            let detail = format!("its pictures are {attached:?} instead of {pictures:?}");
            findings.push(Finding::new("posts", Fault::Different, &what, detail));
        }

        for kind in ReactionType::ALL {
            let of_kind = post
                .reactions
                .iter()
                .enumerate()
                .filter(|(_, reaction)| reaction.kind == kind);
            let (least, most) = self.bounds(of_kind.map(|(b, _)| Step::of(Deed::Reaction, a, b)));
            let counted = found
                .pointer(&format!("/reactionCounts/{}", kind.as_str()))
                .and_then(Value::as_u64)
                .unwrap_or(0);
            if !(least..=most).contains(&counted) {
                let detail = format!("{counted} reactions of type {} instead of {least}", kind.as_str());
                findings.push(Finding::new("posts", Fault::Different, &what, detail));
            }
        }
        let (least, most) = self.bounds((0..post.comments.len()).map(|b| Step::of(Deed::Comment, a, b)));
        let counted = found.get("commentCount").and_then(Value::as_u64);
        if !counted.is_some_and(|counted| (least..=most).contains(&counted)) {
            let detail = format!("commentCount is {} instead of {least}", shown(counted));
            findings.push(Finding::new("posts", Fault::Different, &what, detail));
        }
        Ok(findings)
    }

    /// How many of these steps the server has done at least (acknowledged) and at most (planned).
    fn bounds(&self, steps: impl Iterator<Item = Step>) -> (u64, u64) {
        steps.fold((0, 0), |(least, most), step| {
            (least + u64::from(self.is_done(step)), most + 1)
        })
    }

    pub(super) async fn check_reaction(
        &self,
        a: usize,
        b: usize,
        meter: &Meter,
    ) -> Result<Vec<Finding>, Failure> {
        let (Some(reaction), Some(id)) = (self.post(a)?.reactions.get(b), self.id(Step::one(Deed::Post, a)))
        else {
            return Ok(Vec::new());
        };
        let found = self
            .get_as(reaction.by, format!("/posts/{id}"), meter)
            .await?
            .body;
        let what = format!("reaction of person {} to post {a} ({id})", reaction.by);
        Ok(match found.get("myReaction").and_then(Value::as_str) {
            Some(kind) if kind == reaction.kind.as_str() => Vec::new(),
            None => vec![Finding::new("reactions", Fault::Lost, what, "myReaction is null")],
            Some(kind) => {
                let detail = format!("{kind} instead of {}", reaction.kind.as_str());
                vec![Finding::new("reactions", Fault::Different, what, detail)]
            }
        })
    }

    /// Each acknowledged comment of a post is there once, by the right person and below the right comment.
    pub(super) async fn check_comments(&self, a: usize, meter: &Meter) -> Result<Vec<Finding>, Failure> {
        let post = self.post(a)?;
        let Some(post_id) = self.id(Step::one(Deed::Post, a)) else {
            return Ok(Vec::new());
        };
        let (entries, total) = self
            .list_as(
                post.author,
                &format!("/posts/{post_id}/comments"),
                "comments",
                meter,
            )
            .await?;
        let mut texts: HashMap<&str, Vec<&Value>> = HashMap::new();
        for entry in &entries {
            texts
                .entry(entry.get("content").and_then(Value::as_str).unwrap_or_default())
                .or_default()
                .push(entry);
        }
        let mut findings = Vec::new();
        for (b, comment) in post.comments.iter().enumerate() {
            let step = Step::of(Deed::Comment, a, b);
            let what = format!("comment {b} on post {a} ({post_id})");
            let found = texts.remove(comment.content.as_str()).unwrap_or_default();
            match (found.as_slice(), self.id(step)) {
                ([], None) | ([_], None) => {}
                ([], Some(id)) => findings.push(Finding::new(
                    "comments",
                    Fault::Lost,
                    what,
                    format!("{id} is not listed"),
                )),
                ([entry], Some(id)) => {
                    let parent = comment
                        .parent
                        .and_then(|parent| self.id(Step::of(Deed::Comment, a, parent)));
                    let mut expected = json!({ "id": id, "postId": post_id });
                    if let (Some(expected), Some(parent)) = (expected.as_object_mut(), parent) {
                        expected.insert("parentId".to_owned(), json!(parent));
                    }
                    findings.extend(differences("comments", &what, &expected, entry));
                    let author = entry
                        .pointer("/author/id")
                        .and_then(Value::as_str)
                        .and_then(|id| id.parse().ok());
                    if author != self.id(Step::one(Deed::Person, comment.by)) {
                        let detail = format!("its author is {author:?}, not person {}", comment.by);
                        findings.push(Finding::new("comments", Fault::Different, what, detail));
                    }
                }
                (several, _) => {
                    let detail = format!("{} times", several.len());
                    findings.push(Finding::new("comments", Fault::Doubled, what, detail));
                }
            }
        }
        for text in texts.keys() {
            let what = format!("post {a} ({post_id})");
            findings.push(Finding::new(
                "comments",
                Fault::Doubled,
                what,
                format!("a comment that nobody wrote: {text:?}"),
            ));
        }
        let listed = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        if total != Some(listed) {
            let detail = format!("total is {} and {listed} are listed", shown(total));
            findings.push(Finding::new(
                "comments",
                Fault::Different,
                format!("post {a} ({post_id})"),
                detail,
            ));
        }
        Ok(findings)
    }

    /// A picture can be downloaded and is still one of its size.
    pub(super) async fn check_media(
        &self,
        a: usize,
        b: usize,
        meter: &Meter,
    ) -> Result<Vec<Finding>, Failure> {
        let post = self.post(a)?;
        let (Some(image), Some(id)) = (post.images.get(b), self.id(Step::of(Deed::Media, a, b))) else {
            return Ok(Vec::new());
        };
        let what = format!("picture {b} of post {a} ({id})");
        let cookie = self.session(post.author, None, meter).await?;
        let file = self
            .client
            .download(&format!("/api/media/{id}/download"), &cookie, meter)
            .await?;
        // Some servers redirect to the signed address, others name it.
        let named: Option<Value> = serde_json::from_slice(&file).ok();
        let address = named
            .as_ref()
            .and_then(|named| named.get("downloadUrl").or_else(|| named.get("url"))?.as_str());
        let file = match address {
            Some(address) => self.client.download(address, &cookie, meter).await?,
            None => file,
        };
        let expected = (u32::from(image.width), u32::from(image.height));
        Ok(match dimensions(&file) {
            Some(found) if found == expected => Vec::new(),
            Some(found) => {
                vec![Finding::new(
                    "pictures",
                    Fault::Different,
                    what,
                    format!("{found:?} pixels instead of {expected:?}"),
                )]
            }
            None => vec![Finding::new(
                "pictures",
                Fault::Lost,
                what,
                format!("{} bytes that are no PNG", file.len()),
            )],
        })
    }
}
