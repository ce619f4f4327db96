//! The rules of what can be between two people, without a database in sight.

use chassis::Refusal;
use chrono::{DateTime, Utc};
use events::AccountId;
use events::social_graph::ConnectionState;
use serde::Serialize;
use utoipa::ToSchema;

/// Two different people, seen by one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// Who asks.
    pub(crate) me: AccountId,
    /// About whom.
    pub(crate) them: AccountId,
}

impl Pair {
    /// Nobody is paired with themselves.
    pub(crate) fn new(me: AccountId, them: AccountId) -> Result<Self, Refusal> {
        if me == them {
            return Err(Refusal::invalid("userId", "This is yourself; name somebody else"));
        }
        Ok(Self { me, them })
    }

    /// Both, the smaller id first: the order in which their rows are locked.
    pub(crate) fn ordered(self) -> [AccountId; 2] {
        [self.me.min(self.them), self.me.max(self.them)]
    }

    fn i_am_low(self) -> bool {
        self.me < self.them
    }

    /// The state of the pair, in the asker's words.
    fn standing(self, state: ConnectionState) -> Standing {
        match state {
            ConnectionState::None => Standing::None,
            ConnectionState::Connected => Standing::Connected,
            ConnectionState::LowAsked if self.i_am_low() => Standing::Requested,
            ConnectionState::HighAsked if !self.i_am_low() => Standing::Requested,
            ConnectionState::LowAsked | ConnectionState::HighAsked => Standing::Incoming,
        }
    }

    fn i_asked(self) -> ConnectionState {
        if self.i_am_low() {
            ConnectionState::LowAsked
        } else {
            ConnectionState::HighAsked
        }
    }
}

/// How far two people are with connecting, seen by one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Standing {
    /// Nothing between them.
    None,
    /// The asker waits for an answer.
    Requested,
    /// The other waits for the asker's answer.
    Incoming,
    /// They are connected.
    Connected,
}

/// The lists of people that somebody is related to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Followers,
    Following,
    Connections,
    RequestsIn,
    RequestsOut,
    Blocks,
}

/// Something that one does to the other, or does not: a follow, a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    /// Whether it is there.
    pub(crate) active: bool,
    /// Grows by each change; 0 when there never was one.
    pub(crate) version: i64,
    /// When it last changed; the epoch when it never did.
    pub(crate) at: DateTime<Utc>,
}

impl Edge {
    pub(crate) const NEVER: Self = Self {
        active: false,
        version: 0,
        at: DateTime::UNIX_EPOCH,
    };

    fn set(&mut self, active: bool, now: DateTime<Utc>) {
        if self.active != active {
            *self = Self {
                active,
                version: self.version + 1,
                at: now,
            };
        }
    }
}

/// The connection of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bond {
    /// How far they are.
    pub(crate) state: ConnectionState,
    /// Grows by each change; 0 when there never was one.
    pub(crate) version: i64,
    /// When it last changed; the epoch when it never did.
    pub(crate) at: DateTime<Utc>,
}

impl Bond {
    pub(crate) const NEVER: Self = Self {
        state: ConnectionState::None,
        version: 0,
        at: DateTime::UNIX_EPOCH,
    };

    fn set(&mut self, state: ConnectionState, now: DateTime<Utc>) {
        if self.state != state {
            *self = Self {
                state,
                version: self.version + 1,
                at: now,
            };
        }
    }
}

/// Everything between two people, and the rules by which it changes. Asking for what is already so changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Between {
    pub(crate) pair: Pair,
    /// Whether the other's account is one that can be met: not suspended, not deleted.
    pub(crate) they_are_active: bool,
    pub(crate) my_follow: Edge,
    pub(crate) their_follow: Edge,
    pub(crate) my_block: Edge,
    pub(crate) their_block: Edge,
    pub(crate) bond: Bond,
}

impl Between {
    /// The connection, in the asker's words.
    pub(crate) fn standing(&self) -> Standing {
        self.pair.standing(self.bond.state)
    }

    /// New edges are only made between people who are there and do not block each other.
    fn open(&self) -> Result<(), Refusal> {
        if !self.they_are_active {
            return Err(user_not_found());
        }
        if self.my_block.active {
            return Err(blocked("You block this person; lift the block first"));
        }
        if self.their_block.active {
            return Err(blocked("This person does not wish to hear from you"));
        }
        Ok(())
    }

