//! Whether scanning stays linear on texts made to be slow.
//!
//! Prints for each family how fast it is scanned at two sizes, one four times the other, and how
//! much longer the larger takes: about 4 if scanning is linear, 16 if it is quadratic. Time is that
//! of the processor, so that other programs do not count.

mod families;

use std::{hint::black_box, time::Duration};

use agent_assist_pii::{Scanner, SubjectTerms};
use cpu_time::ThreadTime;

use crate::families::{FAMILIES, Family};

const SMALL: usize = 1 << 15;
const LARGE: usize = 4 * SMALL;
/// The best of so many runs is taken: the others were disturbed.
const RUNS: usize = 5;
/// A family that takes longer is not run again.
const ENOUGH: Duration = Duration::from_secs(1);

#[expect(clippy::print_stdout, reason = "the table is what this is for")]
fn main() {
    let scanner = Scanner::new();
    // Cargo passes `--bench`; anything else chooses families by their names.
    let wanted: Vec<_> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with("--"))
        .collect();
    let is_wanted = |family: &&Family| {
        wanted.is_empty() || wanted.iter().any(|name| family.name.contains(name))
    };
    println!(
        "{:24}{:>10}{:>10}{:>8}",
        "family", "MB/s", "4x MB/s", "ratio"
    );
    for family in FAMILIES.iter().filter(is_wanted) {
        let (small, large) = (family.text(SMALL), family.text(LARGE));
        let (once, four) = (best_of(&scanner, &small), best_of(&scanner, &large));
        println!(
            "{:24}{:>10.1}{:>10.1}{:>8.1}",
            family.name,
            speed(&small, once),
            speed(&large, four),
            four.as_secs_f64() / once.as_secs_f64(),
        );
    }
}

fn best_of(scanner: &Scanner, text: &str) -> Duration {
    let nobody = SubjectTerms::none();
    let begun = ThreadTime::now();
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        let start = ThreadTime::now();
        black_box(scanner.scan(black_box(text), &nobody));
        best = best.min(start.elapsed());
        if begun.elapsed() > ENOUGH {
            break;
        }
    }
    best
}

fn speed(text: &str, taken: Duration) -> f64 {
    text.len() as f64 / taken.as_secs_f64() / 1e6
}
