//! What a program pays that uses the libraries.

use super::Setting;
use crate::Outcome;
use crate::child::{Core, Server};
use crate::listing::{self, ENTITIES};
use crate::peers::python::{Baseline, Sdk};
use crate::stats::median;
use crate::table::Figure;
use crate::work::{Done, Much, Work};

/// Each of `works`, round by round.
async fn rounds(setting: &Setting, works: &[Much]) -> Outcome<Vec<Vec<Done>>> {
    let (rounds, _) = setting.rounds();
    let mut done = vec![Vec::new(); works.len()];
    for _ in 0..rounds {
        for (work, done) in works.iter().zip(&mut done) {
            done.push(work.measure().await?);
        }
    }
    Ok(done)
}

fn medians(done: &[Done], figure: fn(&Done) -> f64) -> f64 {
    median(done.iter().map(figure))
}

/// A fetch answered from memory.
pub(super) async fn hit(setting: &Setting) -> Outcome<Vec<Figure>> {
    let (_, seconds) = setting.rounds();
    let works = [Work::Hit, Work::QuickCache].map(|work| Much::of(work, seconds / 2.0));
    let done = rounds(setting, &works).await?;
    let ours = medians(&done[0], Done::each_us);
    let mut figures = vec![
        Figure::new("a fetch", ours, "us").at_most(1.0),
        Figure::new(
            "a bare quick_cache get",
            medians(&done[1], Done::each_us),
            "us",
        ),
    ];
    let what = "times faster than the class as written";
    let upstream = listing_server(setting, "library-hit").await?;
    match baseline(setting).await {
        Ok(class) => {
            let class = class.measure(upstream.at, setting.options.quick).await?;
            let theirs = 1e6 / class.cache_hit_fetch.per_s;
            figures.push(Figure::new("the class as written", theirs, "us"));
            figures.push(Figure::new(what, theirs / ours, "").at_least(10.0));
        }
        Err(why) => figures.push(Figure::skipped(what, why)),
    }
    Ok(figures)
}

/// A fetch from the upstream: of texts that came before, as the articles of a knowledge base do in
/// conversation after conversation, and of texts that nobody has seen.
pub(super) async fn uncached(setting: &Setting) -> Outcome<Vec<Figure>> {
    let (_, seconds) = setting.rounds();
    let upstream = listing_server(setting, "uncached").await?;
    let ever_new = body_server(setting, "uncached/new", &listing::marked(ENTITIES)).await?;
    let much = |work, at_once, upstream: &Server, folder: Option<&str>| {
        let folder = folder.map(|name| setting.folder(&format!("uncached/{name}")));
        Outcome::Ok(Much {
            upstream: Some(upstream.at),
            folder: folder.transpose()?,
            at_once,
            ..Much::of(work, seconds)
        })
    };
    let works = [
        much(Work::Fetch, 64, &upstream, Some("many"))?,
        much(Work::Bare, 64, &upstream, None)?,
        much(Work::Fetch, 1, &upstream, Some("one"))?,
        much(Work::Bare, 1, &upstream, None)?,
        much(Work::Fetch, 64, &ever_new, Some("many-new"))?,
        much(Work::Bare, 64, &ever_new, None)?,
    ];
    let done = rounds(setting, &works).await?;
    let processor = |place: usize| medians(&done[place], Done::processor);
    let rate = |place: usize| medians(&done[place], Done::rate);
    let mut figures = vec![
        Figure::new("64 in flight", rate(0), "/s"),
        Figure::new("  bare reqwest and typed parse", rate(1), "/s"),
        Figure::new("CPU of one", processor(0), "us"),
        Figure::new("  bare", processor(1), "us"),
        Figure::new("one after the other", 1e6 / rate(2), "us"),
        Figure::new("  bare", 1e6 / rate(3), "us"),
        Figure::new("times the bare one's CPU", processor(0) / processor(1), "").at_most(1.6),
        Figure::new("of the bare one's throughput", rate(0) / rate(1), "").at_least(0.6),
        Figure::new("64 in flight, texts never seen", rate(4), "/s"),
        Figure::new("  bare", rate(5), "/s"),
        Figure::new("CPU of one", processor(4), "us"),
        Figure::new("  bare", processor(5), "us"),
        Figure::new("times the bare one's CPU", processor(4) / processor(5), "").at_most(1.6),
        Figure::new("of the bare one's throughput", rate(4) / rate(5), "").at_least(0.6),
    ];
    let what = "times the Python class's throughput";
    match baseline(setting).await {
        Ok(class) => {
            let class = class.measure(upstream.at, setting.options.quick).await?;
            let theirs = class.uncached_fetch.per_s;
            figures.push(Figure::new("the class as written", theirs, "/s"));
            figures.push(Figure::new(what, rate(0) / theirs, "").at_least(5.0));
        }
        Err(why) => figures.push(Figure::skipped(what, why)),
    }
    let what = "times the vendor's SDK's throughput";
    match Sdk::prepare().await {
        Ok(sdk) => {
            let theirs = sdk.measure(upstream.at, seconds).await?.per_s;
            figures.push(Figure::new("the vendor's SDK", theirs, "/s"));
            figures.push(Figure::new(what, rate(0) / theirs, "").at_least(40.0));
        }
        Err(why) => figures.push(Figure::skipped(what, why)),
    }
    Ok(figures)
}

/// Screening beside parsing.
pub(super) async fn screening(setting: &Setting) -> Outcome<Vec<Figure>> {
    let (_, seconds) = setting.rounds();
    let works = [Work::Screen, Work::Parse, Work::Read, Work::ScreenAgain]
        .map(|work| Much::of(work, seconds / 4.0));
    let done = rounds(setting, &works).await?;
    let time = |place: usize| medians(&done[place], Done::each_us);
    Ok(vec![
        Figure::new("screening of 100 entities", time(0), "us").at_most(time(1)),
        Figure::new("  whose texts came before", time(3), "us").at_most(time(1)),
        Figure::new("parse of the same body", time(1), "us"),
        Figure::new("verification and mapping of it", time(2), "us"),
    ])
}

/// Sharing a call. More than one upstream call, or a caller without an answer, breaks the row.
pub(super) async fn coalesced(setting: &Setting) -> Outcome<Vec<Figure>> {
    let works = [Work::Coalesced, Work::Watch].map(|work| Much {
        at_once: 10_000,
        count: Some(if setting.options.quick { 5 } else { 50 }),
        ..Much::of(work, 0.0)
    });
    let done = rounds(setting, &works).await?;
    let (ours, floor) = (
        medians(&done[0], Done::processor),
        medians(&done[1], Done::processor),
    );
    Ok(vec![
        Figure::new("CPU a caller", ours, "us"),
        Figure::new("CPU a task on a watch channel", floor, "us"),
        Figure::new("times the floor's CPU", ours / floor, "").at_most(1.5),
    ])
}

async fn baseline(setting: &Setting) -> Result<Baseline, String> {
    Baseline::prepare(setting.options.baseline.as_deref(), &setting.place).await
}

/// An upstream with a listing of 65 KB.
async fn listing_server(setting: &Setting, row: &str) -> Outcome<Server> {
    body_server(setting, row, &listing::of(ENTITIES)).await
}

/// An upstream with this listing, in a folder of the work's.
async fn body_server(setting: &Setting, folder: &str, body: &str) -> Outcome<Server> {
    let listing = setting.folder(folder)?.join("listing.json");
    std::fs::write(&listing, body)?;
    Server::of_body(Core::Load, "canned", &listing).await
}
