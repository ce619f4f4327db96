//! What moderators may do with a report, and who of two is the first.

use chassis::{Principal, Refusal, Role};
use chrono::{DateTime, Utc};
use events::content::{Report, ReportState};

/// What a moderator does with a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handling {
    /// Says to the others: I look at it.
    Take,
    /// Has done something about it.
    Resolve,
    /// Finds that nothing has to be done.
    Dismiss,
}

impl Handling {
    fn leads_to(self) -> ReportState {
        match self {
            Self::Take => ReportState::Taken,
            Self::Resolve => ReportState::Resolved,
            Self::Dismiss => ReportState::Dismissed,
        }
    }
}

/// The report after it, or nothing when it is so already by the same moderator.
///
/// An open report is everybody's, a taken one its moderator's, and one that was dealt with nobody's. An admin may deal with a taken one,
/// so that it does not lie for ever, but not take it away: of two who take it, one is the first.
pub(crate) fn handle(
    report: &Report,
    handling: Handling,
    moderator: &Principal,
    note: Option<String>,
    now: DateTime<Utc>,
) -> Result<Option<Report>, Refusal> {
    let is_mine = report.moderator_id == Some(moderator.account);
    let state = handling.leads_to();
    match report.state {
        known if known == state && is_mine => return Ok(None),
        ReportState::Open => {}
        ReportState::Taken if is_mine => {}
        ReportState::Taken if moderator.role >= Role::Admin && handling != Handling::Take => {}
        ReportState::Taken => return Err(conflict("Another moderator looks at this report")),
        ReportState::Resolved | ReportState::Dismissed => {
            return Err(conflict("This report was dealt with already"));
        }
    }
    Ok(Some(Report {
        state,
        moderator_id: Some(moderator.account),
        note: note.or_else(|| report.note.clone()),
        changed_at: now,
        ..report.clone()
    }))
}

fn conflict(message: &'static str) -> Refusal {
    Refusal::conflict("CONFLICT", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::{AccountId, PostId, ReportId, SessionId};
    use proptest::prelude::*;

    fn moderator(role: Role) -> Principal {
        Principal {
            account: AccountId::new(),
            session: SessionId::new(),
            role,
            username: "mod".to_owned(),
            display_name: "Mod".to_owned(),
            email: "mod@mail.example".to_owned(),
            email_verified: true,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    fn report() -> Report {
        Report {
            report_id: ReportId::new(),
            post_id: PostId::new(),
            author_id: AccountId::new(),
            reporter_id: AccountId::new(),
            reason: "Spam".to_owned(),
            description: None,
            state: ReportState::Open,
            moderator_id: None,
            note: None,
            created_at: DateTime::UNIX_EPOCH,
            changed_at: DateTime::UNIX_EPOCH,
        }
    }

    proptest! {
        /// Whatever two moderators and an admin do: it is dealt with once, by whoever had it, and never goes back.
        #[test]
        fn a_report_goes_forward_and_is_closed_once(deeds in prop::collection::vec((0_usize..3, 0_usize..3), 0..20)) {
            let people = [moderator(Role::Moderator), moderator(Role::Moderator), moderator(Role::Admin)];
            let mut report = report();
            let mut closings = 0;
            for (who, what) in deeds {
                let handling = [Handling::Take, Handling::Resolve, Handling::Dismiss][what];
                let before = report.clone();
                match handle(&report, handling, &people[who], None, DateTime::UNIX_EPOCH) {
                    Ok(Some(after)) => {
                        prop_assert!(matches!(before.state, ReportState::Open | ReportState::Taken));
                        prop_assert_eq!(after.moderator_id, Some(people[who].account));
                        let is_closed = after.state != ReportState::Taken;
                        prop_assert!(before.moderator_id.is_none_or(|had| Some(had) == after.moderator_id || (who == 2 && is_closed)));
                        closings += u32::from(is_closed);
                        report = after;
                    }
                    Ok(None) => prop_assert_eq!(before.moderator_id, Some(people[who].account)),
                    Err(refusal) => prop_assert_eq!(refusal.code, "CONFLICT"),
                }
            }
            let is_closed = matches!(report.state, ReportState::Resolved | ReportState::Dismissed);
            prop_assert_eq!(closings, u32::from(is_closed));
        }
    }
}
