//! What is remembered, and under which key. How long it may be given out is told by
//! [`freshness`](crate::freshness).
//!
//! Two keys. The [`UpstreamKey`] holds what the upstream sees, so that callers who differ only in
//! what we do afterwards share one call; the unscreened batch behind it lives in memory only. The
//! [`AnswerKey`] holds everything that changes the answer; behind it is screened content, in
//! memory and on disk.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};

use crate::dialect::Dialect;
use crate::payload::FetchRequest;
use crate::pii::SubjectTerms;
use crate::ports::{SourceProfile, SourceQuery};
use crate::screening::{
    FindingRules, PolicyVersion, Screened, ScreeningPolicy, Stored, UnscoredPolicy,
};
use crate::time::Timestamp;

/// Identifies an upstream call by what the upstream sees of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UpstreamKey([u8; 32]);

/// Identifies an answer by everything that changes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnswerKey([u8; 32]);

impl UpstreamKey {
    /// The key of asking `profile` for `query` on behalf of `tenant`.
    pub fn of(tenant: &str, profile: &SourceProfile, query: &SourceQuery) -> Self {
        let mut hash = KeyHash::new("upstream", tenant, profile);
        hash.text(&query.conversation_id);
        if profile.dialect == Dialect::Recommendations {
            hash.text(&query.session_id);
            hash.texts(&query.knowledge_source_ids);
            hash.number(query.limit.into());
            hash.number(query.offset.into());
            if profile.sends_intents {
                hash.intents(&query.intent_confidence);
            }
        }
        if profile.sends_query {
            hash.text(query.query.as_deref().unwrap_or_default());
            hash.texts(&query.knowledge_source_ids);
            hash.number(query.limit.into());
            hash.number(query.offset.into());
        }
        Self(hash.finish())
    }
}

/// What changes answers and is the same for all requests: whose they are, who is asked, and what may be
/// shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerRules([u8; 32]);

impl AnswerRules {
    /// Of answers of `profile` to `tenant`, screened under `policy` and the rules of `version`.
    pub fn of(
        tenant: &str,
        profile: &SourceProfile,
        policy: &ScreeningPolicy,
        version: PolicyVersion,
    ) -> Self {
        let mut hash = KeyHash::new("answer", tenant, profile);
        hash.text(&version.to_string());
        hash.policy(policy);
        Self(hash.finish())
    }
}

impl AnswerKey {
    /// The key of the answer to `request` under `rules`.
    pub fn of(rules: &AnswerRules, request: &FetchRequest, subject_key: &SubjectKey) -> Self {
        let mut hash = KeyHash(Sha256::new_with_prefix(rules.0));
        hash.text(request.conversation_id());
        hash.text(request.session_id());
        hash.texts(request.knowledge_source_ids());
        hash.number(request.limit().into());
        hash.number(request.offset().into());
        hash.intents(request.intent_confidence());
        hash.text(request.query().unwrap_or_default());
        hash.bytes(&subject_key.digest(request.subject_terms()));
        Self(hash.finish())
    }

    /// The key that a store keeps.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A number in `0.0..1.0` that is the same for the same answer, and any for another: what keys
    /// fetched together need in order not to expire together.
    pub fn spread(&self, fetched_at: Timestamp) -> f64 {
        // Keys are hashes, so any eight bytes are as good as random; the time is mixed in by a
        // multiplication that carries its low bits up.
        let first = self.0.first_chunk();
        let first = first.map_or(0, |bytes| u64::from_be_bytes(*bytes));
        let mixed = (first ^ fetched_at.as_micros() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The key for a store to keep.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads the 64 hexadecimal digits that [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl fmt::Display for AnswerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for AnswerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnswerKey({self})")
    }
}

impl fmt::Debug for UpstreamKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UpstreamKey({:02x}{:02x}..)", self.0[0], self.0[1])
    }
}

/// The secret under which subject terms enter a key. Without it the key of a guessed name could be
/// recomputed by whoever reads the cache file.
#[derive(Clone)]
pub struct SubjectKey([u8; 32]);

