//! Open loop: requests leave when they are due. How long one takes counts from then, also where it had
//! to wait for a connection: what a slow answer does to those behind it is part of the measurement.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};
use tokio::time::{Instant, sleep_until};

use super::connection::Connection;
use super::{Loaded, Requests};
use crate::Outcome;
use crate::stats::Times;

/// A request, and when it was due.
type Due = (Instant, usize);

/// Asks `requests` one after the other, `rate` a second, over at most so many connections.
pub(super) async fn ask(
    to: SocketAddr,
    requests: Requests,
    connections: usize,
    seconds: f64,
    rate: f64,
) -> Outcome<Loaded> {
    let requests: Arc<[String]> = requests.into();
    let (queue, due) = mpsc::unbounded_channel::<Due>();
    let due = Arc::new(Mutex::new(due));
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let connection = Connection::to(to).await?;
        let (due, requests) = (Arc::clone(&due), Arc::clone(&requests));
        tasks.push(tokio::spawn(ask_what_is_due(to, connection, due, requests)));
    }
    let began = Instant::now();
    let count = (rate * seconds) as usize;
    for number in 0..count {
        let at = began + Duration::from_secs_f64(number as f64 / rate);
        sleep_until(at).await;
        // It is there until the sender is dropped.
        let _ = queue.send((at, number % requests.len()));
    }
    drop(queue);
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

async fn ask_what_is_due(
    to: SocketAddr,
    mut connection: Connection,
    due: Arc<Mutex<mpsc::UnboundedReceiver<Due>>>,
    requests: Arc<[String]>,
) -> (Times, u64) {
    let mut times = Times::new();
    let mut errors = 0;
    loop {
        let next = due.lock().await.recv().await;
        let Some((at, number)) = next else { break };
        match connection.ask(requests[number].as_bytes()).await {
            Ok(200) => times.add(at.elapsed()),
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
