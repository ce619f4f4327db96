//! B1: a post is read through the edge, against the same statement without HTTP.

use crate::args::Row;
use crate::http::Door;
use crate::load::{Worker, rate};
use crate::report::{Goal, Line};
use crate::rounds::{Sides, alternate};
use crate::stage::{Person, Stage, WORKERS};
use crate::statements;
use anyhow::{Context, Result};
use http::Method;
use hyper::body::Bytes;
use std::sync::Arc;
use store::Pool;
use uuid::Uuid;

/// The least share of the baseline's rate.
const GOAL: Goal = Goal::AtLeast(0.5);

/// Somebody at random reads something at random.
struct Choice {
    people: Arc<[Person]>,
    posts: Arc<[Uuid]>,
}

impl Choice {
    fn of(stage: &Stage) -> Self {
        Self {
            people: stage.people.clone(),
            posts: stage.posts.clone(),
        }
    }

    fn next(&self) -> Result<(&Person, Uuid)> {
        let person = self.people.get(rand::random_range(0..self.people.len()));
        let post = self.posts.get(rand::random_range(0..self.posts.len()));
        Ok((person.context("nobody")?, *post.context("nothing")?))
    }
}

struct ThroughTheEdge {
    door: Door,
    choice: Choice,
}

impl Worker for ThroughTheEdge {
    async fn step(&mut self) -> Result<()> {
        let (person, post) = self.choice.next()?;
        let path = format!("/api/posts/{post}");
        let answer = self
            .door
            .ask(Method::GET, &path, Some(&person.cookie), Bytes::new());
        answer.await.map(drop)
    }
}

struct WithoutHttp {
    pool: Pool,
    choice: Choice,
}

impl Worker for WithoutHttp {
    async fn step(&mut self) -> Result<()> {
        let (person, post) = self.choice.next()?;
        let conn = self.pool.get().await?;
        statements::read(&conn, person, post).await?;
        Ok(())
    }
}

/// Measures; answers also the network's most memory.
pub(super) async fn measure(stage: &Stage) -> Result<(Line, f64)> {
    let pool = stage.live.pool_of("content", WORKERS)?;
    let (mut plain, mut asking) = (Vec::new(), Vec::new());
    for _ in 0..WORKERS {
        plain.push(WithoutHttp {
            pool: pool.clone(),
            choice: Choice::of(stage),
        });
        asking.push(ThroughTheEdge {
            door: Door::connect(stage.server.address).await?,
            choice: Choice::of(stage),
        });
    }
    let (plan, mut sides, mut memory) = (stage.plan, Sides::default(), 0.0_f64);
    for round in 0..plan.rounds {
        let (baseline, (network, most)) = alternate!(
            round,
            rate(&mut plain, plan.warm_up, plan.slice).await?,
            stage
                .server
                .watched(rate(&mut asking, plan.warm_up, plan.slice))
                .await?
        );
        sides.note(baseline, network);
        memory = memory.max(most);
    }
    let line = Line::ratio(
        Row::B1,
        "GET /posts/{id} through the edge, of the same SQL without HTTP",
        sides,
        Some(GOAL),
    );
    Ok((line, memory))
}
