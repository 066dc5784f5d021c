//! One count over another, with an interval.
//!
//! Items of one conversation are alike: one customer, one agent, one matter. Ten conversations with
//! ten items each say less than a hundred with one. So the interval is that of a ratio estimated from
//! clusters: its variance is taken between conversations (linearised, Cochran, Sampling Techniques,
//! 1977, section 9A), turned into the number of independent items that would have it, and Wilson's
//! interval taken at that number with Student's quantile (Korn and Graubard, 1998). It lies within
//! 0..=1, and is not of width nothing where all or none were counted.

use std::ops::AddAssign;

/// Below so many items a ratio is noise, and no number is told.
pub const LEAST: u64 = 30;

/// Sums over clusters, from which the ratio and its interval follow. Exact, so that sums may be
/// merged in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    clusters: u64,
    count: u64,
    of: u64,
    count_squares: u128,
    products: u128,
    of_squares: u128,
}

/// The bounds of a 95 % interval, 0..=1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl Ratio {
    /// Adds a cluster in which `count` of `of` items count; one without items says nothing.
    ///
    /// `count` beyond `of` is taken as `of`: no ratio exceeds 1.
    pub fn add(&mut self, count: u64, of: u64) {
        if of == 0 {
            return;
        }
        let count = count.min(of);
        self.clusters += 1;
        self.count += count;
        self.of += of;
        self.count_squares += square(count);
        self.products += u128::from(count) * u128::from(of);
        self.of_squares += square(of);
    }

    /// Items that count.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Items altogether.
    pub fn of(&self) -> u64 {
        self.of
    }

    /// The ratio, 0..=1, however little it rests on; `None` where there are no items.
    pub fn value(&self) -> Option<f64> {
        (self.of > 0).then(|| self.count as f64 / self.of as f64)
    }

    /// The ratio if there are [enough](LEAST) items to tell it.
    pub fn shown(&self) -> Option<f64> {
        self.value().filter(|_| self.of >= LEAST)
    }

    /// The interval of 95 %, where the ratio is [shown](Self::shown()). A single cluster tells nothing
    /// of others: 0 to 1.
    pub fn interval(&self) -> Option<Interval> {
        let p = self.shown()?;
        if self.clusters < 2 {
            return Some(Interval {
                low: 0.0,
                high: 1.0,
            });
        }
        let z = student(self.clusters - 1);
        Some(wilson(p, self.effective_items(p), z))
    }

    /// How many independent items would leave `p` as uncertain as these clusters do.
    fn effective_items(&self, p: f64) -> f64 {
        let (clusters, of) = (self.clusters as f64, self.of as f64);
        let residuals = self.count_squares as f64 - 2.0 * p * self.products as f64
            + p * p * self.of_squares as f64;
        let variance = clusters / (clusters - 1.0) * residuals / (of * of);
        let binomial = p * (1.0 - p);
        if binomial <= 0.0 {
            // All or none: as if each conversation were one item.
            return clusters;
        }
        // Rounding may leave a variance of nothing a little below it.
        if variance <= binomial / of {
            return of;
        }
        (binomial / variance).max(1.0)
    }
}

impl AddAssign for Ratio {
    fn add_assign(&mut self, other: Self) {
        self.clusters += other.clusters;
        self.count += other.count;
        self.of += other.of;
        self.count_squares += other.count_squares;
        self.products += other.products;
        self.of_squares += other.of_squares;
    }
}

fn square(n: u64) -> u128 {
    u128::from(n) * u128::from(n)
}

/// Wilson's score interval of `p` seen in `n` independent items.
fn wilson(p: f64, n: f64, z: f64) -> Interval {
    let z2 = z * z;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    Interval {
        low: (centre - half).clamp(0.0, p),
        high: (centre + half).clamp(p, 1.0),
    }
}

/// The 97.5 % quantile of Student's distribution (Abramowitz and Stegun, 26.7.5; exact for one and
/// two degrees of freedom).
fn student(degrees: u64) -> f64 {
    const Z: f64 = 1.959_963_984_540_054;
    match degrees {
        0 | 1 => 12.706_204_736,
        2 => 4.302_652_730,
        _ => {
            let n = degrees as f64;
            let power = |exponent| Z.powi(exponent);
            let first = (power(3) + Z) / 4.0;
            let second = (5.0 * power(5) + 16.0 * power(3) + 3.0 * Z) / 96.0;
            let third = (3.0 * power(7) + 19.0 * power(5) + 17.0 * power(3) - 15.0 * Z) / 384.0;
            let fourth = (79.0 * power(9) + 776.0 * power(7) + 1_482.0 * power(5)
                - 1_920.0 * power(3)
                - 945.0 * Z)
                / 92_160.0;
            Z + first / n + second / n.powi(2) + third / n.powi(3) + fourth / n.powi(4)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(clusters: impl IntoIterator<Item = (u64, u64)>) -> Ratio {
        let mut ratio = Ratio::default();
        for (count, of) in clusters {
            ratio.add(count, of);
        }
        ratio
    }

    fn is_near(seen: f64, expected: f64, by: f64) {
        assert!((seen - expected).abs() < by, "{seen} is not {expected}");
    }

    /// Against printed tables.
    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (degrees, quantile) in [(1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (29, 2.045)] {
            is_near(student(degrees), quantile, 0.006);
        }
        is_near(student(1_000_000), 1.960, 0.001);
    }

    /// One item a conversation: Wilson's interval of 40 in 100 is 0.309 to 0.498.
    #[test]
    fn single_items_have_the_interval_of_independent_ones() {
        let interval = ratio((0..100).map(|n| (u64::from(n < 40), 1)))
            .interval()
            .expect("an interval");
        is_near(interval.low, 0.3094, 0.003);
        is_near(interval.high, 0.4980, 0.003);
    }

    #[test]
    fn alike_conversations_widen_the_interval() {
        let width = |ratio: Ratio| {
            let interval = ratio.interval().expect("an interval");
            interval.high - interval.low
        };
        let single = width(ratio((0..100).map(|n| (u64::from(n < 40), 1))));
        // Ten each, all or none of them: as much as ten items.
        let alike = width(ratio((0..10).map(|n| (if n < 4 { 10 } else { 0 }, 10))));
        assert!(alike > 2.5 * single, "{alike} against {single}");
    }

    #[test]
    fn all_and_none_are_not_certain() {
        let none = ratio([(0, 20); 5]).interval().expect("an interval");
        assert_eq!(none.low, 0.0);
        assert!(none.high > 0.3, "{none:?}");
        let all = ratio([(20, 20); 5]).interval().expect("an interval");
        assert_eq!(all.high, 1.0);
        assert!(all.low < 0.7, "{all:?}");
    }

    #[test]
    fn little_is_not_told() {
        assert_eq!(ratio([(1, 15), (1, 14)]).shown(), None);
        assert_eq!(ratio([(1, 15), (1, 14)]).interval(), None);
        assert_eq!(ratio([(1, 15), (1, 15)]).shown(), Some(2.0 / 30.0));
        let alone = ratio([(12, 40)]).interval();
        assert_eq!(
            alone,
            Some(Interval {
                low: 0.0,
                high: 1.0
            })
        );
    }
}
