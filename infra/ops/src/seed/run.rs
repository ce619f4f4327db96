//! What all steps share: the plan, the client, the sessions and what was acknowledged so far.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::client::{Answer, Call, Client, Failure, Refusal};
use super::journal::{Entry, Journal};
use super::meter::Meter;
use super::plan::{Person, Plan};
use super::step::{Deed, Step};

/// One run of a seed, or of its verification.
pub(super) struct Run {
    pub(super) plan: Plan,
    pub(super) client: Client,
    /// None while verifying: that only reads.
    pub(super) journal: Option<Journal>,
    acknowledged: Mutex<HashMap<Step, Entry>>,
    /// The cookie of each person. The lock is held while somebody logs in, so that one log-in serves all.
    sessions: Vec<tokio::sync::Mutex<Option<String>>>,
}

impl Run {
    pub(super) fn new(
        plan: Plan,
        client: Client,
        journal: Option<Journal>,
        acknowledged: HashMap<Step, Entry>,
    ) -> Self {
        let cookie = |person| {
            [Deed::Session, Deed::Person]
                .iter()
                .find_map(|deed| acknowledged.get(&Step::one(*deed, person))?.cookie.clone())
        };
        let sessions = (0..plan.people.len())
            .map(|person| tokio::sync::Mutex::new(cookie(person)))
            .collect();
        Self {
            plan,
            client,
            journal,
            acknowledged: Mutex::new(acknowledged),
            sessions,
        }
    }

    /// True once the server has said yes to this step and the journal holds it.
    pub(super) fn is_done(&self, step: Step) -> bool {
        self.acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(&step)
    }

    /// What the server calls the thing that this step made; none if it was not made.
    pub(super) fn id(&self, step: Step) -> Option<Uuid> {
        self.acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&step)?
            .id
    }

    /// Writes the acknowledgement to the journal, and counts it only then.
    pub(super) async fn acknowledge(&self, entry: Entry) -> Result<(), Failure> {
        if let Some(journal) = &self.journal {
            journal.record(entry.clone()).await?;
        }
        self.acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(entry.step, entry);
        Ok(())
    }

    pub(super) fn person(&self, person: usize) -> Result<&Person, Failure> {
        let found = self.plan.people.get(person);
        found.ok_or_else(|| Failure::Broken(anyhow::anyhow!("the plan has no person {person}")))
    }

    /// The idempotency key of one of a step's requests.
    pub(super) fn key(&self, step: Step, part: &str) -> Uuid {
        step.key(self.plan.seed, self.plan.people.len(), part)
    }

    /// Makes the request with the session of `person`, who logs in first if there is none, and again if it has ended.
    pub(super) async fn call_as(
        &self,
        person: usize,
        call: Call<'_>,
        meter: &Meter,
    ) -> Result<Answer, Failure> {
        let cookie = self.session(person, None, meter).await?;
        let answer = self
            .client
            .call(
                &Call {
                    cookie: Some(&cookie),
                    ..call.clone()
                },
                meter,
            )
            .await;
        match answer {
            Err(Failure::Refused(refusal)) if refusal.status == 401 => {
                let cookie = self.session(person, Some(&cookie), meter).await?;
                self.client
                    .call(
                        &Call {
                            cookie: Some(&cookie),
                            ..call
                        },
                        meter,
                    )
                    .await
            }
            other => other,
        }
    }

    /// The cookie of `person`, but not the one that has `ended`.
    pub(super) async fn session(
        &self,
        person: usize,
        ended: Option<&str>,
        meter: &Meter,
    ) -> Result<String, Failure> {
        let missing = || Failure::Broken(anyhow::anyhow!("the plan has no person {person}"));
        let mut session = self.sessions.get(person).ok_or_else(missing)?.lock().await;
        if let Some(cookie) = session.as_ref().filter(|cookie| ended != Some(cookie.as_str())) {
            return Ok(cookie.clone());
        }
        let (_, cookie) = self.log_in(person, meter).await?;
        self.acknowledge(Entry {
            step: Step::one(Deed::Session, person),
            id: None,
            cookie: Some(cookie.clone()),
        })
        .await?;
        *session = Some(cookie.clone());
        Ok(cookie)
    }

    /// Keeps a cookie that came with another answer.
    pub(super) async fn keep_session(&self, person: usize, cookie: &str) {
        if let Some(session) = self.sessions.get(person) {
            *session.lock().await = Some(cookie.to_owned());
        }
    }

    /// Who the server says that `person` is, and a new session. Without an idempotency key: the first answer again
    /// would be a session that may have ended.
    pub(super) async fn log_in(
        &self,
        person: usize,
        meter: &Meter,
    ) -> Result<(Option<Uuid>, String), Failure> {
        let account = &self.person(person)?.account;
        let call = Call {
            method: Method::POST,
            path: "/auth/login".to_owned(),
            body: Some(json!({ "email": account.email, "password": account.password })),
            expect: StatusCode::OK,
            ..Call::default()
        };
        let answer = self.client.call(&call, meter).await.map_err(|failure| match failure {
            Failure::Refused(mut refusal) if refusal.status == 401 && self.is_done(Step::one(Deed::Person, person)) => {
                refusal.message.push_str(
                    " (the journal says that this person signed up: if the database was emptied since, begin anew by removing the journal)",
                );
                Failure::Refused(refusal)
            }
            other => other,
        })?;
        let id = id_at(&answer, "/user/id");
        let cookie = answer
            .cookie
            .ok_or_else(|| unexpected(&call, StatusCode::OK, "the answer sets no cookie jwt_token"))?;
        Ok((id, cookie))
    }
}

/// The id at `pointer` in an answer.
pub(super) fn id_at(answer: &Answer, pointer: &str) -> Option<Uuid> {
    answer.body.pointer(pointer)?.as_str()?.parse().ok()
}

/// An answer that had the right status and the wrong contents.
pub(super) fn unexpected(call: &Call<'_>, status: StatusCode, message: &str) -> Failure {
    Failure::Refused(Box::new(Refusal {
        method: call.method.to_string(),
        path: call.path.clone(),
        status: status.as_u16(),
        code: String::new(),
        message: message.to_owned(),
    }))
}
