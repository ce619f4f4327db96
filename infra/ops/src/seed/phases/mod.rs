//! The order in which a network comes to life, and the loop that does each part of it.

mod accounts;
mod posts;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use futures::{StreamExt, TryStreamExt, stream};

use super::client::{Failure, Refusal};
use super::journal::Entry;
use super::meter::Meter;
use super::progress::Talk;
use super::run::Run;
use super::step::{Deed, Step};
use super::summary::{Mishap, PhaseReport, Summary};

/// After this many errors the rest would only repeat them.
const ENOUGH_ERRORS: usize = 50;

/// How one step ended well.
enum Done {
    /// The server said yes.
    Acknowledged(Entry),
    /// The server has no such route.
    NotOffered(Refusal),
    /// Something that this step needs was refused before.
    Waits,
}

impl Done {
    fn plainly(step: Step) -> Self {
        Self::Acknowledged(Entry {
            step,
            id: None,
            cookie: None,
        })
    }

    fn with_id(step: Step, id: uuid::Uuid) -> Self {
        Self::Acknowledged(Entry {
            step,
            id: Some(id),
            cookie: None,
        })
    }
}

/// The phases and their steps. Whatever a step needs stands in an earlier phase.
fn phases(run: &Run) -> [(&'static str, Vec<Step>); 9] {
    let plan = &run.plan;
    let people = || plan.people.iter().enumerate();
    let posts = || plan.posts.iter().enumerate();
    let comments = |answers: bool| {
        posts()
            .flat_map(|(a, post)| {
                let of_level = post
                    .comments
                    .iter()
                    .enumerate()
                    .filter(move |(_, comment)| comment.parent.is_some() == answers);
                of_level.map(move |(b, _)| Step::of(Deed::Comment, a, b))
            })
            .collect()
    };
    [
        (
            "accounts",
            people().map(|(a, _)| Step::one(Deed::Person, a)).collect(),
        ),
        (
            "profiles",
            people().map(|(a, _)| Step::one(Deed::Profile, a)).collect(),
        ),
        (
            "credits",
            people()
                .flat_map(|(a, person)| {
                    let credits = (0..person.credits.len()).map(move |b| Step::of(Deed::Credit, a, b));
                    let education = (0..person.education.len()).map(move |b| Step::of(Deed::Education, a, b));
                    let links = (0..person.links.len()).map(move |b| Step::of(Deed::Link, a, b));
                    credits.chain(education).chain(links)
                })
                .collect(),
        ),
        (
            "follows",
            plan.follows
                .iter()
                .map(|follow| Step::of(Deed::Follow, follow.follower, follow.followed))
                .collect(),
        ),
        (
            "pictures",
            posts()
                .flat_map(|(a, post)| (0..post.images.len()).map(move |b| Step::of(Deed::Media, a, b)))
                .collect(),
        ),
        ("posts", posts().map(|(a, _)| Step::one(Deed::Post, a)).collect()),
        (
            "reactions",
            posts()
                .flat_map(|(a, post)| (0..post.reactions.len()).map(move |b| Step::of(Deed::Reaction, a, b)))
                .collect(),
        ),
        ("comments", comments(false)),
        ("answers", comments(true)),
    ]
}

/// Does everything that the journal does not hold yet, with so many requests at a time.
pub(super) async fn seed(run: &Run, concurrency: usize, talk: &Talk) -> Summary {
    let mut summary = Summary::new(&run.plan);
    let began = Instant::now();
    for (name, steps) in phases(run) {
        let phase = Phase {
            run,
            meter: Meter::new(),
            record: Mutex::new(Record::default()),
        };
        let ended = phase
            .go_through(name, &steps, concurrency, talk, &mut summary)
            .await;
        if let Err(failure) = ended {
            summary.stopped = Some(failure.to_string());
            break;
        }
        if summary.errors.len() >= ENOUGH_ERRORS {
            summary.stopped = Some(format!("stopped after {} errors", summary.errors.len()));
            break;
        }
    }
    summary.elapsed = began.elapsed();
    summary
}

/// One phase while it runs.
struct Phase<'a> {
    run: &'a Run,
    meter: Meter,
    record: Mutex<Record>,
}

#[derive(Default)]
struct Record {
    done: u64,
    waits: u64,
    errors: Vec<Mishap>,
    not_offered: BTreeMap<&'static str, Refusal>,
}

impl Phase<'_> {
    async fn go_through(
        self,
        name: &'static str,
        steps: &[Step],
        concurrency: usize,
        talk: &Talk,
        summary: &mut Summary,
    ) -> Result<(), Failure> {
        let began = Instant::now();
        let open: Vec<Step> = steps
            .iter()
            .copied()
            .filter(|step| !self.run.is_done(*step))
            .collect();
        let already = count(steps.len() - open.len());
        let bar = talk.begin(name, count(steps.len()), already);
        let ended = stream::iter(open)
            .map(Ok)
            .try_for_each_concurrent(concurrency, async |step| {
                self.one(step).await?;
                bar.step();
                Ok(())
            })
            .await;
        let record = self.record.into_inner().unwrap_or_else(PoisonError::into_inner);
        let report = PhaseReport {
            name,
            done: record.done,
            already,
            waits: record.waits,
            errors: count(record.errors.len()),
            elapsed: began.elapsed(),
            reading: self.meter.read(),
        };
        bar.finish(&report.to_string());
        summary.phases.push(report);
        summary.errors.extend(record.errors);
        summary.not_offered.extend(record.not_offered.into_values());
        ended
    }

    /// Does one step and keeps its outcome; fails only where no other step could succeed either.
    async fn one(&self, step: Step) -> Result<(), Failure> {
        let name = step.deed.as_str();
        let skip = {
            let record = self.record();
            record.not_offered.contains_key(name) || record.errors.len() >= ENOUGH_ERRORS
        };
        let outcome = if skip {
            Ok(Done::Waits)
        } else {
            self.run.perform(step, &self.meter).await
        };
        match outcome {
            Ok(Done::Acknowledged(entry)) => {
                self.run.acknowledge(entry).await?;
                self.record().done += 1;
            }
            Ok(Done::NotOffered(refusal)) => {
                let mut record = self.record();
                record.waits += 1;
                record.not_offered.insert(name, refusal);
            }
            Ok(Done::Waits) => self.record().waits += 1,
            Err(Failure::Refused(refusal)) => self.record().errors.push(Mishap {
                step,
                refusal: *refusal,
            }),
            Err(fatal) => return Err(fatal),
        }
        Ok(())
    }

    fn record(&self) -> std::sync::MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Run {
    async fn perform(&self, step: Step, meter: &Meter) -> Result<Done, Failure> {
        match step.deed {
            Deed::Person => self.sign_up(step, meter).await,
            Deed::Session => self
                .session(step.a, None, meter)
                .await
                .map(|_| Done::plainly(step)),
            Deed::Profile => self.edit_profile(step, meter).await,
            Deed::Credit | Deed::Education | Deed::Link => self.add_to_profile(step, meter).await,
            Deed::Follow => self.follow(step, meter).await,
            Deed::Media => self.upload_picture(step, meter).await,
            Deed::Post => self.publish_post(step, meter).await,
            Deed::Reaction => self.react(step, meter).await,
            Deed::Comment => self.comment(step, meter).await,
        }
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
