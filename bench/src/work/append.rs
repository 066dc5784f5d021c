//! Records into the audit log of a store.

use agent_assist_domain::audit::AuditEntry;
use agent_assist_domain::ports::AuditLog as _;
use agent_assist_domain::time::Timestamp;
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::fetch_entry;
use tokio::task::JoinSet;

use super::{Done, Much, Watch};
use crate::Outcome;

/// When the first record of each is of, in microseconds since the epoch.
pub(crate) const FIRST_US: i64 = 1_767_600_000_000_000;
/// Between two records of one who appends.
pub(crate) const RECORD_US: i64 = 1_000;

/// A conversation for so many records of one who appends.
const RECORDS_OF_A_CONVERSATION: u64 = 32;

/// `at_once` tasks append `count` in all, one after the other each, to a log that may have some already.
pub(super) async fn append(much: &Much) -> Outcome<Done> {
    let store = SqliteStore::open(&much.folder()?.join("append.db")).await?;
    let template = fetch_entry("", Timestamp::from_micros(0));
    let each = much.count.unwrap_or(1_000) / much.at_once as u64;
    let watch = Watch::start();
    let mut tasks = JoinSet::new();
    for appender in 0..much.at_once as u64 {
        let (store, template) = (store.clone(), template.clone());
        tasks.spawn(async move {
            for number in 0..each {
                store.append(&entry(&template, appender, number)).await?;
            }
            Outcome::Ok(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    let done = watch.stop(each * much.at_once as u64);
    store.close().await;
    Ok(done)
}

/// A record of a conversation of which nobody can tell by another where it stands in an index.
fn entry(template: &AuditEntry, appender: u64, number: u64) -> AuditEntry {
    let conversation = (appender << 32) | (number / RECORDS_OF_A_CONVERSATION);
    let mixed = conversation
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .rotate_left(29);
    let mixed = mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let id = format!(
        "{:08x}-{:04x}-4b5e-9d2e-{conversation:012x}",
        mixed >> 32,
        mixed & 0xffff
    );
    let mut entry = template.clone();
    entry.at = Timestamp::from_micros(FIRST_US + number as i64 * RECORD_US);
    entry.request_id = format!("01943a7e-{number:012x}-{appender:04x}");
    entry.subject.session_id = Some(format!("{id}-s"));
    entry.subject.conversation_id = Some(id);
    entry
}
