//! Deterministic simulation: the whole of the use case over the real adapter, with an upstream that
//! fails at random, stores that fail at random, callers that come and go, and processes that die.
//!
//! A seed decides everything. Time is the runtime's paused clock, so minutes pass in milliseconds;
//! chance is the seed's. What happens is written to a trace, and judged by it: see [`judge`].
//!
//! - `SIMULATION_SEEDS=20000` plays more seeds than usual.
//! - `SIMULATION_SEED=17` plays this one only, and prints its whole trace (with `--nocapture`).

#![expect(
    clippy::unwrap_used,
    reason = "what a run's own making cannot do, fails the test"
)]
#![expect(
    clippy::print_stdout,
    reason = "traces are told where tests tell things"
)]

mod chance;
mod content;
mod judge;
mod process;
mod reach;
mod run;
mod setting;
mod stores;
mod trace;
mod upstream;

use std::env;
use std::str::FromStr;

use crate::judge::Breach;
use crate::reach::Reach;
use crate::run::Run;

/// The tenant of every request.
const TENANT: &str = "default";

/// Seeds played, unless set otherwise.
const SEEDS: u64 = 1_000;

/// Lines of the trace told before a breach.
const TAIL: usize = 60;

fn from_env<T: FromStr>(name: &str) -> Option<T> {
    env::var(name).ok()?.parse().ok()
}

/// Plays and judges a quarter of the seeds.
fn quarter(which: u64) {
    let only = from_env::<u64>("SIMULATION_SEED");
    let seeds = from_env("SIMULATION_SEEDS").unwrap_or(SEEDS);
    let seeds = only.map_or(0..seeds, |only| only..only + 1);
    let mut broken = Vec::new();
    for seed in seeds.filter(|seed| seed % 4 == which) {
        let run = Run::of(seed);
        let breaches = judge::breaches(&run);
        if only.is_some() {
            println!("{:#?}\n{}", run.setting, run.text().join("\n"));
        }
        if !breaches.is_empty() {
            broken.push((seed, run, breaches));
        }
    }
    if let Some((seed, run, breaches)) = broken.first() {
        println!("{}\n", tail(run, breaches[0].line));
        println!("seed {seed}: {breaches:#?}");
    }
    let told = |(seed, _, breaches): &(u64, Run, Vec<Breach>)| {
        format!(
            "seed {seed}: {} ({} in all)",
            breaches[0].what,
            breaches.len()
        )
    };
    let told: Vec<String> = broken.iter().map(told).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// The trace of `run` up to `line`.
fn tail(run: &Run, line: usize) -> String {
    let lines = run.text();
    let end = (line + 1).min(lines.len());
    lines[end.saturating_sub(TAIL)..end].join("\n")
}

#[test]
fn every_promise_is_kept_in_the_first_quarter_of_the_seeds() {
    quarter(0);
}

#[test]
fn every_promise_is_kept_in_the_second_quarter_of_the_seeds() {
    quarter(1);
}

#[test]
fn every_promise_is_kept_in_the_third_quarter_of_the_seeds() {
    quarter(2);
}

#[test]
fn every_promise_is_kept_in_the_last_quarter_of_the_seeds() {
    quarter(3);
}

#[test]
fn the_seeds_reach_everything_that_is_promised_something() {
    let mut reached = Reach::new();
    for seed in 0..100 {
        reach::add(&mut reached, &Run::of(seed));
    }
    let few = |what: &&str| reached.get(*what).is_none_or(|times| *times < 5);
    let missed: Vec<&str> = reach::EXPECTED
        .into_iter()
        .filter(|what| few(what))
        .collect();
    assert!(missed.is_empty(), "{missed:?} of {reached:#?}");
    println!("{reached:#?}");
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in 0..50 {
        let (once, again) = (Run::of(seed).text(), Run::of(seed).text());
        for (line, (one, other)) in once.iter().zip(&again).enumerate() {
            assert_eq!(one, other, "seed {seed}, line {line}");
        }
        assert_eq!(once.len(), again.len(), "seed {seed}");
    }
}