impl SubjectKey {
    /// The secret from 32 random bytes.
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// HMAC-SHA-256 over the terms in their order; all zero where there are none.
    fn digest(&self, terms: &SubjectTerms) -> [u8; 32] {
        if terms.is_empty() {
            return [0; 32];
        }
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            unreachable!("HMAC takes keys of any length");
        };
        for term in terms.iter() {
            mac.update(&(term.len() as u64).to_be_bytes());
            mac.update(term.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(..)")
    }
}

/// Hashes fields so that no two different sequences of fields run together.
struct KeyHash(Sha256);

impl KeyHash {
    fn new(purpose: &str, tenant: &str, profile: &SourceProfile) -> Self {
        let mut hash = Self(Sha256::new());
        hash.text(purpose);
        hash.text(tenant);
        hash.text(&profile.origin);
        hash.text(profile.dialect.as_str());
        hash.number(profile.sends_intents.into());
        hash.number(profile.sends_query.into());
        hash
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn number(&mut self, number: u64) {
        self.0.update(number.to_be_bytes());
    }

    fn texts(&mut self, texts: &[String]) {
        self.number(texts.len() as u64);
        texts.iter().for_each(|text| self.text(text));
    }

    fn intents(&mut self, intents: &std::collections::BTreeMap<String, f64>) {
        self.number(intents.len() as u64);
        for (name, confidence) in intents {
            self.text(name);
            self.number(confidence.to_bits());
        }
    }

    fn policy(&mut self, policy: &ScreeningPolicy) {
        self.number(policy.min_relevance.to_bits());
        self.number(policy.min_relevance_by_kind.len() as u64);
        for (kind, least) in &policy.min_relevance_by_kind {
            self.text(kind.as_str());
            self.number(least.to_bits());
        }
        self.number(policy.unscored.len() as u64);
        for (kind, unscored) in &policy.unscored {
            self.text(kind.as_str());
            self.number((*unscored == UnscoredPolicy::Keep).into());
        }
        self.number(policy.require_pii_mask.into());
        self.finding_rules(&policy.on_finding);
    }

    fn finding_rules(&mut self, rules: &FindingRules) {
        self.number(rules.by_entity.len() as u64);
        for (entity, on_finding) in &rules.by_entity {
            self.text(entity.as_str());
            self.text(on_finding.as_str());
        }
        self.number(rules.by_dialect.len() as u64);
        for ((dialect, entity), on_finding) in &rules.by_dialect {
            self.text(dialect.as_str());
            self.text(entity.as_str());
            self.text(on_finding.as_str());
        }
        self.number(rules.in_violations.len() as u64);
        for (entity, on_finding) in &rules.in_violations {
            self.text(entity.as_str());
            self.text(on_finding.as_str());
        }
    }

    fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// What a cache is given to keep. It can only be made around screened content.
#[derive(Clone, Debug)]
pub struct CacheEntry {
    /// Its key.
    pub key: AnswerKey,
    /// Whose it is.
    pub tenant: String,
    /// For invalidation.
    pub conversation_id: String,
    /// For invalidation.
    pub session_id: String,
    /// When the upstream gave it.
    pub fetched_at: Timestamp,
    /// The content.
    pub screened: Arc<Screened>,
}

/// What a cache gives back: plain data, to be [restored](Stored::restore).
#[derive(Clone, Debug, PartialEq)]
pub struct CacheRow {
    /// When the upstream gave it.
    pub fetched_at: Timestamp,
    /// The content.
    pub stored: Stored<'static>,
}

/// Which entries to forget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CacheScope {
    /// One answer.
    Key(AnswerKey),
    /// Every answer of a tenant's conversation.
    Conversation {
        /// The tenant.
        tenant: String,
        /// The conversation.
        conversation_id: String,
    },
    /// Every answer of a tenant's session.
    Session {
        /// The tenant.
        tenant: String,
        /// The session.
        session_id: String,
    },
    /// Everything.
    All,
}

/// What a cache holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// Answers held, expired ones included.
    pub entries: u64,
    /// Bytes of their content.
    pub bytes: u64,
    /// When the oldest was fetched.
    pub oldest: Option<Timestamp>,
    /// When the newest was fetched.
    pub newest: Option<Timestamp>,
}
