//! The daemon told to end while 1,000 requests a second arrive: nobody who was heard goes without an answer,
//! and what was answered is on record.

use std::collections::HashSet;
use std::fs;
use std::time::Duration;

use agent_assist_app::wire;
use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery};
use agent_assist_domain::ports::AuditTrail as _;
use tokio::time::{Instant, sleep};

use super::Setting;
use crate::Outcome;
use crate::child::{Core, Server};
use crate::daemon::{self, Daemon, Given};
use crate::listing;
use crate::load::{self, Load};
use crate::table::Figure;

/// Requests a second.
const RATE: f64 = 1_000.0;
/// Conversations that are asked about; each has been fetched once and is remembered.
const CONVERSATIONS: usize = 300;
/// So many of them a second: what is measured is the end, not a cold beginning.
const FILLING: f64 = 100.0;
/// Suggestions of a conversation.
const SUGGESTIONS: usize = 10;
/// Keys: each may ask only so often.
const KEYS: usize = 64;
/// How long requests go on after the daemon is told to end, in seconds: past its last.
const AFTER: f64 = 6.0;
/// The longest that it may take to end, in seconds.
const MOST: f64 = 5.0;
/// Records read at once.
const PAGE: u32 = 1_000;

pub(super) async fn run(setting: &Setting) -> Outcome<Vec<Figure>> {
    let folder = setting.folder("drain")?;
    let before = match setting.options.quick {
        true => 2.0,
        false => 10.0,
    };
    let listing = folder.join("listing.json");
    fs::write(&listing, listing::of(SUGGESTIONS))?;
    let platform = Server::of_body(Core::Load, "canned", &listing).await?;
    let given = daemon::settings(&folder, platform.at);
    let daemon = Daemon::start(setting.program().await?, &given, KEYS).await?;
    let first: Vec<String> = (0..CONVERSATIONS)
        .map(|n| daemon.request(n, &listing::payload(n)))
        .collect();
    let filling = Load {
        to: daemon.server.at,
        requests: &load::keep(&folder, "first", &first)?,
        connections: 16,
        seconds: CONVERSATIONS as f64 / FILLING,
        rate: Some(FILLING),
    };
    filling.run().await?;
    let count = (RATE * (before + AFTER)) as usize;
    let requests: Vec<String> = (0..count).map(|n| numbered(&daemon, n)).collect();
    let file = load::keep(&folder, "numbered", &requests)?;
    let load = Load {
        to: daemon.server.at,
        requests: &file,
        connections: 0,
        seconds: before + AFTER,
        rate: Some(RATE),
    };
    let server = daemon.server;
    let told = async {
        sleep(Duration::from_secs_f64(before)).await;
        let began = Instant::now();
        let status = server.end().await?;
        Outcome::Ok((began.elapsed().as_secs_f64(), status))
    };
    let (drained, (took, status)) = tokio::try_join!(load.run_to_its_end(), told)?;
    let recorded = recorded(&given).await?;
    let lost = drained.answered.iter();
    let lost = lost.filter(|number| !recorded.contains(&name(**number)));
    let first = drained.answered.iter();
    let first = first.filter(|number| (**number as f64) < RATE * before);
    Ok(vec![
        Figure::new("answered before", first.count() as f64 / before, "/s").at_least(0.99 * RATE),
        Figure::new("answered", drained.answered.len() as f64, ""),
        Figure::new("p99", drained.times.p99 / 1e3, "ms"),
        Figure::new("slowest", drained.times.max / 1e3, "ms"),
        Figure::new("sent and not answered", drained.dropped.len() as f64, "").at_most(0.0),
        Figure::new("answered with an error", drained.errors.len() as f64, "").at_most(0.0),
        Figure::new("answered without a record", lost.count() as f64, "").at_most(0.0),
        Figure::new("came when nobody listened", drained.unheard as f64, ""),
        Figure::new("from SIGTERM to the end", took, "s").at_most(MOST),
        Figure::new("exit code", f64::from(status.code().unwrap_or(-1)), "").at_most(0.0),
    ])
}

/// A request that its record can be told by.
fn numbered(daemon: &Daemon, number: usize) -> String {
    let body = listing::payload(number * 7 % CONVERSATIONS);
    let request = daemon.request(number, &body);
    let id = format!("\r\nX-Request-Id: {}\r\n\r\n", name(number));
    request.replacen("\r\n\r\n", &id, 1)
}

fn name(number: usize) -> String {
    format!("drain-{number}")
}

/// The requests on record in the store that the daemon has left.
async fn recorded(given: &Given) -> Outcome<HashSet<String>> {
    let store = wire::open_store_to_read(&daemon::read(given)?).await?;
    let mut query = AuditQuery {
        filter: AuditFilter::default(),
        order: AuditOrder::OldestFirst,
        after: None,
        limit: PAGE,
    };
    let mut recorded = HashSet::new();
    loop {
        let page = store.page(&query).await?;
        query.after = page.last().map(|record| record.seq);
        let is_last = page.len() < PAGE as usize;
        recorded.extend(page.into_iter().map(|record| record.columns.request_id));
        if is_last {
            break;
        }
    }
    store.close().await;
    Ok(recorded)
}
