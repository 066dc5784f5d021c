//! From the start of a process to its printed result, over loopback: a token, and a GET.

use std::process::Stdio;

use tokio::process::Command;
use tokio::time::Instant;

use super::Setting;
use crate::Outcome;
use crate::child::{self, Core, Server};
use crate::daemon;
use crate::listing::{self, ENTITIES};
use crate::peers::python::{Baseline, Sdk};
use crate::stats::median;
use crate::table::Figure;

const OURS: &str = "agent-assist fetch";
const CURL: &str = "curl, the same two requests";
const CLASS: &str = "the Python class";
const SDK: &str = "the vendor's SDK";

/// One who is started again and again.
struct Started<'a> {
    name: &'static str,
    command: Box<dyn Fn(usize) -> Command + Send + Sync + 'a>,
    /// Slow ones are started less often.
    every: usize,
    times: Vec<f64>,
}

pub(super) async fn run(setting: &Setting) -> Outcome<Vec<Figure>> {
    let folder = setting.folder("command-line")?;
    let listing = folder.join("listing.json");
    std::fs::write(&listing, listing::of(ENTITIES))?;
    let upstream = Server::of_body(Core::Load, "canned", &listing).await?;
    let at = upstream.at;
    let program = setting.program().await?;
    let given = daemon::settings(&folder, at);
    let environment = daemon::environment(&given);
    let mut started = vec![Started {
        name: OURS,
        command: Box::new(move |round| {
            let conversation = format!("8d7c1c2e-3a74-4f5b-9d2e-{round:012x}");
            let mut command = child::command(Core::Server, program);
            command
                .args(["fetch", "--output", "json", "--conversation", &conversation])
                .envs(&environment);
            command
        }),
        every: 1,
        times: Vec::new(),
    }];
    let mut figures = Vec::new();
    match is_there("curl").await {
        true => started.push(Started {
            name: CURL,
            command: Box::new(move |_| {
                let mut command = child::command(Core::Server, "curl");
                command.args([
                    "-s",
                    "-d",
                    "grant_type=client_credentials",
                    "-u",
                    "bench:bench",
                ]);
                command.arg(format!("http://{at}/oauth/token"));
                command.args(["--next", "-s", "-H", "Authorization: Bearer bench"]);
                command.arg(format!("http://{at}/api/v2/conversations/c/suggestions"));
                command
            }),
            every: 1,
            times: Vec::new(),
        }),
        false => figures.push(Figure::skipped(
            "no slower than curl",
            "curl is not installed",
        )),
    }
    match Baseline::prepare(setting.options.baseline.as_deref(), &setting.place).await {
        Ok(class) => started.push(Started {
            name: CLASS,
            command: Box::new(move |_| class.once(at)),
            every: 4,
            times: Vec::new(),
        }),
        Err(why) => figures.push(Figure::skipped("times faster than the class", why)),
    }
    match Sdk::prepare().await {
        Ok(sdk) => started.push(Started {
            name: SDK,
            command: Box::new(move |_| sdk.once(at)),
            every: 8,
            times: Vec::new(),
        }),
        Err(why) => figures.push(Figure::skipped("the vendor's SDK", why)),
    }
    let rounds = if setting.options.quick { 9 } else { 33 };
    for round in 0..rounds {
        for one in &mut started {
            if round % one.every == 0 {
                let took = time((one.command)(round), one.name).await?;
                // The first of all finds nothing in memory, and makes the store.
                if round > 0 || one.every > 1 {
                    one.times.push(took);
                }
            }
        }
    }
    let of = |name: &str| {
        let found = started.iter().find(|one| one.name == name);
        found.map(|one| median(one.times.iter().copied()))
    };
    let ours = of(OURS).ok_or("we did not take part")?;
    for one in &started {
        let time = median(one.times.iter().copied());
        let figure = Figure::new(one.name, time, "ms");
        figures.push(match (one.name, of(CURL)) {
            (OURS, Some(curl)) => figure.at_most(curl),
            _ => figure,
        });
    }
    if let Some(class) = of(CLASS) {
        figures.push(Figure::new("times faster than the class", class / ours, "").at_least(20.0));
    }
    Ok(figures)
}

/// Milliseconds until `command` has printed all it has to say.
async fn time(mut command: Command, name: &str) -> Outcome<f64> {
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let began = Instant::now();
    let output = command.output().await?;
    let took = began.elapsed().as_secs_f64() * 1e3;
    match output.status.success() {
        true => Ok(took),
        false => Err(format!("{name}: {}", output.status).into()),
    }
}

async fn is_there(program: &str) -> bool {
    let asked = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    asked.await.is_ok_and(|status| status.success())
}
