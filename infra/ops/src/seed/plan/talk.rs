//! What happens to posts: reactions of four types and comments in two levels.

use std::collections::HashSet;

use serde::Serialize;

use super::dice::Dice;
use super::graph::Follow;
use super::posts::{Post, Visibility};
use super::text::fill;
use super::words::{ANSWERS, REMARKS};

/// How somebody likes a post, as the contract spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::seed) enum ReactionType {
    Like,
    Love,
    Applause,
    Insight,
}

impl ReactionType {
    /// All four.
    pub(in crate::seed) const ALL: [Self; 4] = [Self::Like, Self::Love, Self::Applause, Self::Insight];

    /// The word on the wire.
    pub(in crate::seed) fn as_str(self) -> &'static str {
        match self {
            Self::Like => "like",
            Self::Love => "love",
            Self::Applause => "applause",
            Self::Insight => "insight",
        }
    }
}

/// One person's reaction; nobody has two on one post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::seed) struct Reaction {
    /// An index into the people.
    pub(in crate::seed) by: usize,
    pub(in crate::seed) kind: ReactionType,
}

/// One comment below a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::seed) struct Comment {
    /// An index into the people.
    pub(in crate::seed) by: usize,
    /// No two comments of one post have the same.
    pub(in crate::seed) content: String,
    /// The comment that this one answers, by its index in the post; it has no parent itself.
    pub(in crate::seed) parent: Option<usize>,
}

/// Lets those who may see the posts react and comment.
pub(super) fn talk(seed: u64, member_count: usize, follows: &[Follow], posts: &mut [Post]) {
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); member_count];
    for follow in follows {
        if let Some(list) = followers.get_mut(follow.followed) {
            list.push(follow.follower);
        }
    }
    for (index, post) in posts.iter_mut().enumerate() {
        let mut dice = Dice::new(seed, "talk", index);
        let crowd = Crowd {
            author: post.author,
            followers: followers.get(post.author).map_or(&[], Vec::as_slice),
            member_count,
            visibility: post.visibility,
        };
        post.reactions = reactions(&crowd, &mut dice);
        post.comments = comments(&crowd, &mut dice);
    }
}

/// Those who may see a post.
struct Crowd<'a> {
    author: usize,
    followers: &'a [usize],
    member_count: usize,
    visibility: Visibility,
}

impl Crowd<'_> {
    fn size(&self) -> usize {
        match self.visibility {
            Visibility::Public => self.member_count.saturating_sub(1),
            Visibility::Followers => self.followers.len(),
            // The network that is planned here has no connections, and nobody else sees a private post.
            Visibility::Connections | Visibility::Private => 0,
        }
    }

    /// Somebody other than the author: more often a follower than a passer-by.
    fn somebody(&self, dice: &mut Dice) -> Option<usize> {
        if self.size() == 0 {
            return None;
        }
        let passing =
            self.followers.is_empty() || (self.visibility == Visibility::Public && dice.percent(30));
        if !passing {
            return self.followers.get(dice.index(self.followers.len())).copied();
        }
        let drawn = dice.index(self.member_count - 1);
        Some(if drawn >= self.author { drawn + 1 } else { drawn })
    }
}

fn reactions(crowd: &Crowd<'_>, dice: &mut Dice) -> Vec<Reaction> {
    // Most posts get one or two reactions, a few get dozens, and fame helps.
    let reach = usize::try_from(dice.fame()).unwrap_or(0).min(30) + crowd.followers.len().min(40) / 8;
    let wanted = dice.index(reach + 2).min(crowd.size());
    let mut reacted = HashSet::new();
    (0..wanted)
        .filter_map(|_| {
            let by = crowd.somebody(dice)?;
            let kind = match dice.below(100) {
                0..58 => ReactionType::Like,
                58..74 => ReactionType::Love,
                74..91 => ReactionType::Applause,
                _ => ReactionType::Insight,
            };
            reacted.insert(by).then_some(Reaction { by, kind })
        })
        .collect()
}

fn comments(crowd: &Crowd<'_>, dice: &mut Dice) -> Vec<Comment> {
    let mut said = HashSet::new();
    let mut comments = Vec::new();
    let remark_count = match dice.below(100) {
        0..50 => 0,
        50..75 => 1,
        75..90 => 2,
        _ => dice.between(3, 7),
    };
    for _ in 0..remark_count {
        let Some(by) = crowd.somebody(dice) else { break };
        let content = fill(dice.word(REMARKS), dice);
        if said.insert(content.clone()) {
            comments.push(Comment {
                by,
                content,
                parent: None,
            });
        }
    }
    for parent in 0..comments.len() {
        let answer_count = [0, 0, 0, 1, 1, 2].get(dice.index(6)).copied().unwrap_or(0);
        for turn in 0..answer_count {
            // The author answers first; then whoever else is there.
            let by = if turn == 0 {
                Some(crowd.author)
            } else {
                crowd.somebody(dice)
            };
            let Some(by) = by else { break };
            let content = fill(dice.word(ANSWERS), dice);
            if said.insert(content.clone()) {
                comments.push(Comment {
                    by,
                    content,
                    parent: Some(parent),
                });
            }
        }
    }
    comments
}
