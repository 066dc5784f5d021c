//! The audit log and its trail in memory.

use std::sync::Mutex;

use agent_assist_domain::audit::{
    AuditColumns, AuditEntry, AuditFilter, AuditOrder, AuditQuery, AuditRecord, ConsistencyPath,
    Continuity, Damage, Fault, InclusionPath, LogHead, Predecessor, Seq, StoredCheckpoint, Symptom,
    Verification,
};
use agent_assist_domain::ports::{AuditLog, AuditTrail, StoreError};
use agent_assist_tlog::{
    ConsistencyProof, EMPTY_ROOT, Frontier, Hash, InclusionProof, Node, leaf_hash,
};
use async_trait::async_trait;

use crate::lock;

/// Keeps every entry, both as it came and as a log gives it back.
#[derive(Debug, Default)]
pub struct MemoryAuditLog {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: Vec<AuditEntry>,
    records: Vec<AuditRecord>,
}

impl MemoryAuditLog {
    /// The entries so far, in the order of their positions.
    pub fn entries(&self) -> Vec<AuditEntry> {
        lock(&self.kept).entries.clone()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AuditLog for MemoryAuditLog {
    async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError> {
        let mut kept = lock(&self.kept);
        let record = chained(kept.records.last(), entry);
        let seq = record.seq;
        kept.entries.push(entry.clone());
        kept.records.push(record);
        Ok(seq)
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AuditTrail for MemoryAuditLog {
    async fn page(&self, query: &AuditQuery) -> Result<Vec<AuditRecord>, StoreError> {
        let kept = lock(&self.kept);
        let mut matching: Vec<AuditRecord> = kept
            .records
            .iter()
            .filter(|record| matches(&query.filter, &record.columns))
            .cloned()
            .collect();
        let since = query.filter.since;
        match query.order {
            AuditOrder::OldestFirst => {}
            AuditOrder::NewestFirst => matching.reverse(),
            // Stable: those of one time stay in their order.
            AuditOrder::EarliestFirst => matching.sort_by_key(|record| record.columns.at),
        }
        Ok(matching
            .into_iter()
            .filter(|record| {
                query.after.is_none_or(|after| match query.order {
                    AuditOrder::OldestFirst => record.seq > after,
                    AuditOrder::NewestFirst => record.seq < after,
                    AuditOrder::EarliestFirst => {
                        Some(record.columns.at) > since || record.seq > after
                    }
                })
            })
            .take(query.limit as usize)
            .collect())
    }

    async fn get(&self, seq: Seq) -> Result<Option<AuditRecord>, StoreError> {
        let kept = lock(&self.kept);
        let position = usize::try_from(seq).ok().and_then(|seq| seq.checked_sub(1));
        Ok(position
            .and_then(|position| kept.records.get(position))
            .cloned())
    }

    /// Nobody can change what is in memory: only the claims can be wrong.
    async fn verify(&self, claims: &[LogHead]) -> Result<Verification, StoreError> {
        let heads = heads(&lock(&self.kept).records);
        let judge = |claim: &LogHead| match heads.get(claim.size as usize) {
            None => Continuity::Beyond,
            Some(head) if head == claim => Continuity::Same,
            Some(_) => Continuity::Other,
        };
        let claims: Vec<Continuity> = claims.iter().map(judge).collect();
        let size = heads.len() as u64 - 1;
        let fault = |answer: &Continuity| {
            let (damage, seq) = match answer {
                Continuity::Same => return None,
                Continuity::Other => (Damage::Fork, None),
                Continuity::Beyond => (Damage::Truncated, Some(size + 1)),
            };
            Some(Fault {
                damage,
                symptom: Symptom::GivenCheckpoint,
                seq,
            })
        };
        let mut faults: Vec<Fault> = claims.iter().filter_map(fault).collect();
        faults.dedup();
        let mut verification = Verification {
            head: heads[size as usize],
            before: 0,
            records: size,
            pruned_below: None,
            outside_head: None,
            checkpoints: 0,
            claims,
            faults: Vec::new(),
        };
        verification.add(faults);
        Ok(verification)
    }

    async fn prove(&self, seq: Seq, size: u64) -> Result<Option<InclusionPath>, StoreError> {
        let leaves = leaves(&lock(&self.kept).records);
        let (Some(index), true) = (seq.checked_sub(1), size <= leaves.len() as u64) else {
            return Ok(None);
        };
        let proof =
            InclusionProof::prove(index, size, &mut |node| Ok::<_, ()>(subtree(&leaves, node)));
        Ok(proof.ok().map(|proof| InclusionPath {
            index,
            size,
            path: bytes(&proof.path),
        }))
    }

    async fn prove_consistency(
        &self,
        from: u64,
        to: u64,
    ) -> Result<Option<ConsistencyPath>, StoreError> {
        let records = lock(&self.kept).records.clone();
        let (leaves, heads) = (leaves(&records), heads(&records));
        let (Some(later), true) = (heads.get(to as usize), from <= to) else {
            return Ok(None);
        };
        let proof =
            ConsistencyProof::prove(from, to, &mut |node| Ok::<_, ()>(subtree(&leaves, node)));
        Ok(proof.ok().map(|proof| ConsistencyPath {
            from: heads[from as usize],
            to: *later,
            path: bytes(&proof.path),
        }))
    }

    /// Nothing signs what is in memory.
    async fn checkpoints(&self, _: u64, _: u32) -> Result<Vec<StoredCheckpoint>, StoreError> {
        Ok(Vec::new())
    }

    async fn newest_checkpoint(&self, _: u64) -> Result<Option<StoredCheckpoint>, StoreError> {
        Ok(None)
    }
}

fn leaves(records: &[AuditRecord]) -> Vec<Hash> {
    let leaves = records
        .iter()
        .map(|record| leaf_hash(record.entry.as_bytes()));
    leaves.collect()
}

/// The hash of a subtree of a log of `leaves`, which must have it.
fn subtree(leaves: &[Hash], node: Node) -> Hash {
    let (first, width) = (node.index << node.height, 1 << node.height);
    let mut tree = Frontier::new();
    for leaf in leaves.iter().skip(first as usize).take(width) {
        // It is full after 2^64 leaves.
        let _ = tree.push(*leaf);
    }
    tree.root()
}

fn bytes(path: &[Hash]) -> Vec<[u8; 32]> {
    path.iter().map(|hash| *hash.as_bytes()).collect()
}

/// The states of a log of `records`, from the empty one on.
pub(crate) fn heads(records: &[AuditRecord]) -> Vec<LogHead> {
    let mut tree = Frontier::new();
    let head = |tree: &Frontier| LogHead {
        size: tree.size(),
        root: *tree.root().as_bytes(),
    };
    let mut heads = vec![head(&tree)];
    for record in records {
        // It is full after 2^64 records.
        let _ = tree.push(leaf_hash(record.entry.as_bytes()));
        heads.push(head(&tree));
    }
    heads
}

/// What a log gives back of `entries`, appended in this order to an empty one.
pub(crate) fn chain(entries: &[AuditEntry]) -> Vec<AuditRecord> {
    let mut records = Vec::with_capacity(entries.len());
    for entry in entries {
        records.push(chained(records.last(), entry));
    }
    records
}

/// The record of `entry` behind `last`.
fn chained(last: Option<&AuditRecord>, entry: &AuditEntry) -> AuditRecord {
    let predecessor = match last {
        Some(last) => Predecessor::Record(*leaf_hash(last.entry.as_bytes()).as_bytes()),
        None => Predecessor::State(*EMPTY_ROOT.as_bytes()),
    };
    AuditRecord {
        seq: last.map_or(0, |last| last.seq) + 1,
        columns: entry.columns(),
        entry: entry.to_chained(&predecessor),
    }
}

fn matches(filter: &AuditFilter, columns: &AuditColumns) -> bool {
    let is = |wanted: &Option<String>, value: Option<&str>| {
        wanted.as_deref().is_none_or(|wanted| value == Some(wanted))
    };
    is(&filter.tenant, Some(&columns.tenant))
        && is(&filter.conversation_id, columns.conversation_id.as_deref())
        && is(&filter.session_id, columns.session_id.as_deref())
        && is(&filter.request_id, Some(&columns.request_id))
        && (filter.events.is_empty() || filter.events.iter().any(|e| e.as_str() == columns.event))
        && filter.since.is_none_or(|since| columns.at >= since)
        && filter.until.is_none_or(|until| columns.at < until)
}
