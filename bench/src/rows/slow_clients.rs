//! A client that means well, by itself and beside many who never finish a request.

use std::fs;

use super::Setting;
use crate::Outcome;
use crate::child::{Core, Server};
use crate::daemon::{self, Daemon};
use crate::listing;
use crate::load::{self, Load, Loaded, slow};
use crate::stats::median;
use crate::table::Figure;

/// Those who never finish.
const SLOW: usize = 500;
/// Requests a second of the one who does.
const RATE: f64 = 200.0;
/// Suggestions of its conversation.
const SUGGESTIONS: usize = 10;

pub(super) async fn run(setting: &Setting) -> Outcome<Vec<Figure>> {
    let folder = setting.folder("slow-clients")?;
    let (rounds, seconds) = match setting.options.quick {
        true => (1, 2.0),
        false => (5, 10.0),
    };
    let listing = folder.join("listing.json");
    fs::write(&listing, listing::of(SUGGESTIONS))?;
    let platform = Server::of_body(Core::Load, "canned", &listing).await?;
    let given = daemon::settings(&folder, platform.at);
    let daemon = Daemon::start(setting.program().await?, &given, 1).await?;
    let request = vec![daemon.request(0, &listing::payload(0))];
    let file = load::keep(&folder, "one", &request)?;
    let ask = async || -> Outcome<(Loaded, f64)> {
        let load = Load {
            to: daemon.server.at,
            requests: &file,
            connections: 1,
            seconds,
            rate: Some(RATE),
        };
        let before = daemon.server.processor();
        let loaded = load.run().await?;
        let used = daemon.server.processor().saturating_sub(before);
        match loaded.errors {
            0 => Ok((loaded, used.as_secs_f64())),
            errors => Err(format!("{errors} requests failed").into()),
        }
    };
    // The first is a fetch.
    ask().await?;
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        alone.push(ask().await?);
        let hostile = slow::begin(daemon.server.at, SLOW).await?;
        beside.push(ask().await?);
        drop(hostile);
    }
    let p99 = |of: &[(Loaded, f64)]| median(of.iter().map(|(loaded, _)| loaded.times.p99));
    let core = |of: &[(Loaded, f64)]| {
        100.0 * median(of.iter().map(|(loaded, used)| used / loaded.seconds))
    };
    Ok(vec![
        Figure::new("p99 alone", p99(&alone) / 1e3, "ms"),
        Figure::new("p99 beside 500", p99(&beside) / 1e3, "ms"),
        Figure::new(
            "p99 beside 500 of alone",
            p99(&beside) / p99(&alone),
            "times",
        )
        .at_most(2.0),
        Figure::new("core in use alone", core(&alone), "%"),
        Figure::new("core in use beside 500", core(&beside), "%"),
    ])
}
