//! Erases a conversation, an agent or a customer: destroys the keys without which nobody can say any
//! more what a hash or a sealed text was, or whose a pseudonym.
//!
//! Records stay as they are, here, in exports and in archives: what they hold means nothing without the
//! keys. That it is about to happen is recorded first, durably, and what became of it afterwards. So an
//! auditor may find an intent that was cut off, but never a key destroyed without a record.

mod reach;
mod told;

pub use told::{ErasedFields, erased_fields};

use std::sync::Arc;

use agent_assist_domain::audit::{AuditEntry, AuditFact, ErasureFacts, ErasureStage, Seq, Subject};
use agent_assist_domain::cache::CacheScope;
use agent_assist_domain::payload::is_identifier;
use agent_assist_domain::person::{PersonKind, Pseudonym};
use agent_assist_domain::ports::{
    AuditTrail, Clock, ConversationKeys, LegalHolds, RecommendationCache, StoreError,
};
use agent_assist_domain::retention::HoldQuestion;
use serde::Serialize;

use self::reach::Reach;
use crate::error::Chain;
use crate::ids::Ids;
use crate::pseudonyms::Pseudonyms;
use crate::recorder::Recorder;

/// What to erase.
#[derive(Clone, PartialEq, Eq)]
pub enum ErasureTarget {
    /// What was found and shown in this conversation.
    Conversation(String),
    /// Who this agent or customer is; of a customer also what was found and shown in the conversations
    /// with them.
    Person(PersonKind, String),
}

impl ErasureTarget {
    fn kind(&self) -> &'static str {
        match self {
            Self::Conversation(_) => "conversation",
            Self::Person(kind, _) => kind.as_str(),
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Conversation(id) | Self::Person(_, id) => id,
        }
    }
}

/// Names nobody.
impl std::fmt::Debug for ErasureTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ErasureTarget({})", self.kind())
    }
}

/// The ports of an [`EraseService`].
#[derive(Clone, Debug)]
pub struct EraseParts {
    /// Whose records these are.
    pub tenant: String,
    /// What is on record.
    pub trail: Arc<dyn AuditTrail>,
    /// Where the erasure is recorded.
    pub recorder: Recorder,
    /// The people.
    pub pseudonyms: Pseudonyms,
    /// The keys of conversations.
    pub keys: Arc<dyn ConversationKeys>,
    /// Orders not to let go of anything.
    pub holds: Arc<dyn LegalHolds>,
    /// Where answers are remembered.
    pub cache: Arc<dyn RecommendationCache>,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Identifiers of requests.
    pub ids: Ids,
}

/// Erases for one tenant.
#[derive(Debug)]
pub struct EraseService(EraseParts);

/// What an erasure would reach, before anything is done.
#[derive(Clone, Debug)]
pub struct ErasurePlan {
    target: ErasureTarget,
    reach: Reach,
}

/// What an erasure reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Erasure {
    /// What was named: `conversation`, `agent` or `customer`.
    pub erased: &'static str,
    /// The pseudonyms that nobody can resolve any more.
    pub pseudonyms: Vec<String>,
    /// The conversations whose hashes and texts mean nothing any more.
    pub conversation_ids: Vec<String>,
    /// Fields of records that this concerns.
    pub fields: u64,
    /// Keys destroyed.
    pub keys: u64,
    /// Remembered answers forgotten on disk.
    pub answers: u64,
    /// Records that hold the identifier itself, from before there were pseudonyms. They stay.
    pub plain_records: u64,
    /// The record of the erasure; `null` where nobody is known, so that there was nothing to erase.
    pub seq: Option<Seq>,
}

