//! Something that an operator asked for by a command.

use super::ids::{Code, Id, Lease, Until};
use anyhow::{Context, anyhow};
use chassis::{Error, Refusal, Result};
use chrono::{DateTime, SubsecRound, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// What comes in: the same again as often as whoever carries it likes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its own, by which it is known again.
    pub id: Id,
    /// Who asked.
    pub who: Id,
    /// What is to be done.
    pub command: Code,
    /// Whom or what it is done to.
    pub about: Option<Id>,
    /// From when on nobody will want to know.
    pub until: Until,
}

/// What was asked, and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// As it came in first.
    pub asked: Asked,
    /// When that was.
    pub asked_at: DateTime<Utc>,
    /// Of everything that follows from it: commands are told it as that of their [cause](events::Cause), so that the event
    /// which answers the interaction carries it. It was made with the interaction, so no two have the same.
    pub correlation_id: Uuid,
    /// How far it has come.
    pub progress: Progress,
}

/// How far an interaction has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Taken, and nobody works on it.
    Asked,
    /// Somebody works on it.
    Working {
        /// Under this lease.
        lease: Lease,
        /// Then somebody else may.
        until: DateTime<Utc>,
    },
    /// It is over.
    Ended(Outcome),
}

/// What came of it, as a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done(Code),
    /// It was not.
    Failed(Code),
}

/// What came of taking an interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Taken {
    /// It is taken now, and by nobody else.
    Now(Interaction),
    /// It came before; this is what has become of it.
    Before(Interaction),
}

/// What came of wanting to work on an interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Begun {
    /// It is yours, under the lease that stands in it.
    Yours(Interaction),
    /// Somebody else works on it.
    Theirs(Interaction),
    /// It was brought to its end before.
    Over(Interaction),
    /// There is none, or it has expired.
    Gone,
}

/// There is no such interaction, or it has expired.
pub(crate) fn gone() -> Refusal {
    Refusal::not_found("INTERACTION_NOT_FOUND", "There is no such interaction any more")
}

/// It is not the asker's to end.
pub(crate) fn lease_lost() -> Refusal {
    Refusal::conflict(
        "LEASE_LOST",
        "Somebody else has taken this interaction over, or brought it to its end",
    )
}

impl Interaction {
    /// As it begins.
    pub(crate) fn new(asked: &Asked, now: DateTime<Utc>) -> Self {
        Self {
            asked: asked.clone(),
            asked_at: now.trunc_subsecs(3),
            correlation_id: Uuid::now_v7(),
            progress: Progress::Asked,
        }
    }

    /// Of what was wanted and not had.
    pub(crate) fn not_begun(self) -> Begun {
        match self.progress {
            Progress::Ended(_) => Begun::Over(self),
            Progress::Asked | Progress::Working { .. } => Begun::Theirs(self),
        }
    }
}

impl Outcome {
    /// How each is kept: the word for its kind, and the code.
    pub(crate) fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Done(code) => ("done", code.as_str()),
            Self::Failed(code) => ("failed", code.as_str()),
        }
    }
}

/// An interaction as both homes keep it.
#[derive(Clone, Debug, QueryableByName)]
pub(crate) struct Kept {
    #[diesel(sql_type = Text)]
    pub(crate) id: String,
    #[diesel(sql_type = Text)]
    pub(crate) who: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) about: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) command: String,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) correlation_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) asked_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) expires_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    pub(crate) progress: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) lease: Option<Uuid>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) leased_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) outcome: Option<String>,
}

impl Kept {
    /// Whether it was brought to this end under this lease.
    pub(crate) fn was_ended(&self, lease: Lease, outcome: &Outcome) -> bool {
        let (progress, code) = outcome.parts();
        self.lease == Some(lease.0) && self.progress == progress && self.outcome.as_deref() == Some(code)
    }

    /// What it says.
    ///
    /// # Errors
    /// When somebody else has written it.
    pub(crate) fn read(self) -> Result<Interaction> {
        let id = self.id.clone();
        self.interaction()
            .with_context(|| format!("what is kept of the interaction {id} cannot be read"))
            .map_err(Error::Failed)
    }

    fn interaction(self) -> anyhow::Result<Interaction> {
        let id = |text: &str| Id::parse(text).map_err(|problem| anyhow!(problem));
        let code =
            |text: Option<String>| Code::parse(&text.unwrap_or_default()).map_err(|problem| anyhow!(problem));
        let progress = match self.progress.as_str() {
            "asked" => Progress::Asked,
            "working" => Progress::Working {
                lease: Lease(self.lease.context("without a lease")?),
                until: self.leased_until.context("without an end of its lease")?,
            },
            "done" => Progress::Ended(Outcome::Done(code(self.outcome)?)),
            "failed" => Progress::Ended(Outcome::Failed(code(self.outcome)?)),
            other => return Err(anyhow!("{other} is no progress")),
        };
        Ok(Interaction {
            asked: Asked {
                id: id(&self.id)?,
                who: id(&self.who)?,
                command: code(Some(self.command))?,
                about: self.about.as_deref().map(id).transpose()?,
                until: Until::from_seconds(self.expires_at.timestamp()).context("without an end")?,
            },
            asked_at: self.asked_at,
            correlation_id: self.correlation_id,
            progress,
        })
    }
}
