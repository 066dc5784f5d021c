//! A cached answer over HTTP, beside nginx, bare axum and bare tokio giving out the same bytes.

use std::fs;
use std::path::{Path, PathBuf};

use super::Setting;
use crate::Outcome;
use crate::child::{Core, Server};
use crate::daemon::{self, Daemon};
use crate::listing;
use crate::load::{self, Connection, Load, Loaded};
use crate::machine::fdatasync_now;
use crate::peers::{axum, nginx};
use crate::stats::median;
use crate::table::Figure;

/// Connections where there are many.
const MANY: usize = 64;

const OURS: &str = "agent-assist";
const NGINX: &str = "nginx";
const AXUM: &str = "bare axum";
const TOKIO: &str = "bare tokio";

/// One who gives out the body.
struct Contestant {
    name: &'static str,
    server: Server,
    requests: PathBuf,
    rounds: Vec<Round>,
}

/// What one did in one round.
struct Round {
    loaded: Loaded,
    /// Microseconds of processor time a request.
    processor: f64,
}

impl Contestant {
    fn median(&self, figure: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(figure))
    }

    fn rate(&self) -> f64 {
        self.median(|round| round.loaded.rate())
    }

    fn processor(&self) -> f64 {
        self.median(|round| round.processor)
    }

    fn p50(&self) -> f64 {
        self.median(|round| round.loaded.times.p50)
    }

    fn p99(&self) -> f64 {
        self.median(|round| round.loaded.times.p99)
    }
}

/// All of them, and what they need.
struct Contest {
    contestants: Vec<Contestant>,
    /// Bytes of the body.
    body: usize,
    /// Medians of the disk between the rounds, in microseconds.
    disk: Vec<f64>,
    _upstreams: [Server; 2],
}

impl Contest {
    async fn start(setting: &Setting, folder: &Path) -> Outcome<Self> {
        let listing = folder.join("listing.json");
        fs::write(&listing, listing::of(listing::SHOWN))?;
        let platform = Server::of_body(Core::Load, "canned", &listing).await?;
        let given = daemon::settings(folder, platform.at);
        let daemon = Daemon::start(setting.program().await?, &given, MANY).await?;
        let asked: Vec<String> = (0..MANY)
            .map(|place| daemon.request(place, &listing::payload(place)))
            .collect();
        let body = fill(&daemon, &asked).await?;
        let path = folder.join("answer.json");
        fs::write(&path, &body)?;
        let static_upstream = Server::of_body(Core::Load, "canned", &path).await?;
        let get = |server: &Server| {
            let (at, shown) = (server.at, axum::SHOWN);
            vec![format!(
                "GET / HTTP/1.1\r\nHost: {at}\r\nAuthorization: {shown}\r\n\r\n"
            )]
        };
        let mut contestants = Vec::new();
        let mut enter = |name: &'static str, server: Server, requests: Vec<String>| {
            let file = load::keep(folder, &name.replace(' ', "-"), &requests)?;
            contestants.push(Contestant {
                name,
                server,
                requests: file,
                rounds: Vec::new(),
            });
            Outcome::Ok(())
        };
        enter(OURS, daemon.server, asked)?;
        if nginx::is_there() {
            let server = nginx::start(folder, static_upstream.at).await?;
            // As many answers as we remember: what is given out again and again stays in the processor's
            // caches.
            let asked = (0..MANY)
                .map(|place| format!("GET /{place} HTTP/1.1\r\nHost: {}\r\n\r\n", server.at));
            let requests = asked.collect();
            enter(NGINX, server, requests)?;
        }
        for (name, role) in [(AXUM, "axum"), (TOKIO, "canned")] {
            let server = Server::of_body(Core::Server, role, &path).await?;
            let requests = get(&server);
            enter(name, server, requests)?;
        }
        Ok(Self {
            contestants,
            body: body.len(),
            disk: Vec::new(),
            _upstreams: [platform, static_upstream],
        })
    }

    /// Lets one after the other be asked, round by round. The first round is not counted: caches fill.
    async fn run(&mut self, setting: &Setting, folder: &Path, connections: usize) -> Outcome<()> {
        let (rounds, seconds) = setting.rounds();
        for round in 0..=rounds {
            self.disk.push(fdatasync_now(folder)?.as_secs_f64() * 1e6);
            for contestant in &mut self.contestants {
                let load = Load {
                    to: contestant.server.at,
                    requests: &contestant.requests,
                    connections,
                    seconds: if round == 0 { 0.3 } else { seconds },
                    rate: None,
                };
                let before = contestant.server.processor();
                let loaded = load.run().await?;
                let used = contestant.server.processor().saturating_sub(before);
                if loaded.errors > 0 {
                    let (name, errors) = (contestant.name, loaded.errors);
                    return Err(format!("{name}: {errors} requests failed").into());
                }
                if round > 0 {
                    contestant.rounds.push(Round {
                        processor: used.as_secs_f64() * 1e6 / loaded.answered as f64,
                        loaded,
                    });
                }
            }
        }
        Ok(())
    }

    fn of(&self, name: &str) -> Option<&Contestant> {
        self.contestants.iter().find(|found| found.name == name)
    }

    fn told(&self) -> Vec<Figure> {
        let mut figures = vec![Figure::new("body", self.body as f64 / 1e3, "KB")];
        for contestant in &self.contestants {
            let name = contestant.name;
            figures.extend([
                Figure::new(format!("{name}: requests"), contestant.rate(), "/s"),
                Figure::new(
                    format!("{name}: CPU a request"),
                    contestant.processor(),
                    "us",
                ),
                Figure::new(format!("{name}: p50"), contestant.p50(), "us"),
                Figure::new(format!("{name}: p99"), contestant.p99(), "us"),
            ]);
        }
        figures
    }
}

