//! What the log says about one conversation: as of a point in time, or as a whole.
//!
//! Reading is here; what is made of the records are pure functions, in [`replay`] and [`statement`].

mod entry;
pub mod replay;
pub mod statement;

use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery, AuditRecord, Seq};
use agent_assist_domain::ports::{AuditTrail, StoreError};
use serde::Serialize;

/// Records read at once.
const PAGE: u32 = 500;

/// The records of `trail` on a conversation, oldest first, up to the record `through` if one is given.
///
/// # Errors
/// If the log cannot be read.
pub async fn records(
    trail: &dyn AuditTrail,
    conversation_id: &str,
    through: Option<Seq>,
) -> Result<Vec<AuditRecord>, StoreError> {
    let mut query = AuditQuery {
        filter: AuditFilter {
            conversation_id: Some(conversation_id.to_owned()),
            ..AuditFilter::default()
        },
        order: AuditOrder::OldestFirst,
        after: None,
        limit: PAGE,
    };
    let through = through.unwrap_or(Seq::MAX);
    let mut records = Vec::new();
    loop {
        let page = trail.page(&query).await?;
        let full = page.len() == PAGE as usize;
        query.after = page.last().map(|last| last.seq);
        records.extend(page.into_iter().take_while(|record| record.seq <= through));
        let behind = query.after.is_some_and(|last| last > through);
        if !full || behind {
            return Ok(records);
        }
    }
}

/// Whether clients told that what was given out was on a screen. What was used, judged or sent away was
/// on one, told or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Displayed {
    /// There was nothing to be displayed.
    Nothing,
    /// Nobody told of any.
    NotReported,
    /// Of some of it.
    Partly,
    /// Of all of it.
    Confirmed,
}

impl Displayed {
    /// What `of_each` item was told makes together.
    fn of(of_each: impl IntoIterator<Item = bool>) -> Self {
        let (mut told, mut untold) = (false, false);
        for displayed in of_each {
            told |= displayed;
            untold |= !displayed;
        }
        match (told, untold) {
            (false, false) => Self::Nothing,
            (false, true) => Self::NotReported,
            (true, true) => Self::Partly,
            (true, false) => Self::Confirmed,
        }
    }
}
