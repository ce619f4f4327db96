//! The lists of a profile: credits, education, links.

use super::profile::{set, set_or_clear};
use super::{Line, Prose, WebAddress};
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Nullable, Text, Uuid as SqlUuid};
use events::EntryId;
use events::profile::Credit as CardCredit;
use std::collections::HashSet;

/// Most credits: so many of the longest still fit into one event together.
pub(crate) const MAX_CREDITS: usize = 100;
/// Most schools.
pub(crate) const MAX_SCHOOLS: usize = 30;
/// Most links.
pub(crate) const MAX_LINKS: usize = 20;

/// A year that somebody alive could have worked or learned in, or plan to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Year(i32);

impl Year {
    pub(crate) fn parse(year: i64) -> Result<Self, &'static str> {
        let year = i32::try_from(year)
            .ok()
            .filter(|year| (1900..=2100).contains(year));
        year.map(Self).ok_or("must be a year from 1900 to 2100")
    }
}

impl From<Year> for i32 {
    fn from(year: Year) -> Self {
        year.0
    }
}

/// A thing the person worked on.
#[derive(Clone, Debug, PartialEq, QueryableByName)]
pub(crate) struct Credit {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: EntryId,
    #[diesel(sql_type = Text)]
    pub(crate) title: String,
    #[diesel(sql_type = Text)]
    pub(crate) role: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) company: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(crate) year: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) description: Option<String>,
    #[diesel(sql_type = Integer)]
    pub(crate) position: i32,
}

/// What is said of a credit. Absent is left as it is; an inner `None` clears.
#[derive(Clone, Debug, Default)]
pub(crate) struct CreditEdit {
    pub(crate) title: Option<Line<140>>,
    pub(crate) role: Option<Line<80>>,
    pub(crate) company: Option<Option<Line<100>>>,
    pub(crate) year: Option<Option<Year>>,
    pub(crate) description: Option<Option<Prose<250>>>,
}

impl Credit {
    /// An empty one, to be edited.
    pub(crate) fn blank(id: EntryId, position: i32) -> Self {
        Self {
            id,
            title: String::new(),
            role: String::new(),
            company: None,
            year: None,
            description: None,
            position,
        }
    }

    pub(crate) fn edit(&mut self, edit: CreditEdit) {
        set(&mut self.title, edit.title);
        set(&mut self.role, edit.role);
        set_or_clear(&mut self.company, edit.company);
        set_or_clear(&mut self.year, edit.year);
        set_or_clear(&mut self.description, edit.description);
    }

    /// As others are told of it.
    pub(super) fn on_card(&self) -> CardCredit {
        let (title, role_length) = CardCredit::titled(&self.role, &self.title);
        CardCredit {
            id: self.id,
            title,
            role_length,
            company: self.company.clone(),
            year: self.year,
            description: self.description.clone(),
        }
    }
}

/// Credits in the order asked for; those that were not named follow in the order they had.
///
/// `None` when one is named that is not there, or one twice.
pub(crate) fn order_of(credits: &[Credit], asked: &[EntryId]) -> Option<Vec<EntryId>> {
    let known: HashSet<_> = credits.iter().map(|credit| credit.id).collect();
    let named: HashSet<_> = asked.iter().copied().collect();
    if named.len() < asked.len() || !named.is_subset(&known) {
        return None;
    }
    let rest = credits
        .iter()
        .map(|credit| credit.id)
        .filter(|id| !named.contains(id));
    Some(asked.iter().copied().chain(rest).collect())
}

/// Where the person learned.
#[derive(Clone, Debug, PartialEq, QueryableByName)]
pub(crate) struct School {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: EntryId,
    #[diesel(sql_type = Text)]
    pub(crate) institution: String,
    #[diesel(sql_type = Text)]
    pub(crate) degree: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) field: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(crate) start_year: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(crate) end_year: Option<i32>,
}

/// What is said of a school. Absent is left as it is; an inner `None` clears.
#[derive(Clone, Debug, Default)]
pub(crate) struct SchoolEdit {
    pub(crate) institution: Option<Line<150>>,
    pub(crate) degree: Option<Line<150>>,
    pub(crate) field: Option<Option<Line<150>>>,
    pub(crate) start_year: Option<Option<Year>>,
    pub(crate) end_year: Option<Option<Year>>,
}

impl School {
    /// An empty one, to be edited.
    pub(crate) fn blank(id: EntryId) -> Self {
        Self {
            id,
            institution: String::new(),
            degree: String::new(),
            field: None,
            start_year: None,
            end_year: None,
        }
    }

    /// Refuses an edit after which it would end before it began.
    pub(crate) fn edit(&mut self, edit: SchoolEdit) -> Result<(), &'static str> {
        set(&mut self.institution, edit.institution);
        set(&mut self.degree, edit.degree);
        set_or_clear(&mut self.field, edit.field);
        set_or_clear(&mut self.start_year, edit.start_year);
        set_or_clear(&mut self.end_year, edit.end_year);
        match (self.start_year, self.end_year) {
            (Some(start), Some(end)) if start > end => Err("must not be before the start year"),
            _ => Ok(()),
        }
    }
}

/// Where else the person is found.
#[derive(Clone, Debug, PartialEq, QueryableByName)]
pub(crate) struct Link {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: EntryId,
    #[diesel(sql_type = Text)]
    pub(crate) platform: String,
    #[diesel(sql_type = Text)]
    pub(crate) url: String,
}

/// What is said of a link. Absent is left as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct LinkEdit {
    pub(crate) platform: Option<Line<50>>,
    pub(crate) url: Option<WebAddress>,
}

impl Link {
    /// An empty one, to be edited.
    pub(crate) fn blank(id: EntryId) -> Self {
        Self {
            id,
            platform: String::new(),
            url: String::new(),
        }
    }

    pub(crate) fn edit(&mut self, edit: LinkEdit) {
        set(&mut self.platform, edit.platform);
        set(&mut self.url, edit.url);
    }
}
