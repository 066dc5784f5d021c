//! The report of one day out of a month's audit log. A day is a thirtieth of the time that the log is of,
//! whatever that is: what counts is how many records there are, and how many of them are of that day.

use agent_assist_app::report::ReportQuery;
use agent_assist_app::wire;
use agent_assist_domain::adoption::By;
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::build::TENANT;
use tokio::time::Instant;

use super::Setting;
use crate::Outcome;
use crate::daemon;
use crate::stats::median;
use crate::table::Figure;
use crate::work::{FIRST_US, Much, RECORD_US, Work};

/// Days of the log.
const DAYS: i64 = 30;
/// Tasks that fill it.
const APPENDERS: usize = 64;

pub(super) async fn run(setting: &Setting) -> Outcome<Vec<Figure>> {
    let folder = setting.folder("report")?;
    let records: u64 = if setting.options.quick {
        30_000
    } else {
        1_000_000
    };
    let much = Much {
        folder: Some(folder.clone()),
        at_once: APPENDERS,
        count: Some(records),
        ..Much::of(Work::Append, 0.0)
    };
    much.measure().await?;
    // Nobody is asked: only the store is read.
    let mut given = daemon::settings(&folder, ([127, 0, 0, 1], 9).into());
    given.retain(|(name, _)| *name != "store");
    given.push(("store", folder.join("append.db").display().to_string()));
    given.push(("tenant", TENANT.to_owned()));
    let settings = daemon::read(&given)?;
    let store = wire::open_store_to_read(&settings).await?;
    let service = wire::report(&settings, &store);
    let (mut took, mut of_a_day) = (Vec::new(), 0);
    let day_us = RECORD_US * records as i64 / APPENDERS as i64 / DAYS;
    for day in (0..DAYS).step_by(3) {
        let since = FIRST_US + day * day_us;
        let query = ReportQuery {
            since: Some(Timestamp::from_micros(since)),
            until: Some(Timestamp::from_micros(since + day_us)),
            by: Some(By::Queue),
        };
        let began = Instant::now();
        let report = service.report(query).await?;
        took.push(began.elapsed().as_secs_f64() * 1e3);
        of_a_day = report.fetches.total;
        if of_a_day == 0 {
            return Err("a day without records: nothing was measured".into());
        }
    }
    store.close().await;
    let slowest = took.iter().copied().fold(0.0, f64::max);
    Ok(vec![
        Figure::new("records in all", records as f64, ""),
        Figure::new("records of a day", of_a_day as f64, ""),
        Figure::new("report of a day", median(took), "ms"),
        Figure::new("slowest of ten days", slowest, "ms"),
    ])
}
