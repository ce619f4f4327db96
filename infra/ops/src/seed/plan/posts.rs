//! What people post, with which pictures, and who may see it.

use std::collections::HashSet;

use serde::Serialize;

use super::dice::{Dice, Weighted};
use super::people::Person;
use super::talk::{Comment, Reaction};
use super::text::fill;
use super::words::CLOSERS;

/// Who may see a post, as the contract spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::seed) enum Visibility {
    Public,
    Followers,
    Connections,
    Private,
}

impl Visibility {
    /// The word on the wire.
    pub(in crate::seed) fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Followers => "followers",
            Self::Connections => "connections",
            Self::Private => "private",
        }
    }
}

/// A picture to draw and upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::seed) struct Image {
    /// In pixels.
    pub(in crate::seed) width: u16,
    /// In pixels.
    pub(in crate::seed) height: u16,
    /// Decides colours and pattern.
    pub(in crate::seed) motif: u64,
}

/// One post and all that happens to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::seed) struct Post {
    /// An index into the people.
    pub(in crate::seed) author: usize,
    /// No two posts of one author have the same.
    pub(in crate::seed) content: String,
    pub(in crate::seed) tags: Vec<String>,
    pub(in crate::seed) visibility: Visibility,
    pub(in crate::seed) images: Vec<Image>,
    pub(in crate::seed) reactions: Vec<Reaction>,
    /// Answers stand behind the comment that they answer.
    pub(in crate::seed) comments: Vec<Comment>,
}

/// The first `count` posts of these people, without what happens to them.
pub(super) fn posts(seed: u64, people: &[Person], count: usize) -> Vec<Post> {
    // Half of the weight is the same for everybody: also those whom nobody knows have something to say.
    let authors = Weighted::new(people.iter().map(|person| 10 + person.fame.min(60)));
    let mut said: HashSet<(usize, String)> = HashSet::new();
    (0..count)
        .filter_map(|index| {
            let mut dice = Dice::new(seed, "post", index);
            let author = authors.draw(&mut dice)?;
            let person = people.get(author)?;
            let mut content = content(person, &mut dice);
            while !said.insert((author, content.clone())) {
                content.push(' ');
                content.push_str(&fill(dice.word(CLOSERS), &mut dice));
            }
            let tag_count = dice.between(0, 3);
            Some(Post {
                author,
                content,
                tags: dice.words(person.craft.vocabulary().tags, tag_count),
                visibility: visibility(dice.below(100)),
                images: images(index, &mut dice),
                reactions: Vec::new(),
                comments: Vec::new(),
            })
        })
        .collect()
}

fn content(person: &Person, dice: &mut Dice) -> String {
    let words = person.craft.vocabulary();
    let mut sentences = vec![fill(dice.word(words.openers), dice)];
    let detail_count = dice.between(0, 2);
    for detail in dice.words(words.details, detail_count) {
        sentences.push(fill(&detail, dice));
    }
    let mut text = sentences.join(" ");
    if dice.percent(55) {
        text.push_str(if dice.percent(30) { "\n\n" } else { " " });
        text.push_str(&fill(dice.word(CLOSERS), dice));
    }
    text
}

fn visibility(percentile: u64) -> Visibility {
    match percentile {
        0..84 => Visibility::Public,
        84..94 => Visibility::Followers,
        94..98 => Visibility::Connections,
        _ => Visibility::Private,
    }
}

/// One post in fifty has pictures, and the very first has one, so that a small seed uploads something too.
fn images(index: usize, dice: &mut Dice) -> Vec<Image> {
    let count = match dice.below(100) {
        0 => 2,
        1 => 1,
        _ => usize::from(index == 0),
    };
    (0..count)
        .map(|_| Image {
            width: u16::try_from(dice.between(48, 120)).unwrap_or(48),
            height: u16::try_from(dice.between(32, 90)).unwrap_or(32),
            motif: dice.roll(),
        })
        .collect()
}
