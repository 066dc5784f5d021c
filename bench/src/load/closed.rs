//! Closed loop.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::Instant;

use super::connection::Connection;
use super::{Loaded, Requests};
use crate::Outcome;
use crate::stats::Times;

/// Connections ask in turn what stands at their place in `requests`, and behind it so many places on.
pub(super) async fn ask(
    to: SocketAddr,
    requests: Requests,
    connections: usize,
    seconds: f64,
) -> Outcome<Loaded> {
    let requests: Vec<&'static [u8]> = requests
        .into_iter()
        .map(|request| &*request.into_bytes().leak())
        .collect();
    let mut asking = Vec::new();
    for place in 0..connections {
        asking.push((place, Connection::to(to).await?));
    }
    let began = Instant::now();
    let until = began + Duration::from_secs_f64(seconds);
    let tasks: Vec<_> = asking
        .into_iter()
        .map(|(place, connection)| {
            let mine = requests.iter().skip(place % requests.len());
            let mine: Vec<&[u8]> = mine.step_by(connections).copied().collect();
            tokio::spawn(ask_on(to, connection, mine, until))
        })
        .collect();
    let mut times = Times::new();
    let mut loaded = Loaded::default();
    for task in tasks {
        let (theirs, errors) = task.await?;
        times.merge(&theirs);
        loaded.errors += errors;
    }
    loaded.seconds = began.elapsed().as_secs_f64();
    loaded.answered = times.count();
    loaded.times = times.spread();
    Ok(loaded)
}

async fn ask_on(
    to: SocketAddr,
    mut connection: Connection,
    requests: Vec<&[u8]>,
    until: Instant,
) -> (Times, u64) {
    let mut times = Times::new();
    let mut errors = 0;
    for request in requests.iter().cycle() {
        let asked = Instant::now();
        if asked >= until {
            break;
        }
        match connection.ask(request).await {
            Ok(200) => times.add(asked.elapsed()),
            Ok(_) => errors += 1,
            Err(_) => {
                errors += 1;
                match Connection::to(to).await {
                    Ok(again) => connection = again,
                    Err(_) => break,
                }
            }
        }
    }
    (times, errors)
}
