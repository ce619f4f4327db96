//! Asks the server for each thing that it has acknowledged, the way its owner would.

mod finding;
mod people;
mod posts;

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::{TryStreamExt, stream};

pub(super) use finding::Verification;
use finding::{Fault, Finding};

use super::client::{Answer, Call, Failure};
use super::meter::Meter;
use super::progress::Talk;
use super::run::Run;
use super::step::{Deed, Step};

/// Between two looks at what was not right yet.
const PAUSE: Duration = Duration::from_millis(250);

/// Something to look at; the numbers are places in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
    /// A person's account, profile and what stands in it.
    Person(usize),
    /// Whom a person follows.
    Following(usize),
    /// The list of a person's posts.
    PostList(usize),
    /// One post as its author sees it.
    Post(usize),
    /// One reaction as the one who reacted sees it.
    Reaction(usize, usize),
    /// The comments of one post.
    Comments(usize),
    /// One picture.
    Media(usize, usize),
}

impl Check {
    /// The row of the table that it counts in.
    fn subject(self) -> &'static str {
        match self {
            Self::Person(_) => "people",
            Self::Following(_) => "follows",
            Self::PostList(_) => "lists of posts",
            Self::Post(_) => "posts",
            Self::Reaction(..) => "reactions",
            Self::Comments(_) => "comments",
            Self::Media(..) => "pictures",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(a) => write!(f, "person {a}"),
            Self::Following(a) => write!(f, "whom person {a} follows"),
            Self::PostList(a) => write!(f, "list of posts of person {a}"),
            Self::Post(a) => write!(f, "post {a}"),
            Self::Reaction(a, b) => write!(f, "reaction {b} to post {a}"),
            Self::Comments(a) => write!(f, "comments on post {a}"),
            Self::Media(a, b) => write!(f, "picture {b} of post {a}"),
        }
    }
}

/// Everything that the journal allows to check.
fn checks(run: &Run) -> Vec<Check> {
    let members = 0..run.plan.people.len();
    let people = members.filter(|a| run.is_done(Step::one(Deed::Person, *a)));
    let mut checks: Vec<Check> = people
        .flat_map(|a| [Check::Person(a), Check::Following(a), Check::PostList(a)])
        .collect();
    for (a, post) in run.plan.posts.iter().enumerate() {
        let media = (0..post.images.len()).filter(|b| run.is_done(Step::of(Deed::Media, a, *b)));
        checks.extend(media.map(|b| Check::Media(a, b)));
        if run.is_done(Step::one(Deed::Post, a)) {
            checks.extend([Check::Post(a), Check::Comments(a)]);
            let reactions =
                (0..post.reactions.len()).filter(|b| run.is_done(Step::of(Deed::Reaction, a, *b)));
            checks.extend(reactions.map(|b| Check::Reaction(a, b)));
        }
    }
    checks
}

/// Checks everything; what is not right is looked at again until `settle` has passed, because counts and lists may
/// follow their cause by an event.
pub(super) async fn verify(
    run: &Run,
    concurrency: usize,
    settle: Duration,
    talk: &Talk,
) -> Result<Verification, Failure> {
    let began = Instant::now();
    let meter = Meter::new();
    let mut open = checks(run);
    let mut result = Verification::new(open.iter().map(|check| check.subject()));
    loop {
        let findings = pass(run, &open, concurrency, &meter, talk).await?;
        if findings.is_empty() || began.elapsed() >= settle {
            result.findings = findings.into_iter().flat_map(|(_, findings)| findings).collect();
            result.elapsed = began.elapsed();
            result.reading = meter.read();
            return Ok(result);
        }
        open = findings.into_iter().map(|(check, _)| check).collect();
        talk.say(&format!(
            "{} checks are not right yet; looking again.",
            open.len()
        ));
        tokio::time::sleep(PAUSE).await;
    }
}

async fn pass(
    run: &Run,
    checks: &[Check],
    concurrency: usize,
    meter: &Meter,
    talk: &Talk,
) -> Result<Vec<(Check, Vec<Finding>)>, Failure> {
    let bar = talk.begin("verifying", u64::try_from(checks.len()).unwrap_or(u64::MAX), 0);
    let faulty = Mutex::new(Vec::new());
    stream::iter(checks.iter().copied().map(Ok))
        .try_for_each_concurrent(concurrency, async |check| {
            let findings = run.check(check, meter).await?;
            if !findings.is_empty() {
                faulty
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push((check, findings));
            }
            bar.step();
            Ok::<(), Failure>(())
        })
        .await?;
    Ok(faulty.into_inner().unwrap_or_else(PoisonError::into_inner))
}

impl Run {
    async fn check(&self, check: Check, meter: &Meter) -> Result<Vec<Finding>, Failure> {
        let found = match check {
            Check::Person(a) => self.check_person(a, meter).await,
            Check::Following(a) => self.check_following(a, meter).await,
            Check::PostList(a) => self.check_post_list(a, meter).await,
            Check::Post(a) => self.check_post(a, meter).await,
            Check::Reaction(a, b) => self.check_reaction(a, b, meter).await,
            Check::Comments(a) => self.check_comments(a, meter).await,
            Check::Media(a, b) => self.check_media(a, b, meter).await,
        };
        match found {
            // What cannot be read by its owner is as good as gone.
            Err(Failure::Refused(refusal)) => Ok(vec![Finding {
                subject: check.subject(),
                fault: Fault::Lost,
                what: check.to_string(),
                detail: refusal.to_string(),
            }]),
            other => other,
        }
    }

    /// Reads `path` as `person`.
    async fn get_as(&self, person: usize, path: String, meter: &Meter) -> Result<Answer, Failure> {
        self.call_as(
            person,
            Call {
                path,
                ..Call::default()
            },
            meter,
        )
        .await
    }

    /// Every entry of a list, page by page, and what the last page called its total.
    async fn list_as(
        &self,
        person: usize,
        path: &str,
        noun: &str,
        meter: &Meter,
    ) -> Result<(Vec<serde_json::Value>, Option<u64>), Failure> {
        let mut entries = Vec::new();
        let mut cursor: Option<String> = None;
        // No list of a seed is longer; a cursor that never ends must not keep us for ever.
        for _ in 0..10_000 {
            let page = page_of(path, cursor.as_deref());
            let answer = self.get_as(person, page, meter).await?;
            let page = answer
                .body
                .get(noun)
                .and_then(serde_json::Value::as_array)
                .ok_or_else(|| {
                    let call = Call {
                        path: path.to_owned(),
                        ..Call::default()
                    };
                    super::run::unexpected(&call, call.expect, &format!("the answer has no list \"{noun}\""))
                })?;
            entries.extend(page.iter().cloned());
            cursor = answer
                .body
                .get("nextCursor")
                .and_then(serde_json::Value::as_str)
                .map(str::to_owned);
            if cursor.is_none() {
                return Ok((
                    entries,
                    answer.body.get("total").and_then(serde_json::Value::as_u64),
                ));
            }
        }
        Err(Failure::Broken(anyhow::anyhow!(
            "GET {path}: the cursor never ends"
        )))
    }
}

/// The address of the page of a list that begins at `cursor`.
fn page_of(list: &str, cursor: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("limit", "100");
    if let Some(cursor) = cursor {
        query.append_pair("cursor", cursor);
    }
    let joint = if list.contains('?') { '&' } else { '?' };
    format!("{list}{joint}{}", query.finish())
}