/// Nothing was erased, or not everything.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// What was named is no identifier.
    #[error("an identifier has 1 to 128 characters, none of them a control character")]
    Invalid,
    /// A legal hold forbids it; nothing was erased.
    #[error("a legal hold forbids it, so nothing was erased")]
    Held,
    /// What is on record cannot be read; nothing was erased.
    #[error("what is on record cannot be read, so nothing was erased")]
    Read(#[source] StoreError),
    /// The intent could not be recorded; nothing was erased.
    #[error("no record could be written, so nothing was erased")]
    Record(#[source] StoreError),
    /// Some keys may be left.
    #[error("not everything was erased; erase the same again")]
    Destroy(#[source] StoreError),
    /// The keys are gone, and there is only the record of the intent.
    #[error(
        "the keys are gone, but what became of the erasure could not be recorded; erase the same again"
    )]
    Outcome(#[source] StoreError),
}

impl ErasurePlan {
    /// Whether there is nothing to destroy and nothing to record: nobody of that name is known.
    pub fn is_empty(&self) -> bool {
        matches!(self.target, ErasureTarget::Person(..)) && self.reach.pseudonyms.is_empty()
    }

    /// What it would reach; no key is destroyed yet.
    pub fn preview(&self) -> Erasure {
        self.told(&Destroyed::default(), None)
    }

    fn told(&self, destroyed: &Destroyed, seq: Option<Seq>) -> Erasure {
        let reach = &self.reach;
        Erasure {
            erased: self.target.kind(),
            pseudonyms: reach.pseudonyms.iter().map(Pseudonym::to_string).collect(),
            conversation_ids: reach.conversation_ids.iter().cloned().collect(),
            fields: reach.fields,
            keys: destroyed.keys,
            answers: destroyed.answers,
            plain_records: reach.plain_records,
            seq,
        }
    }

    fn facts(&self, stage: ErasureStage, destroyed: &Destroyed, by: Option<&str>) -> ErasureFacts {
        let reach = &self.reach;
        ErasureFacts {
            stage,
            of: self.target.kind(),
            pseudonyms: reach.pseudonyms.clone(),
            conversation_ids: reach.conversation_ids.iter().cloned().collect(),
            fields: reach.fields,
            keys: destroyed.keys,
            answers: destroyed.answers,
            by: by.map(str::to_owned),
        }
    }
}

/// How far the destruction has come.
#[derive(Clone, Copy, Debug, Default)]
struct Destroyed {
    keys: u64,
    answers: u64,
}

impl EraseService {
    /// The service over its ports.
    pub fn new(parts: EraseParts) -> Self {
        Self(parts)
    }

    /// Epochs of which people cannot be found to be erased, since their key is lost; nobody can resolve
    /// their pseudonyms either.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn lost_epochs(&self) -> Result<Vec<u32>, EraseError> {
        let lost = self.0.pseudonyms.lost_epochs().await;
        lost.map_err(EraseError::Read)
    }

    /// What erasing `target` would reach.
    ///
    /// # Errors
    /// If it is no identifier, or the store cannot be read.
    pub async fn plan(&self, target: ErasureTarget) -> Result<ErasurePlan, EraseError> {
        if !is_identifier(target.id()) {
            return Err(EraseError::Invalid);
        }
        let reach = self.reach(&target).await.map_err(EraseError::Read)?;
        Ok(ErasurePlan { target, reach })
    }

    /// Carries out `plan`, ordered `by` somebody, if known. That a legal hold forbade it is recorded as an
    /// erasure that failed.
    ///
    /// # Errors
    /// If a legal hold forbids it, it cannot be recorded, or not everything can be destroyed; then the same may be erased again.
    pub async fn erase(
        &self,
        mut plan: ErasurePlan,
        by: Option<&str>,
    ) -> Result<Erasure, EraseError> {
        if plan.is_empty() {
            return Ok(plan.preview());
        }
        let request_id = self.0.ids.next();
        let mut destroyed = Destroyed::default();
        if self.is_held(&plan).await.map_err(EraseError::Read)? {
            let forbidden = plan.facts(ErasureStage::Failed, &destroyed, by);
            self.record(&request_id, &plan.target, forbidden)
                .await
                .map_err(EraseError::Record)?;
            return Err(EraseError::Held);
        }
        let intent = plan.facts(ErasureStage::Intended, &destroyed, by);
        self.record(&request_id, &plan.target, intent)
            .await
            .map_err(EraseError::Record)?;
        if let Err(error) = self.destroy(&plan, &mut destroyed).await {
            let failed = plan.facts(ErasureStage::Failed, &destroyed, by);
            if let Err(error) = self.record(&request_id, &plan.target, failed).await {
                tracing::warn!(error = %Chain(&error), "that an erasure failed is not on record");
            }
            return Err(EraseError::Destroy(error));
        }
        // Others have gone on meanwhile.
        self.reach_on(&mut plan.reach)
            .await
            .map_err(EraseError::Outcome)?;
        let done = plan.facts(ErasureStage::Done, &destroyed, by);
        let seq = self
            .record(&request_id, &plan.target, done)
            .await
            .map_err(EraseError::Outcome)?;
        Ok(plan.told(&destroyed, Some(seq)))
    }

    /// Whether a legal hold covers something that `plan` reaches.
    async fn is_held(&self, plan: &ErasurePlan) -> Result<bool, StoreError> {
        let parts = &self.0;
        let conversations = plan.reach.conversation_ids.iter();
        let mut names: Vec<String> = Vec::new();
        if let ErasureTarget::Person(PersonKind::Agent, id) = &plan.target {
            // Records from before there were pseudonyms name the agent himself.
            names.push(id.clone());
            names.extend(plan.reach.pseudonyms.iter().map(Pseudonym::to_string));
        }
        let customer = matches!(plan.target, ErasureTarget::Person(PersonKind::Customer, _));
        let questions = conversations
            .map(|id| HoldQuestion::Conversation(id))
            .chain(names.iter().map(|name| HoldQuestion::Agent(name)))
            .chain(customer.then_some(HoldQuestion::Customer));
        for question in questions {
            if parts.holds.is_held(&parts.tenant, question).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Rows first and keys then: emptying the write-ahead log of the keys empties it of the rows, too.
    async fn destroy(
        &self,
        plan: &ErasurePlan,
        destroyed: &mut Destroyed,
    ) -> Result<(), StoreError> {
        let parts = &self.0;
        for conversation_id in &plan.reach.conversation_ids {
            let scope = CacheScope::Conversation {
                tenant: parts.tenant.clone(),
                conversation_id: conversation_id.clone(),
            };
            destroyed.answers += parts.cache.invalidate(&scope).await?;
            let had_key = parts.keys.forget(&parts.tenant, conversation_id).await?;
            destroyed.keys += u64::from(had_key);
        }
        if let ErasureTarget::Person(kind, id) = &plan.target {
            destroyed.keys += parts.pseudonyms.forget(*kind, id).await?;
        }
        Ok(())
    }

    async fn record(
        &self,
        request_id: &str,
        target: &ErasureTarget,
        facts: ErasureFacts,
    ) -> Result<Seq, StoreError> {
        let conversation_id = match target {
            ErasureTarget::Conversation(id) => Some(id.clone()),
            ErasureTarget::Person(..) => None,
        };
        let entry = AuditEntry {
            at: self.0.clock.now(),
            tenant: self.0.tenant.clone(),
            request_id: request_id.to_owned(),
            subject: Subject {
                conversation_id,
                ..Subject::UNKNOWN
            },
            fact: AuditFact::Erased(facts),
        };
        self.0.recorder.record(entry).await
    }
}