/// Has every answer fetched and remembered; gives one.
async fn fill(daemon: &Daemon, requests: &[String]) -> Outcome<Vec<u8>> {
    let mut connection = Connection::to(daemon.server.at).await?;
    let mut body = Vec::new();
    for request in requests {
        let answered = connection.ask_whole(request.as_bytes()).await?;
        if answered.status != 200 {
            let text = String::from_utf8_lossy(&answered.body);
            return Err(format!("no answer to remember: {} {text}", answered.status).into());
        }
        body = answered.body;
    }
    Ok(body)
}

/// 64 connections.
pub(super) async fn many(setting: &Setting) -> Outcome<Vec<Figure>> {
    let folder = setting.folder("cached-64")?;
    let mut contest = Contest::start(setting, &folder).await?;
    contest.run(setting, &folder, MANY).await?;
    let mut figures = contest.told();
    let ours = contest.of(OURS).ok_or("we did not take part")?;
    let (Some(nginx), disk) = (contest.of(NGINX), setting.machine.fdatasync) else {
        figures.push(Figure::skipped(
            "of nginx's requests/s, CPU, p99",
            nginx::MISSING,
        ));
        return Ok(figures);
    };
    figures.extend([
        Figure::new("of nginx's requests/s", ours.rate() / nginx.rate(), "").at_least(0.6),
        Figure::new("  to aim for", ours.rate() / nginx.rate(), "").at_least(0.9),
        Figure::new(
            "times nginx's CPU",
            ours.processor() / nginx.processor(),
            "",
        )
        .at_most(1.8),
        Figure::new("  to aim for", ours.processor() / nginx.processor(), "").at_most(1.3),
        Figure::new("p99", ours.p99(), "us").at_most(3.0 * nginx.p99() + 2.0 * disk.p99),
    ]);
    Ok(figures)
}

/// One connection.
pub(super) async fn one(setting: &Setting) -> Outcome<Vec<Figure>> {
    let folder = setting.folder("cached-1")?;
    let mut contest = Contest::start(setting, &folder).await?;
    contest.run(setting, &folder, 1).await?;
    let mut figures = contest.told();
    let disk = median(contest.disk.iter().copied());
    figures.push(Figure::new("fdatasync between the rounds", disk, "us"));
    let ours = contest.of(OURS).ok_or("we did not take part")?;
    match contest.of(NGINX) {
        Some(nginx) => figures.push(
            Figure::new("slower than nginx, medians", ours.p50() - nginx.p50(), "us")
                .at_most(disk + 150.0),
        ),
        None => figures.push(Figure::skipped("slower than nginx", nginx::MISSING)),
    }
    Ok(figures)
}
