//! What many listeners cost: 2,000 open streams of which each tells something new every second, served by
//! one process and listened to by another, and what a hostile crowd does to somebody who means well.
//!
//! ```sh
//! cargo bench -p agent-assist-http --bench streams
//! ```
//!
//! Each event goes the whole way but for the disk: a fake upstream gives a new text with the time in it,
//! which is screened, recorded (in a log that keeps nothing) and looked at once more before it is told.
//! Delivered is from that time to when the client has read it. The memory is that of the server's process alone.
#![expect(
    clippy::print_stdout,
    reason = "what it measures is for whoever runs it"
)]

mod client;
mod server;
mod stamp;

use std::process::ExitCode;
use std::time::Duration;

use agent_assist_app::clock::SystemClock;
use agent_assist_domain::ports::Clock as _;

use crate::client::Latencies;
use crate::server::Process;

/// Streams at once, unless `STREAMS_BENCH_STREAMS` names another number.
const STREAMS: usize = 2_000;
/// Until all of them listen and tell once a second.
const WARM_UP: Duration = Duration::from_secs(8);
/// How long is measured.
const MEASURED: Duration = Duration::from_secs(30);
/// Requests of the one who means well.
const REQUESTS: usize = 2_000;
/// Those who never finish a request.
const SLOW: usize = 500;
/// Those who send bodies without end.
const LARGE: usize = 4;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    if let Some(place) = server::place(&words) {
        return server::run(&place);
    }
    // `cargo test` runs benches to see whether they build.
    if !words.iter().any(|word| word == "--bench") {
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(measure());
    ExitCode::SUCCESS
}

async fn measure() {
    let process = Process::start();
    let idle = process.memory();
    println!("server alone: {} MiB", idle.resident);
    let quiet = client::ask(&process, REQUESTS).await;
    report("one who asks, nobody else about", &quiet);

    let crowd = client::Crowd::gather(&process, SLOW, LARGE).await;
    let hostile = client::ask(&process, REQUESTS).await;
    report(
        &format!("the same, {SLOW} slow and {LARGE} endless beside"),
        &hostile,
    );
    drop(crowd);

    let streams = std::env::var("STREAMS_BENCH_STREAMS").ok();
    let streams = streams.map_or(STREAMS, |streams| streams.parse().expect("a number"));
    let listening = client::listen(&process, streams).await;
    tokio::time::sleep(WARM_UP).await;
    let from = SystemClock.now();
    tokio::time::sleep(MEASURED).await;
    let memory = process.memory();
    let until = SystemClock.now();
    let heard = listening.heard_between(from, until);
    let per_second = heard.len() as f64 / MEASURED.as_secs_f64();
    report(
        &format!("{streams} streams, {per_second:.0} events/s delivered"),
        &heard,
    );
    println!(
        "server with them: {} MiB, at most {} MiB",
        memory.resident, memory.peak
    );
}

fn report(what: &str, latencies: &Latencies) {
    println!(
        "{what}: p50 {:.1} ms, p99 {:.1} ms, worst {:.1} ms",
        latencies.percentile(50.0),
        latencies.percentile(99.0),
        latencies.percentile(100.0)
    );
}
