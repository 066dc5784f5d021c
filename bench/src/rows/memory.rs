//! Bytes in memory.

use std::fs;

use super::Setting;
use crate::Outcome;
use crate::child::{Core, Server};
use crate::daemon::{self, Daemon};
use crate::listing;
use crate::load::{self, Load};
use crate::peers::nginx;
use crate::table::Figure;

const MIB: f64 = (1 << 20) as f64;

/// Answers of 40 KB that are remembered.
const ANSWERS: usize = 10_000;

pub(super) async fn run(setting: &Setting) -> Outcome<Vec<Figure>> {
    let folder = setting.folder("memory")?;
    let answers = if setting.options.quick { 500 } else { ANSWERS };
    let listing = folder.join("listing.json");
    fs::write(&listing, listing::of(listing::SHOWN))?;
    let platform = Server::of_body(Core::Load, "canned", &listing).await?;
    let given = daemon::settings(&folder, platform.at);
    let daemon = Daemon::start(setting.program().await?, &given, 64).await?;
    let idle = daemon.server.memory() as f64 / MIB;
    let requests: Vec<String> = (0..answers)
        .map(|number| daemon.request(number, &listing::payload(number)))
        .collect();
    let file = load::keep(&folder, "all", &requests)?;
    // Twice, so that each is a hit, too.
    let rate = 400.0;
    for _ in 0..2 {
        let load = Load {
            to: daemon.server.at,
            requests: &file,
            connections: 16,
            seconds: answers as f64 / rate,
            rate: Some(rate),
        };
        let loaded = load.run().await?;
        if loaded.errors > 0 {
            return Err(format!("{} requests failed", loaded.errors).into());
        }
    }
    let full = daemon.server.memory() as f64 / MIB;
    let stored = answers as f64 * 40e3 / MIB;
    let mut figures = vec![
        Figure::new("idle", idle, "MiB").at_most(30.0),
        Figure::new(format!("{answers} answers of 40 KB"), full, "MiB").at_most(1.3 * stored),
    ];
    daemon.server.end().await?;
    if !nginx::is_there() {
        figures.push(Figure::skipped("nginx with as many", nginx::MISSING));
        return Ok(figures);
    }
    let body = folder.join("answer.json");
    fs::write(&body, vec![b' '; 40_000])?;
    let upstream = Server::of_body(Core::Load, "canned", &body).await?;
    let server = nginx::start(&folder, upstream.at).await?;
    let requests: Vec<String> = (0..answers)
        .map(|number| format!("GET /{number} HTTP/1.1\r\nHost: {}\r\n\r\n", server.at))
        .collect();
    let file = load::keep(&folder, "nginx", &requests)?;
    let load = Load {
        to: server.at,
        requests: &file,
        connections: 16,
        seconds: answers as f64 / 2_000.0,
        rate: Some(2_000.0),
    };
    load.run().await?;
    let theirs = server.memory() as f64 / MIB;
    figures.push(Figure::new(
        "nginx with as many, on its disk",
        theirs,
        "MiB",
    ));
    Ok(figures)
}
