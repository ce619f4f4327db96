//! Who follows whom: few are followed by many, most by a handful, and people follow their own craft more.

use std::collections::HashSet;

use super::crafts::Craft;
use super::dice::{Dice, Weighted};
use super::people::Person;

/// One person, by index, follows another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::seed) struct Follow {
    pub(in crate::seed) follower: usize,
    pub(in crate::seed) followed: usize,
}

/// At most this many people are followed by one person.
const MOST: usize = 80;

/// All follows, each once, nobody oneself.
pub(super) fn follows(seed: u64, people: &[Person]) -> Vec<Follow> {
    let everybody = Weighted::new(people.iter().map(|person| person.fame));
    let crafts = Craft::ALL.map(|craft| Peers::of(people, craft));
    let mut follows = Vec::new();
    let mut edges = HashSet::new();
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); people.len()];
    for (follower, person) in people.iter().enumerate() {
        let mut dice = Dice::new(seed, "follows", follower);
        let most = people.len().saturating_sub(1).min(MOST);
        let wanted = (3 + dice.index(8) + usize::try_from(dice.fame()).unwrap_or(0) / 4).min(most);
        let mut found = 0;
        // A small network may not hold that many different people: so many tries, and no more.
        for _ in 0..wanted * 4 {
            if found == wanted {
                break;
            }
            let back = followers.get(follower).map_or(&[][..], Vec::as_slice);
            let drawn = if dice.percent(25) && !back.is_empty() {
                back.get(dice.index(back.len())).copied()
            } else if dice.percent(40) {
                crafts
                    .iter()
                    .find(|peers| peers.craft == person.craft)
                    .and_then(|peers| peers.draw(&mut dice))
            } else {
                everybody.draw(&mut dice)
            };
            let Some(followed) = drawn.filter(|followed| *followed != follower) else {
                continue;
            };
            let follow = Follow { follower, followed };
            if edges.insert(follow) {
                follows.push(follow);
                found += 1;
                if let Some(list) = followers.get_mut(followed) {
                    list.push(follower);
                }
            }
        }
    }
    follows
}

/// Those who share a craft.
struct Peers {
    craft: Craft,
    indices: Vec<usize>,
    weights: Weighted,
}

impl Peers {
    fn of(people: &[Person], craft: Craft) -> Self {
        let those = || {
            people
                .iter()
                .enumerate()
                .filter(move |(_, person)| person.craft == craft)
        };
        Self {
            craft,
            indices: those().map(|(index, _)| index).collect(),
            weights: Weighted::new(those().map(|(_, person)| person.fame)),
        }
    }

    fn draw(&self, dice: &mut Dice) -> Option<usize> {
        self.indices.get(self.weights.draw(dice)?).copied()
    }
}
