//! From the start of the process to its word that it is ready.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use tokio::time::Instant;

use super::Setting;
use crate::Outcome;
use crate::daemon::{self, Given};
use crate::stats::median;
use crate::table::Figure;

/// Where nobody listens.
const UPSTREAM: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9);
/// The longest, in milliseconds.
const MOST: f64 = 200.0;

pub(super) async fn run(setting: &Setting) -> Outcome<Vec<Figure>> {
    let folder = setting.folder("start")?;
    let rounds = if setting.options.quick { 2 } else { 15 };
    let program = setting.program().await?;
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for number in 0..rounds {
        let place = folder.join(number.to_string());
        std::fs::create_dir(&place)?;
        // Nobody is asked before somebody asks.
        let given = daemon::settings(&place, UPSTREAM);
        first.push(once(program, &given).await?);
        later.push(once(program, &given).await?);
    }
    let figure = |name, times: Vec<(f64, f64)>| {
        let wall = median(times.iter().map(|(wall, _)| *wall));
        let used = median(times.iter().map(|(_, used)| *used));
        let used = Figure::new(format!("{name}: CPU of threads that go on"), used, "ms");
        [Figure::new(name, wall, "ms").at_most(MOST), used]
    };
    let figures = [
        figure("first start, store and keys made", first),
        figure("later start", later),
    ];
    Ok(figures.into_iter().flatten().collect())
}

/// Milliseconds that pass, and that are used.
async fn once(program: &Path, given: &Given) -> Outcome<(f64, f64)> {
    let began = Instant::now();
    let server = daemon::begin(program, given).await?;
    let passed = began.elapsed();
    let used = server.processor();
    server.end().await?;
    Ok((passed.as_secs_f64() * 1e3, used.as_secs_f64() * 1e3))
}
