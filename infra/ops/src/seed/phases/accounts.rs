//! People: sign-up, profile, what stands in it, and whom they follow.

use reqwest::{Method, StatusCode};
use serde::Serialize;
use serde_json::Value;

use super::Done;
use crate::seed::client::{Call, Failure, Settling};
use crate::seed::journal::Entry;
use crate::seed::meter::Meter;
use crate::seed::run::{Run, id_at, unexpected};
use crate::seed::step::{Deed, Step};

impl Run {
    pub(super) async fn sign_up(&self, step: Step, meter: &Meter) -> Result<Done, Failure> {
        let call = Call {
            method: Method::POST,
            path: "/auth/signup".to_owned(),
            key: Some(self.key(step, "")),
            body: Some(json(&self.person(step.a)?.account)?),
            expect: StatusCode::CREATED,
            ..Call::default()
        };
        let (id, cookie) = match self.client.call(&call, meter).await {
            Ok(answer) => (id_at(&answer, "/user/id"), answer.cookie),
            // The server died between its commit and our journal, or the journal was lost: the account is ours if our
            // password opens it.
            Err(Failure::Refused(mut refusal)) if refusal.status == 409 => {
                match self.log_in(step.a, meter).await {
                    Ok((id, cookie)) => (id, Some(cookie)),
                    Err(Failure::Refused(_)) => {
                        refusal
                            .message
                            .push_str(" (by an account that this seed did not make; choose another --seed)");
                        return Err(Failure::Refused(refusal));
                    }
                    Err(fatal) => return Err(fatal),
                }
            }
            Err(other) => return Err(other),
        };
        let id = id.ok_or_else(|| unexpected(&call, StatusCode::CREATED, "the answer has no user.id"))?;
        if let Some(cookie) = &cookie {
            self.keep_session(step.a, cookie).await;
        }
        Ok(Done::Acknowledged(Entry {
            step,
            id: Some(id),
            cookie,
        }))
    }

    pub(super) async fn edit_profile(&self, step: Step, meter: &Meter) -> Result<Done, Failure> {
        if !self.is_done(Step::one(Deed::Person, step.a)) {
            return Ok(Done::Waits);
        }
        let call = Call {
            method: Method::PATCH,
            path: "/users/me".to_owned(),
            body: Some(json(&self.person(step.a)?.profile)?),
            expect: StatusCode::OK,
            ..Call::default()
        };
        self.call_as(step.a, call, meter).await?;
        Ok(Done::plainly(step))
    }

    pub(super) async fn add_to_profile(&self, step: Step, meter: &Meter) -> Result<Done, Failure> {
        if !self.is_done(Step::one(Deed::Person, step.a)) {
            return Ok(Done::Waits);
        }
        let person = self.person(step.a)?;
        let (path, noun, body) = match step.deed {
            Deed::Credit => (
                "/users/me/credits",
                "/credit/id",
                person.credits.get(step.b).map(json),
            ),
            Deed::Education => (
                "/users/me/education",
                "/education/id",
                person.education.get(step.b).map(json),
            ),
            _ => ("/users/me/links", "/link/id", person.links.get(step.b).map(json)),
        };
        let call = Call {
            method: Method::POST,
            path: path.to_owned(),
            key: Some(self.key(step, "")),
            body: body.transpose()?,
            expect: StatusCode::CREATED,
            ..Call::default()
        };
        match self.call_as(step.a, call.clone(), meter).await {
            Ok(answer) => id_at(&answer, noun)
                .map(|id| Done::with_id(step, id))
                .ok_or_else(|| unexpected(&call, StatusCode::CREATED, &format!("the answer has no {noun}"))),
            // One's own profile always exists, so what is missing is the route.
            Err(Failure::Refused(refusal)) if matches!(refusal.status, 404 | 405) => {
                Ok(Done::NotOffered(*refusal))
            }
            Err(other) => Err(other),
        }
    }

    pub(super) async fn follow(&self, step: Step, meter: &Meter) -> Result<Done, Failure> {
        let (follower, followed) = (step.a, step.b);
        let (Some(_), Some(id)) = (
            self.id(Step::one(Deed::Person, follower)),
            self.id(Step::one(Deed::Person, followed)),
        ) else {
            return Ok(Done::Waits);
        };
        let call = Call {
            method: Method::POST,
            path: format!("/social/follow/{id}"),
            key: Some(self.key(step, "")),
            expect: StatusCode::OK,
            // The graph learns of an account by an event.
            settling: Settling::Existence,
            ..Call::default()
        };
        self.call_as(follower, call, meter).await?;
        Ok(Done::plainly(step))
    }
}

/// `value` as the body of a request.
pub(super) fn json(value: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|cause| Failure::Broken(cause.into()))
}
