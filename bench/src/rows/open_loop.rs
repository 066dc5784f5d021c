//! What 3,000 agents ask: 600 requests a second whether they are answered or not, one in five of them
//! about something that is not remembered.

use std::fs;

use super::Setting;
use crate::Outcome;
use crate::child::{Core, Server};
use crate::daemon::{self, Daemon};
use crate::listing;
use crate::load::{self, Load, Loaded};
use crate::table::Figure;

/// Requests a second.
const RATE: f64 = 600.0;
/// Conversations that are remembered.
const CONVERSATIONS: usize = 3_000;
/// Connections that desktops keep open.
const CONNECTIONS: usize = 256;
/// Suggestions of a conversation: more than a screen holds.
const SUGGESTIONS: usize = 10;

/// The slowest fdatasync for which the row promises anything, in microseconds.
const DISK: f64 = 2_000.0;

pub(super) async fn run(setting: &Setting) -> Outcome<Vec<Figure>> {
    let folder = setting.folder("open-loop")?;
    let (conversations, seconds) = match setting.options.quick {
        true => (300, 3.0),
        false => (CONVERSATIONS, 30.0),
    };
    let listing = folder.join("listing.json");
    fs::write(&listing, listing::of(SUGGESTIONS))?;
    let platform = Server::of_body(Core::Load, "canned", &listing).await?;
    let given = daemon::settings(&folder, platform.at);
    let daemon = Daemon::start(setting.program().await?, &given, 64).await?;
    let request = |number: usize| daemon.request(number, &listing::payload(number));
    let remembered: Vec<String> = (0..conversations).map(request).collect();
    // Each once, as fast as it goes: then they are remembered.
    let file = load::keep(&folder, "remembered", &remembered)?;
    let filling = Load {
        to: daemon.server.at,
        requests: &file,
        connections: 16,
        seconds: conversations as f64 / RATE,
        rate: Some(RATE),
    };
    told_errors("filling the cache", &filling.run().await?)?;
    let count = (RATE * seconds) as usize;
    let mixed: Vec<String> = (0..count)
        .map(|number| match number % 5 {
            4 => request(conversations + number),
            _ => remembered[number * 7 % conversations].clone(),
        })
        .collect();
    let file = load::keep(&folder, "mixed", &mixed)?;
    let before = daemon.server.processor();
    let loaded = Load {
        to: daemon.server.at,
        requests: &file,
        connections: CONNECTIONS,
        seconds,
        rate: Some(RATE),
    };
    let loaded = loaded.run().await?;
    let used = daemon.server.processor().saturating_sub(before);
    let direct = vec![format!("GET /c HTTP/1.1\r\nHost: {}\r\n\r\n", platform.at)];
    let file = load::keep(&folder, "direct", &direct)?;
    let upstream = Load {
        to: platform.at,
        requests: &file,
        connections: 16,
        seconds: seconds / 5.0,
        rate: Some(RATE / 5.0),
    };
    let upstream = upstream.run().await?;
    let beyond = (loaded.times.p99 - upstream.times.p99) / 1e3;
    let p99 = Figure::new("p99 beyond the upstream's own", beyond, "ms");
    let disk = setting.machine.fdatasync.p99;
    Ok(vec![
        Figure::new("requests", loaded.rate(), "/s").at_least(0.99 * RATE),
        Figure::new("p50", loaded.times.p50 / 1e3, "ms"),
        Figure::new("p95", loaded.times.p95 / 1e3, "ms"),
        Figure::new("p99", loaded.times.p99 / 1e3, "ms"),
        Figure::new("slowest", loaded.times.max / 1e3, "ms"),
        Figure::new("upstream alone: p99", upstream.times.p99 / 1e3, "ms"),
        if disk < DISK {
            p99.at_most(10.0)
        } else {
            let why = format!("the disk's fdatasync p99 is {disk:.0} us, not below {DISK:.0}");
            Figure::skipped(
                format!("p99 beyond the upstream's own ({beyond:.1} ms)"),
                why,
            )
        },
        Figure::new("errors", loaded.errors as f64, "").at_most(0.0),
        Figure::new(
            "core in use",
            100.0 * used.as_secs_f64() / loaded.seconds,
            "%",
        ),
    ])
}

fn told_errors(what: &str, loaded: &Loaded) -> Outcome<()> {
    match loaded.errors {
        0 => Ok(()),
        errors => Err(format!("{what}: {errors} requests failed").into()),
    }
}
