//! What a request costs as things grow.

use super::Setting;
use crate::Outcome;
use crate::stats::median;
use crate::table::Figure;
use crate::work::{Done, Much, Work};

/// Records appended for one measurement.
const PIECE: u64 = 10_000;

/// The audit log, from 10,000 records on.
pub(super) async fn log(setting: &Setting) -> Outcome<Vec<Figure>> {
    let folder = setting.folder("growth-log")?;
    let (most, most_told) = match (setting.options.quick, setting.options.full) {
        (true, _) => (30_000, "30,000"),
        (_, true) => (10_000_000, "10 million"),
        _ => (300_000, "300,000"),
    };
    let append = |count| {
        let much = Much {
            folder: Some(folder.clone()),
            at_once: 64,
            count: Some(count),
            ..Much::of(Work::Append, 0.0)
        };
        async move { much.measure().await }
    };
    append(PIECE).await?;
    let mut young = Vec::new();
    for _ in 0..3 {
        young.push(append(PIECE).await?);
    }
    append(most - 6 * PIECE).await?;
    let mut old = Vec::new();
    for _ in 0..3 {
        old.push(append(PIECE).await?);
    }
    let cost = |done: &[Done]| median(done.iter().map(Done::processor));
    let (young, old) = (cost(&young), cost(&old));
    let what = format!("times the cost at 10,000, at {most_told}");
    let mut figures = vec![
        Figure::new("CPU of a record at 10,000", young, "us"),
        Figure::new(format!("CPU of a record at {most_told}"), old, "us"),
        Figure::new(what, old / young, "").at_most(1.3),
    ];
    if !setting.options.full {
        figures.push(Figure::skipped(
            "at 10 million",
            "takes ten minutes and 25 GB: --full",
        ));
    }
    Ok(figures)
}

/// Answers on disk.
pub(super) async fn cache(setting: &Setting) -> Outcome<Vec<Figure>> {
    let folder = setting.folder("growth-cache")?;
    let (few, most) = match (setting.options.quick, setting.options.full) {
        (true, _) => (100, 500),
        (_, true) => (1_000, 1_000_000),
        _ => (1_000, 100_000),
    };
    let read = |keys| Much {
        folder: Some(folder.clone()),
        at_once: keys,
        ..Much::of(Work::Kept, 1.0)
    };
    let mut figures = compare(&read(few), &read(most)).await?;
    if !setting.options.full {
        let why = "takes minutes to fill: --full";
        figures.push(Figure::skipped("at 1 million", why));
    }
    Ok(figures)
}

/// Conversations that are asked about in turn, from memory.
pub(super) async fn conversations(_: &Setting) -> Outcome<Vec<Figure>> {
    let live = |conversations| Much {
        at_once: conversations,
        ..Much::of(Work::Live, 1.0)
    };
    compare(&live(1), &live(10_000)).await
}

/// What one costs among few and among many.
async fn compare(few: &Much, many: &Much) -> Outcome<Vec<Figure>> {
    let mut costs = [Vec::new(), Vec::new()];
    for _ in 0..3 {
        for (much, costs) in [few, many].into_iter().zip(&mut costs) {
            costs.push(much.measure().await?.processor());
        }
    }
    let [young, old] = costs.map(median);
    let at = |much: &Much, cost| Figure::new(format!("CPU of one of {}", much.at_once), cost, "us");
    Ok(vec![
        at(few, young),
        at(many, old),
        Figure::new("times that", old / young, "").at_most(1.3),
    ])
}
