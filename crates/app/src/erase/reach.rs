//! What is on record of somebody, or of a conversation: how many fields mean nothing once the keys are
//! gone.

use std::collections::BTreeSet;

use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery, AuditRecord, Seq};
use agent_assist_domain::person::{PersonKind, Pseudonym};
use agent_assist_domain::ports::StoreError;
use serde_json::Value;

use super::{EraseService, ErasureTarget};

/// Records read at once.
const PAGE: u32 = 1_000;

/// Members of an entry that mean something only under the conversation's key.
const KEYED: [&str; 2] = ["value_hash", "text_sealed"];

/// What an erasure reaches.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    pub(super) pseudonyms: Vec<Pseudonym>,
    pub(super) conversation_ids: BTreeSet<String>,
    pub(super) fields: u64,
    pub(super) plain_records: u64,
    /// The last record looked at.
    seen: Option<Seq>,
    /// Whether who is erased takes what happened in their conversations along.
    with_conversations: bool,
}

impl EraseService {
    pub(super) async fn reach(&self, target: &ErasureTarget) -> Result<Reach, StoreError> {
        let mut reach = Reach {
            seen: self.last_record().await?,
            ..Reach::default()
        };
        match target {
            ErasureTarget::Conversation(id) => {
                reach.conversation_ids.insert(id.clone());
            }
            ErasureTarget::Person(kind, id) => {
                reach.pseudonyms = self.0.pseudonyms.all_of(*kind, id).await?;
                reach.with_conversations = *kind == PersonKind::Customer;
                let plain = (*kind == PersonKind::Agent).then_some(id.as_str());
                let filter = self.of_tenant(None);
                let until = reach.seen;
                self.each(filter, None, until, |record| {
                    reach.take_persons(record);
                    let id = record.columns.agent_id.as_deref();
                    reach.plain_records += u64::from(id.is_some() && id == plain);
                })
                .await?;
            }
        }
        for conversation_id in reach.conversation_ids.clone() {
            let filter = self.of_tenant(Some(conversation_id));
            let until = reach.seen;
            self.each(filter, None, until, |record| reach.take_keyed(record))
                .await?;
        }
        Ok(reach)
    }

    /// Takes in what has been recorded since.
    pub(super) async fn reach_on(&self, reach: &mut Reach) -> Result<(), StoreError> {
        let (after, until) = (reach.seen, self.last_record().await?);
        self.each(self.of_tenant(None), after, until, |record| {
            reach.take_persons(record);
            let conversation = record.columns.conversation_id.as_ref();
            if conversation.is_some_and(|id| reach.conversation_ids.contains(id)) {
                reach.take_keyed(record);
            }
        })
        .await?;
        reach.seen = until;
        Ok(())
    }

    fn of_tenant(&self, conversation_id: Option<String>) -> AuditFilter {
        AuditFilter {
            tenant: Some(self.0.tenant.clone()),
            conversation_id,
            ..AuditFilter::default()
        }
    }

    async fn last_record(&self) -> Result<Option<Seq>, StoreError> {
        let query = AuditQuery {
            filter: AuditFilter::default(),
            order: AuditOrder::NewestFirst,
            after: None,
            limit: 1,
        };
        let page = self.0.trail.page(&query).await?;
        Ok(page.first().map(|record| record.seq))
    }

    /// Shows `take` every record behind `after` and up to `until`.
    async fn each(
        &self,
        filter: AuditFilter,
        after: Option<Seq>,
        until: Option<Seq>,
        mut take: impl FnMut(&AuditRecord) + Send,
    ) -> Result<(), StoreError> {
        let mut query = AuditQuery {
            filter,
            order: AuditOrder::OldestFirst,
            after,
            limit: PAGE,
        };
        loop {
            let page = self.0.trail.page(&query).await?;
            let is_known = |record: &&AuditRecord| Some(record.seq) <= until;
            page.iter().filter(is_known).for_each(&mut take);
            query.after = page.last().map(|record| record.seq);
            if page.len() < PAGE as usize || query.after >= until {
                return Ok(());
            }
        }
    }
}

impl Reach {
    fn is_one(&self, id: &str) -> bool {
        self.pseudonyms.iter().any(|one| one.as_str() == id)
    }

    fn take_persons(&mut self, record: &AuditRecord) {
        let agent = record.columns.agent_id.as_deref();
        if agent.is_some_and(|id| self.is_one(id)) {
            self.fields += 1;
        }
        if !self.with_conversations || !self.may_name(&record.entry) {
            return;
        }
        let entry = serde_json::from_str::<Value>(&record.entry).unwrap_or_default();
        if !entry["customer_id"]
            .as_str()
            .is_some_and(|id| self.is_one(id))
        {
            return;
        }
        self.fields += 1;
        self.conversation_ids
            .extend(record.columns.conversation_id.clone());
    }

    /// Reading an entry takes longer than searching it.
    fn may_name(&self, entry: &str) -> bool {
        let mut pseudonyms = self.pseudonyms.iter();
        pseudonyms.any(|one| entry.contains(one.as_str()))
    }

    fn take_keyed(&mut self, record: &AuditRecord) {
        if KEYED.iter().any(|name| record.entry.contains(name)) {
            let entry = serde_json::from_str(&record.entry).unwrap_or_default();
            self.fields += keyed(&entry);
        }
    }
}

/// How many members hold something that a conversation's key made.
fn keyed(value: &Value) -> u64 {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| match member {
                Value::String(_) => u64::from(KEYED.contains(&name.as_str())),
                other => keyed(other),
            })
            .sum(),
        Value::Array(items) => items.iter().map(keyed).sum(),
        _ => 0,
    }
}
