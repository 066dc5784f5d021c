//! Engagements as they stand in records, and the items of the outbox that stand for them.

use agent_assist_domain::adoption::{EngagementKind, ItemKey, ToldAct};
use agent_assist_domain::audit::{AuditEvent, AuditRecord, Seq, Subject};
use agent_assist_domain::outbox::OutboxItem;
use agent_assist_domain::ports::{AuditTrail, EngagementLedger, StoreError, ToldEngagement};
use agent_assist_domain::recommendation::Origin;
use serde::Deserialize;

use super::super::EventParts;
use super::settle::was_tried;
use crate::export::forward_id;

/// An engagement to tell of.
#[derive(Debug)]
pub(super) struct Engagement {
    /// Its record.
    pub(super) seq: Seq,
    /// What to tell.
    pub(super) told: ToldEngagement,
    /// Whose it is.
    pub(super) subject: Subject,
}

/// The items for what `record` tells of.
///
/// Of what a fallback brought the upstream knows nothing, so it is not told. A replay is an engagement that
/// had been kept before; whether there is a record of that time is not certain, so it is passed over only
/// if there is one of telling the upstream. While it waits, it is known by its identifier.
pub(in super::super) async fn items(
    ledger: &dyn EngagementLedger,
    trail: &dyn AuditTrail,
    record: &AuditRecord,
) -> Result<Vec<OutboxItem>, StoreError> {
    let tenant = &record.columns.tenant;
    let mut items = Vec::new();
    for (index, act, told) in engagements(record) {
        let id = forward_id(tenant, &act.event_id);
        let key = ItemKey {
            tenant: tenant.clone(),
            conversation_id: told.conversation_id.clone(),
            recommendation_id: told.recommendation_id.clone(),
        };
        let known = ledger.item(&key).await?;
        let is_foreign = known.is_some_and(|item| item.exposure.origin != Origin::Upstream);
        if is_foreign || act.replay && was_tried(trail, tenant, &id).await? {
            continue;
        }
        items.push(OutboxItem {
            id,
            lane: lane(&told),
            at: record.columns.at,
            body: format!("{}.{index}", record.seq),
        });
    }
    Ok(items)
}

/// One for each suggestion.
fn lane(told: &ToldEngagement) -> String {
    let ToldEngagement {
        conversation_id,
        recommendation_id,
        ..
    } = told;
    // Either identifier may hold any separator; with a length before it none is ambiguous.
    format!(
        "{}:{conversation_id}/{recommendation_id}",
        conversation_id.len()
    )
}

/// What `item` stands for; `None` if it stands for nothing, or its record is gone.
pub(super) async fn of_item(
    item: &OutboxItem,
    parts: &EventParts,
) -> Result<Option<Engagement>, StoreError> {
    let place = item.body.split_once('.');
    let place = place.and_then(|(seq, index)| Some((seq.parse().ok()?, index.parse().ok()?)));
    let Some((seq, index)): Option<(Seq, usize)> = place else {
        return Ok(None);
    };
    let record = parts.trail.get(seq).await?;
    let found = record.and_then(|record| {
        let (_, _, told) = engagements(&record).find(|(at, ..)| *at == index)?;
        Some(Engagement {
            seq,
            told,
            subject: record.columns.subject()?,
        })
    });
    Ok(found)
}

/// What `record` tells of that the upstream has a word for, each with its place there.
fn engagements(record: &AuditRecord) -> impl Iterator<Item = (usize, Act, ToldEngagement)> {
    let conversation_id = record.columns.conversation_id.clone().unwrap_or_default();
    let told = acts(record).unwrap_or_default().into_iter().enumerate();
    told.filter_map(move |(index, act)| {
        let told = ToldEngagement {
            conversation_id: conversation_id.clone(),
            recommendation_id: act.recommendation_id.clone(),
            act: ToldAct::of(EngagementKind::from_name(&act.kind)?)?,
        };
        Some((index, act, told))
    })
}

/// What was done with one recommendation. The first versions knew uses only, and did not say so.
#[derive(Deserialize)]
struct Act {
    event_id: String,
    recommendation_id: String,
    #[serde(default = "used")]
    kind: String,
    replay: bool,
}

fn used() -> String {
    EngagementKind::Used.as_str().to_owned()
}

fn acts(record: &AuditRecord) -> Option<Vec<Act>> {
    #[derive(Deserialize)]
    struct Adopted {
        adoption: Act,
    }
    #[derive(Deserialize)]
    struct Engaged {
        engaged: Vec<Act>,
    }
    let entry = &record.entry;
    match AuditEvent::from_name(&record.columns.event)? {
        AuditEvent::RecommendationAdopted => {
            let Adopted { adoption } = serde_json::from_str(entry).ok()?;
            Some(vec![adoption])
        }
        AuditEvent::RecommendationEngaged => {
            let Engaged { engaged } = serde_json::from_str(entry).ok()?;
            Some(engaged)
        }
        _ => None,
    }
}