    pub(crate) fn follow(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.open()?;
        self.my_follow.set(true, now);
        Ok(())
    }

    pub(crate) fn unfollow(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.my_follow.set(false, now);
        Ok(())
    }

    /// Asks to connect. When the other asked before, both have now.
    pub(crate) fn connect(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.open()?;
        match self.standing() {
            Standing::None => self.bond.set(self.pair.i_asked(), now),
            Standing::Incoming => self.bond.set(ConnectionState::Connected, now),
            Standing::Requested | Standing::Connected => {}
        }
        Ok(())
    }

    pub(crate) fn accept(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.open()?;
        match self.standing() {
            Standing::Incoming => self.bond.set(ConnectionState::Connected, now),
            Standing::Connected => {}
            Standing::None | Standing::Requested => return Err(request_not_found()),
        }
        Ok(())
    }

    pub(crate) fn decline(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        match self.standing() {
            Standing::Incoming => self.bond.set(ConnectionState::None, now),
            // Declined before, or withdrawn meanwhile: there is nothing left to answer.
            Standing::None => {}
            Standing::Requested => return Err(request_not_found()),
            Standing::Connected => {
                let message = "You are connected already; remove the connection instead";
                return Err(Refusal::conflict("CONFLICT", message));
            }
        }
        Ok(())
    }

    /// Withdraws, declines or removes: afterwards there is nothing.
    pub(crate) fn disconnect(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.bond.set(ConnectionState::None, now);
        Ok(())
    }

    /// A block ends whatever else there is, both ways.
    pub(crate) fn block(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.my_block.set(true, now);
        self.my_follow.set(false, now);
        self.their_follow.set(false, now);
        self.bond.set(ConnectionState::None, now);
        Ok(())
    }

    pub(crate) fn unblock(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.my_block.set(false, now);
        Ok(())
    }

    /// How many more than before the asker and the other are related to, in this order.
    pub(crate) fn tally_since(&self, before: &Self) -> [Tally; 2] {
        let more = |now: bool, then: bool| i64::from(now) - i64::from(then);
        let connected = |between: &Self| between.bond.state == ConnectionState::Connected;
        let mine = more(self.my_follow.active, before.my_follow.active);
        let theirs = more(self.their_follow.active, before.their_follow.active);
        let connections = more(connected(self), connected(before));
        [
            Tally {
                followers: theirs,
                following: mine,
                connections,
            },
            Tally {
                followers: mine,
                following: theirs,
                connections,
            },
        ]
    }
}

/// How much a person's counts change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) followers: i64,
    pub(crate) following: i64,
    pub(crate) connections: i64,
}

/// 404 `USER_NOT_FOUND`.
pub(crate) fn user_not_found() -> Refusal {
    Refusal::not_found("USER_NOT_FOUND", "There is no such person")
}

/// 403 `BLOCKED`.
pub(crate) fn blocked(message: &'static str) -> Refusal {
    Refusal {
        code: "BLOCKED",
        ..Refusal::forbidden(message)
    }
}

