//! Processes started, asked twice, and ended.

use crate::stage::Stage;
use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};
use testkit::lambda::{Function, Outcome};

/// A program's times.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Measured {
    /// Its name.
    pub(crate) name: String,
    /// How large it is, unpacked.
    pub(crate) bytes: u64,
    /// To an answer that needs no database.
    pub(crate) first: Times,
    /// To one that does, asked right afterwards: from the start of the process, too. None where there is no database.
    pub(crate) with_database: Option<Times>,
}

/// Milliseconds.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Times {
    pub(crate) least: f64,
    pub(crate) p50: f64,
    pub(crate) p95: f64,
}

impl Times {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |percent: usize| {
            // The nearest rank: of twenty, the 95th of a hundred is the nineteenth.
            let rank = (times.len() * percent).div_ceil(100).max(1);
            let time = times.get(rank - 1).copied().unwrap_or_default();
            time.as_secs_f64() * 1e3
        };
        Self {
            least: at(0),
            p50: at(50),
            p95: at(95),
        }
    }
}

/// What a program is asked first, and then.
pub(crate) struct Question {
    /// The program.
    pub(crate) name: String,
    /// What the function is told besides what all are.
    pub(crate) told: Vec<(&'static str, String)>,
    /// Needs no database.
    pub(crate) first: Value,
    /// Needs one.
    pub(crate) then: Option<Value>,
}

/// Measures those programs that are built; all take turns, so that what else the machine does is shared.
pub(crate) async fn all(
    stage: &Stage,
    built: &Path,
    wanted: &[String],
    rounds: u16,
) -> Result<Vec<Measured>> {
    let mut questions = stage.questions()?;
    if let Some(unknown) = wanted
        .iter()
        .find(|name| questions.iter().all(|question| question.name != **name))
    {
        let known: Vec<_> = questions.iter().map(|question| question.name.as_str()).collect();
        bail!(
            "there is nothing to ask {unknown}; there are: {}",
            known.join(", ")
        );
    }
    let program = |name: &str| built.join(name).join("bootstrap");
    questions.retain(|question| match wanted {
        [] => program(&question.name).is_file(),
        wanted => wanted.contains(&question.name),
    });
    ensure!(
        !questions.is_empty(),
        "no program is in {}; build them first: make lambda",
        built.display()
    );
    let mut times: Vec<(Vec<Duration>, Vec<Duration>)> =
        questions.iter().map(|_| Default::default()).collect();
    for _round in 0..rounds {
        for (question, (first, then)) in questions.iter().zip(&mut times) {
            let (one, other) = once(stage, &program(&question.name), question).await?;
            first.push(one);
            then.extend(other);
        }
    }
    let measured = questions.into_iter().zip(times);
    measured
        .map(|(question, (first, then))| {
            let path = program(&question.name);
            Ok(Measured {
                bytes: std::fs::metadata(&path)?.len(),
                first: Times::of(first),
                with_database: question.then.is_some().then(|| Times::of(then)),
                name: question.name,
            })
        })
        .collect()
}

async fn once(stage: &Stage, program: &Path, question: &Question) -> Result<(Duration, Option<Duration>)> {
    ensure!(
        program.is_file(),
        "there is no {}; build it first: make lambda",
        program.display()
    );
    let variables = stage.variables(&question.told);
    let began = Instant::now();
    let function = Function::start(program, &question.name, stage.folder(), &variables).await;
    let first = function.invoke(question.first.clone()).await;
    let first_at = began.elapsed();
    must_be(is_answer, &first, &function, question)?;
    let mut then_at = None;
    if let Some(then) = &question.then {
        let then = function.invoke(then.clone()).await;
        then_at = Some(began.elapsed());
        must_be(is_well, &then, &function, question)?;
    }
    function.end().await;
    Ok((first_at, then_at))
}

fn must_be(
    right: fn(&Value) -> bool,
    outcome: &Outcome,
    function: &Function,
    question: &Question,
) -> Result<()> {
    if matches!(outcome, Outcome::Answered(answer) if right(answer)) {
        return Ok(());
    }
    let log = function.logged();
    Err(anyhow::anyhow!("it answered {outcome:?}; {log}"))
        .with_context(|| format!("{} is not well", question.name))
}

/// Whether it is an answer of a request, of the authorizer, or of a command.
fn is_answer(answer: &Value) -> bool {
    answer["statusCode"].is_number() || answer["principalId"] == "anonymous" || answer["code"] == 0
}

/// Whether all is well.
fn is_well(answer: &Value) -> bool {
    answer["statusCode"] == 200 || answer["code"] == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_twenty_the_nineteenth_is_the_95th_of_a_hundred() {
        let times = Times::of((1..=20).rev().map(Duration::from_millis).collect());
        assert_eq!((times.least, times.p50, times.p95), (1.0, 10.0, 19.0));
        let one = Times::of(vec![Duration::from_millis(7)]);
        assert_eq!((one.least, one.p50, one.p95), (7.0, 7.0, 7.0));
    }
}
