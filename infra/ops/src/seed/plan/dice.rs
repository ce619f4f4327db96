//! A small generator of its own: a plan must come out the same on every machine and with every later version of every
//! library, because a journal that is resumed next month is read against the plan that is drawn then.
//!
//! Integers only: floating point functions differ in the last bit between platforms.

use sha2::{Digest, Sha256};

/// A stream of choices that depends on the seed, a label and an index, and on nothing else.
///
/// Each person and each post has a stream of its own, so that asking for more of them changes none of the earlier ones.
pub(super) struct Dice {
    state: u64,
}

impl Dice {
    /// The stream for `label` number `index` under `seed`.
    pub(super) fn new(seed: u64, label: &str, index: usize) -> Self {
        let digest = digest(&format!("valine seed/{seed}/{label}/{index}"));
        let (head, _) = digest.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
        Self {
            state: u64::from_be_bytes(*head),
        }
    }

    /// The next 64 bits (SplitMix64).
    pub(super) fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to but without `bound`; 0 if `bound` is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let wide = (u128::from(self.roll()) * u128::from(bound)) >> 64;
        u64::try_from(wide).unwrap_or(0)
    }

    /// Like [`Dice::below`], for counting and indexing.
    pub(super) fn index(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        usize::try_from(self.below(bound)).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.index(high.saturating_sub(low) + 1)
    }

    /// True in `percent` of 100 cases.
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `words`; empty only if there are none.
    pub(super) fn word<'w>(&mut self, words: &[&'w str]) -> &'w str {
        let at = self.index(words.len());
        words.get(at).copied().unwrap_or_default()
    }

    /// `count` different ones of `words`, or all of them if there are fewer.
    pub(super) fn words(&mut self, words: &[&str], count: usize) -> Vec<String> {
        let mut left: Vec<&str> = words.to_vec();
        let mut taken = Vec::new();
        while taken.len() < count && !left.is_empty() {
            let at = self.index(left.len());
            taken.push(left.swap_remove(at).to_owned());
        }
        taken
    }

    /// A weight whose distribution is as skewed as fame: most have 1 or 2, one in a hundred has 100 or more.
    pub(super) fn fame(&mut self) -> u64 {
        200 / (1 + self.below(200))
    }
}

/// SHA-256 of `text`.
pub(in crate::seed) fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Draws indices in proportion to their weights.
pub(super) struct Weighted {
    sums: Vec<u64>,
}

impl Weighted {
    /// Takes the weight of each index, in order.
    pub(super) fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let sums = weights
            .into_iter()
            .scan(0_u64, |sum, weight| {
                *sum = sum.saturating_add(weight);
                Some(*sum)
            })
            .collect();
        Self { sums }
    }

    /// An index; none if there are no weights.
    pub(super) fn draw(&self, dice: &mut Dice) -> Option<usize> {
        let total = *self.sums.last()?;
        let ticket = dice.below(total);
        Some(self.sums.partition_point(|sum| *sum <= ticket))
    }
}

#[cfg(test)]
mod tests {
    use super::{Dice, Weighted};

    #[test]
    fn a_stream_never_changes_between_releases() {
        let mut dice = Dice::new(1, "person", 0);
        let rolls: Vec<u64> = (0..4).map(|_| dice.roll()).collect();
        // Written down once: a journal of an older release must still meet its plan.
        assert_eq!(
            rolls,
            [
                8_803_757_864_048_266_557,
                8_927_815_716_510_749_109,
                3_930_814_009_407_407_897,
                10_703_994_194_405_385_492
            ]
        );
    }

    #[test]
    fn draws_follow_their_weights_and_never_a_zero() {
        let weighted = Weighted::new([0, 1, 0, 9, 0]);
        let mut dice = Dice::new(7, "draw", 0);
        let mut hits = [0_u32; 5];
        for _ in 0..10_000 {
            hits[weighted.draw(&mut dice).unwrap()] += 1;
        }
        assert_eq!((hits[0], hits[2], hits[4]), (0, 0, 0));
        assert!(hits[3] > 8 * hits[1] && hits[3] < 10 * hits[1], "{hits:?}");
        assert_eq!(Weighted::new([]).draw(&mut dice), None);
    }
}
