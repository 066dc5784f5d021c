//! How many records a second an export writes, through the store, in either shape.
//!
//! `cargo run --release -p agent-assist-app --example export_speed [RECORDS]`

use std::error::Error;

use agent_assist_app::export::{Export, ExportFormat, ExportQuery, line};
use agent_assist_app::wire::SqliteStore;
use agent_assist_domain::audit::AuditRecord;
use agent_assist_domain::ports::AuditLog as _;
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::build::{adoption_entry, fetch_entry, findings_entry};
use tokio::time::Instant;

/// Records unless told otherwise: filling takes one synchronisation of the disk each.
const RECORDS: u32 = 10_000;
/// Passes over them, of which the best counts: the machine may have other things to do.
const PASSES: u32 = 5;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a program for people to run")]
async fn main() -> Result<(), Box<dyn Error>> {
    let wanted = std::env::args().nth(1).map(|number| number.parse());
    let wanted: u32 = wanted.transpose()?.unwrap_or(RECORDS);
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(&folder.path().join("store.db")).await?;
    let at = Timestamp::from_micros(1_767_600_000_000_000);
    let mut entries = [
        findings_entry("", at),
        adoption_entry("", "item-1", at),
        fetch_entry("", at),
        fetch_entry("", at),
    ];
    for number in 0..wanted {
        let entry = &mut entries[number as usize % 4];
        entry.request_id = format!("01990000-0000-7000-8000-{number:012}");
        store.append(entry).await?;
    }
    for (name, format) in [
        ("ndjson", ExportFormat::Ndjson),
        ("ocsf", ExportFormat::Ocsf),
    ] {
        let mut best = 0.0_f64;
        let mut bytes = 0;
        for _ in 0..PASSES {
            bytes = 0;
            let begin = Instant::now();
            let mut export = Export::new(&store, ExportQuery::default());
            let lines = move |page: Vec<AuditRecord>| -> usize {
                page.iter()
                    .map(|record| line(record, format).len() + 1)
                    .sum()
            };
            while let Some(written) = export.page(lines).await? {
                bytes += written;
            }
            best = best.max(f64::from(wanted) / begin.elapsed().as_secs_f64());
        }
        println!(
            "{name}: {best:.0} records/s, {} bytes each",
            bytes / wanted as usize
        );
    }
    store.close().await;
    Ok(())
}
