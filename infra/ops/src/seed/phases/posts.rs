//! Posts: their pictures, their text, and what others do with them.

use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::Done;
use crate::seed::client::{Call, Failure, Settling, upload_headers};
use crate::seed::image::png;
use crate::seed::meter::Meter;
use crate::seed::plan::{Image, Post, Visibility};
use crate::seed::run::{Run, id_at, unexpected};
use crate::seed::step::{Deed, Step};

/// A signed address that expired, or an upload that was swept, is asked for anew this many times.
const UPLOADS: usize = 3;

impl Run {
    pub(super) async fn upload_picture(&self, step: Step, meter: &Meter) -> Result<Done, Failure> {
        let post = self.post(step.a)?;
        let (Some(image), true) = (
            post.images.get(step.b),
            self.is_done(Step::one(Deed::Person, post.author)),
        ) else {
            return Ok(Done::Waits);
        };
        let mut last = None;
        for attempt in 0..UPLOADS {
            match self.upload_once(step, post.author, *image, attempt, meter).await {
                Ok(id) => return Ok(Done::with_id(step, id)),
                Err(Failure::Refused(refusal)) if matches!(refusal.status, 400 | 404 | 409 | 410) => {
                    last = Some(refusal)
                }
                Err(other) => return Err(other),
            }
        }
        Err(last.map_or_else(
            || Failure::Broken(anyhow::anyhow!("nothing was uploaded")),
            Failure::Refused,
        ))
    }

    async fn upload_once(
        &self,
        step: Step,
        owner: usize,
        image: Image,
        attempt: usize,
        meter: &Meter,
    ) -> Result<Uuid, Failure> {
        let file = png(image);
        let ask = Call {
            method: Method::POST,
            path: "/media/upload".to_owned(),
            // A second attempt is another upload, so it has another key.
            key: Some(self.key(step, &format!("upload/{attempt}"))),
            body: Some(json!({
                "fileName": format!("still-{}-{}.png", step.a, step.b),
                "fileType": "image/png",
                "fileSize": file.len(),
            })),
            expect: StatusCode::OK,
            ..Call::default()
        };
        let answer = self.call_as(owner, ask.clone(), meter).await?;
        let (Some(id), Some(address)) = (
            id_at(&answer, "/mediaId"),
            answer.body.get("uploadUrl").and_then(serde_json::Value::as_str),
        ) else {
            return Err(unexpected(
                &ask,
                StatusCode::OK,
                "the answer has no mediaId or no uploadUrl",
            ));
        };
        let headers = upload_headers(answer.body.get("headers").unwrap_or(&serde_json::Value::Null))?;
        if !self
            .client
            .upload(&self.client.absolute(address), &headers, &file, meter)
            .await?
        {
            return Err(unexpected(
                &ask,
                StatusCode::GONE,
                "the storage refused the signed address",
            ));
        }
        let confirm = Call {
            method: Method::POST,
            path: "/media/confirm".to_owned(),
            key: Some(self.key(step, &format!("confirm/{attempt}"))),
            body: Some(json!({ "mediaId": id, "width": image.width, "height": image.height })),
            expect: StatusCode::OK,
            ..Call::default()
        };
        self.call_as(owner, confirm, meter).await?;
        Ok(id)
    }

    pub(super) async fn publish_post(&self, step: Step, meter: &Meter) -> Result<Done, Failure> {
        let post = self.post(step.a)?;
        let pictures: Option<Vec<Uuid>> = (0..post.images.len())
            .map(|b| self.id(Step::of(Deed::Media, step.a, b)))
            .collect();
        let (Some(pictures), true) = (pictures, self.is_done(Step::one(Deed::Person, post.author))) else {
            return Ok(Done::Waits);
        };
        let mut body =
            json!({ "content": post.content, "visibility": post.visibility.as_str(), "tags": post.tags });
        if let (Some(body), false) = (body.as_object_mut(), pictures.is_empty()) {
            body.insert("mediaIds".to_owned(), json!(pictures));
        }
        let call = Call {
            method: Method::POST,
            path: "/posts".to_owned(),
            key: Some(self.key(step, "")),
            body: Some(body),
            expect: StatusCode::CREATED,
            ..Call::default()
        };
        let answer = self.call_as(post.author, call.clone(), meter).await?;
        id_at(&answer, "/post/id")
            .map(|id| Done::with_id(step, id))
            .ok_or_else(|| unexpected(&call, StatusCode::CREATED, "the answer has no post.id"))
    }

    pub(super) async fn react(&self, step: Step, meter: &Meter) -> Result<Done, Failure> {
        let post = self.post(step.a)?;
        let (Some(reaction), Some(id)) = (post.reactions.get(step.b), self.id(Step::one(Deed::Post, step.a)))
        else {
            return Ok(Done::Waits);
        };
        if !self.is_done(Step::one(Deed::Person, reaction.by)) {
            return Ok(Done::Waits);
        }
        let call = Call {
            method: Method::PUT,
            path: format!("/posts/{id}/reaction"),
            body: Some(json!({ "type": reaction.kind.as_str() })),
            expect: StatusCode::OK,
            settling: settling(post),
            ..Call::default()
        };
        self.call_as(reaction.by, call, meter).await?;
        Ok(Done::plainly(step))
    }

    pub(super) async fn comment(&self, step: Step, meter: &Meter) -> Result<Done, Failure> {
        let post = self.post(step.a)?;
        let (Some(comment), Some(post_id)) =
            (post.comments.get(step.b), self.id(Step::one(Deed::Post, step.a)))
        else {
            return Ok(Done::Waits);
        };
        let parent = comment
            .parent
            .map(|parent| self.id(Step::of(Deed::Comment, step.a, parent)));
        if matches!(parent, Some(None)) || !self.is_done(Step::one(Deed::Person, comment.by)) {
            return Ok(Done::Waits);
        }
        let mut body = json!({ "content": comment.content });
        if let (Some(body), Some(parent)) = (body.as_object_mut(), parent) {
            body.insert("parentId".to_owned(), json!(parent));
        }
        let call = Call {
            method: Method::POST,
            path: format!("/posts/{post_id}/comments"),
            key: Some(self.key(step, "")),
            body: Some(body),
            expect: StatusCode::CREATED,
            settling: settling(post),
            ..Call::default()
        };
        let answer = self.call_as(comment.by, call.clone(), meter).await?;
        id_at(&answer, "/comment/id")
            .map(|id| Done::with_id(step, id))
            .ok_or_else(|| unexpected(&call, StatusCode::CREATED, "the answer has no comment.id"))
    }

    pub(in crate::seed) fn post(&self, post: usize) -> Result<&Post, Failure> {
        let found = self.plan.posts.get(post);
        found.ok_or_else(|| Failure::Broken(anyhow::anyhow!("the plan has no post {post}")))
    }
}

/// Content learns of a follow by an event, so a follower may be refused for a moment; the public never is.
fn settling(post: &Post) -> Settling {
    match post.visibility {
        Visibility::Public => Settling::Nothing,
        _ => Settling::Audience,
    }
}
