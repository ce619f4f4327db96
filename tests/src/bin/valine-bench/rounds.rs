//! Rounds that alternate, so that a machine which is busy for a while does not favour one side.

use serde::Serialize;

/// What one side of a comparison, or the comparison itself, was in each round.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Values(pub(crate) Vec<f64>);

impl Values {
    /// The one in the middle.
    pub(crate) fn median(&self) -> f64 {
        let sorted = self.sorted();
        let middle = sorted.len() / 2;
        let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
        if sorted.len().is_multiple_of(2) {
            (at(middle.wrapping_sub(1)) + at(middle)) / 2.0
        } else {
            at(middle)
        }
    }

    /// The least.
    pub(crate) fn least(&self) -> f64 {
        self.sorted().first().copied().unwrap_or(f64::NAN)
    }

    /// The most.
    pub(crate) fn most(&self) -> f64 {
        self.sorted().last().copied().unwrap_or(f64::NAN)
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

/// Two sides, measured in the same rounds.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Sides {
    /// Without the network.
    pub(crate) baseline: Values,
    /// With it.
    pub(crate) network: Values,
}

impl Sides {
    /// Notes a round.
    pub(crate) fn note(&mut self, baseline: f64, network: f64) {
        self.baseline.0.push(baseline);
        self.network.0.push(network);
    }

    /// The network's share of the baseline, of each round: neighbours in time are compared.
    pub(crate) fn ratios(&self) -> Values {
        let pairs = self.baseline.0.iter().zip(&self.network.0);
        Values(pairs.map(|(baseline, network)| network / baseline).collect())
    }
}

/// Measures both sides once, the one first that was last in the round before.
macro_rules! alternate {
    ($round:expr, $baseline:expr, $network:expr) => {
        if $round % 2 == 0 {
            let baseline = $baseline;
            (baseline, $network)
        } else {
            let network = $network;
            ($baseline, network)
        }
    };
}
pub(crate) use alternate;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_of_the_rounds_ratios_and_not_of_the_sides() {
        let mut sides = Sides::default();
        // The machine was half as quick in the second round, and both sides were.
        for (baseline, network) in [(100.0, 50.0), (50.0, 25.0), (100.0, 60.0)] {
            sides.note(baseline, network);
        }
        let ratios = sides.ratios();
        assert_eq!((ratios.least(), ratios.median(), ratios.most()), (0.5, 0.5, 0.6));
        assert_eq!(Values(vec![4.0, 1.0]).median(), 2.5);
        assert!(Values::default().median().is_nan());
    }
}
