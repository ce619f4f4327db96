//! What the seed will do, decided before it does anything: a pure function of three numbers.

mod crafts;
mod dice;
mod graph;
mod people;
mod posts;
mod talk;
mod text;
mod words;

#[cfg(test)]
mod tests;

pub(super) use dice::digest;
pub(super) use graph::Follow;
pub(super) use people::Person;
pub(super) use posts::{Image, Post, Visibility};
pub(super) use talk::ReactionType;

/// A whole network: who lives in it and all that they do.
///
/// The same numbers give the same plan, always. Asking for more posts with the same members adds posts at the end and
/// changes none of the earlier ones; asking for more members keeps the earlier people, but not whom they follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) seed: u64,
    pub(super) people: Vec<Person>,
    pub(super) follows: Vec<Follow>,
    pub(super) posts: Vec<Post>,
}

/// Plans a network of `members` people and `posts` posts. Without members there are no posts.
pub(super) fn plan(seed: u64, members: usize, posts: usize) -> Plan {
    let people = people::people(seed, members);
    let follows = graph::follows(seed, &people);
    let mut posts = posts::posts(seed, &people, posts);
    talk::talk(seed, members, &follows, &mut posts);
    Plan {
        seed,
        people,
        follows,
        posts,
    }
}
