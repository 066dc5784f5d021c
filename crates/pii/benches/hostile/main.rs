//! Whether scanning stays linear on texts made to be slow.
//!
//! Prints for each family how fast it is scanned at three sizes, each four times the one before, and how
//! much longer each takes than that: about 4 if scanning is linear, 16 if it is quadratic. Time is that
//! of the processor, so that other programs do not count; it still rises by more than the work, up to some
//! 6, where what is known of a text no longer fits the caches. Instructions tell the two apart:
//! `valgrind --tool=callgrind agent-assist pii scan` on texts of 64 and 256 KiB counts 2.7 times as many
//! for "at dot" and "number words", 3.5 times for "table, one long row", what a start takes left out.

mod families;

use std::{hint::black_box, time::Duration};

use agent_assist_pii::{Scanner, SubjectTerms};
use cpu_time::ThreadTime;

use crate::families::{FAMILIES, Family};

/// In bytes.
const SIZES: [usize; 3] = [1 << 15, 1 << 17, 1 << 19];
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
        "{:24}{:>10}{:>10}{:>10}{:>8}{:>8}",
        "family", "MB/s", "4x MB/s", "16x MB/s", "to 4x", "to 16x"
    );
    for family in FAMILIES.iter().filter(is_wanted) {
        let texts = SIZES.map(|size| family.text(size));
        let taken = [0, 1, 2].map(|at| best_of(&scanner, &texts[at]));
        let [small, medium, large] = [0, 1, 2].map(|at| speed(&texts[at], taken[at]));
        let step = |at: usize| taken[at + 1].as_secs_f64() / taken[at].as_secs_f64();
        println!(
            "{:24}{small:>10.1}{medium:>10.1}{large:>10.1}{:>8.1}{:>8.1}",
            family.name,
            step(0),
            step(1),
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