fn request_not_found() -> Refusal {
    Refusal::not_found(
        "REQUEST_NOT_FOUND",
        "This person has not asked to connect with you",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn strangers(me: u128, them: u128) -> Between {
        let id = |n| AccountId(uuid::Uuid::from_u128(n));
        Between {
            pair: Pair::new(id(me), id(them)).unwrap(),
            they_are_active: true,
            my_follow: Edge::NEVER,
            their_follow: Edge::NEVER,
            my_block: Edge::NEVER,
            their_block: Edge::NEVER,
            bond: Bond::NEVER,
        }
    }

    /// The same state with the eyes of the other.
    fn swapped(b: Between) -> Between {
        Between {
            pair: Pair {
                me: b.pair.them,
                them: b.pair.me,
            },
            my_follow: b.their_follow,
            their_follow: b.my_follow,
            my_block: b.their_block,
            their_block: b.my_block,
            ..b
        }
    }

    #[test]
    fn who_asks_and_who_is_asked_see_the_same_request_from_two_sides() {
        for (me, them) in [(1, 2), (2, 1)] {
            let mut between = strangers(me, them);
            between.connect(Utc::now()).unwrap();
            assert_eq!(between.standing(), Standing::Requested);
            assert_eq!(swapped(between).standing(), Standing::Incoming);
            assert_eq!(between.accept(Utc::now()).unwrap_err().code, "REQUEST_NOT_FOUND");
            let mut other = swapped(between);
            other.connect(Utc::now()).unwrap();
            assert_eq!((other.standing(), other.bond.version), (Standing::Connected, 2));
        }
    }

    #[test]
    fn a_version_never_restarts_and_repeating_changes_nothing() {
        let mut between = strangers(1, 2);
        for version in [1, 3] {
            between.follow(Utc::now()).unwrap();
            let once = between;
            between.follow(Utc::now()).unwrap();
            assert_eq!((between, between.my_follow.version), (once, version));
            between.unfollow(Utc::now()).unwrap();
        }
        assert_eq!(between.my_follow.version, 4);
    }

    fn act(between: &mut Between, action: u8) {
        let now = Utc::now();
        let _refused = match action {
            0 => between.follow(now),
            1 => between.connect(now),
            2 => between.accept(now),
            3 => between.decline(now),
            4 => between.unfollow(now),
            5 => between.disconnect(now),
            6 => between.block(now),
            _ => between.unblock(now),
        };
    }

    /// What asking, accepting, declining and ending do, written out: how it was, who acts (the one who sees it so), what
    /// they do, how it is then; nothing where it is refused.
    fn written_out(was: Standing, action: u8) -> Option<Standing> {
        use Standing::{Connected, Incoming, None as Nothing, Requested};
        match (was, action) {
            (Nothing | Requested, 1) => Some(Requested),
            (Incoming | Connected, 1 | 2) => Some(Connected),
            (Nothing | Requested, 2) => None,
            (Nothing | Incoming, 3) => Some(Nothing),
            (Requested | Connected, 3) => None,
            (_, 5 | 6) => Some(Nothing),
            (standing, _) => Some(standing),
        }
    }

    proptest! {
        /// Two people at random: the connection is what the table says, from whichever side it is looked at.
        #[test]
        fn a_connection_goes_by_the_table(low_first in any::<bool>(), deeds in prop::collection::vec((any::<bool>(), 0_u8..8), 0..60)) {
            let mut between = if low_first { strangers(1, 2) } else { strangers(2, 1) };
            for (is_mine, action) in deeds {
                let mut seen = if is_mine { between } else { swapped(between) };
                let was = seen.standing();
                let is_blocked = seen.my_block.active || seen.their_block.active;
                let expected = match action {
                    // Nothing begins behind a block.
                    1 | 2 if is_blocked => None,
                    _ => written_out(was, action),
                };
                act(&mut seen, action);
                prop_assert_eq!(seen.standing(), expected.unwrap_or(was), "{:?} then {}", was, action);
                between = if is_mine { seen } else { swapped(seen) };
            }
        }

        #[test]
        fn nothing_stands_beside_a_block_and_tallies_add_up(deeds in prop::collection::vec((any::<bool>(), 0_u8..8), 0..60)) {
            let mut between = strangers(1, 2);
            let (mut mine, mut theirs) = (Tally::default(), Tally::default());
            let add = |sum: &mut Tally, more: Tally| {
                sum.followers += more.followers;
                sum.following += more.following;
                sum.connections += more.connections;
            };
            for (is_mine, action) in deeds {
                let before = between;
                if is_mine {
                    act(&mut between, action);
                } else {
                    let mut other = swapped(between);
                    act(&mut other, action);
                    between = swapped(other);
                }
                let [more, others] = between.tally_since(&before);
                add(&mut mine, more);
                add(&mut theirs, others);
                if between.my_block.active || between.their_block.active {
                    prop_assert!(!between.my_follow.active && !between.their_follow.active);
                    prop_assert_eq!(between.bond.state, ConnectionState::None);
                }
            }
            prop_assert_eq!(mine.following, i64::from(between.my_follow.active));
            prop_assert_eq!(mine.followers, i64::from(between.their_follow.active));
            prop_assert_eq!(mine.connections, i64::from(between.standing() == Standing::Connected));
            prop_assert_eq!((theirs.followers, theirs.following, theirs.connections), (mine.following, mine.followers, mine.connections));
        }
    }
}
