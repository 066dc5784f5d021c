//! Whether a log is whole, and by whose word.

use agent_assist_domain::audit::{Continuity, Damage, Fault, LogHead, Seq, Symptom, Verification};
use agent_assist_domain::ports::{AuditTrail, StoreError};
use agent_assist_tlog::{HandOver, KeyChain, SignedNote, VerifierKey};

/// Checkpoints of the store whose signatures are looked at in one step.
const PAGE: u32 = 500;

/// What a look at a log found, and what is known of it from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What was found.
    pub verification: Verification,
    /// Records up to this one are what they were when the newest of the checkpoints given was signed.
    /// `None` without one: whoever holds host and key may have written all of it anew.
    pub anchored_to: Option<Seq>,
    /// Whether there were keys to look at the signatures of the store's own checkpoints with.
    pub signatures_checked: bool,
}

/// Verifies the log behind `trail` as a whole, against checkpoints that were kept elsewhere and the
/// log's keys.
///
/// A checkpoint that no key has signed is a fault and says nothing about the log. Keys that gave way to
/// one another by [hand-over](HandOver), in the store or in what was given, are followed from those given.
///
/// # Errors
/// The log cannot be read.
pub async fn check(
    trail: &dyn AuditTrail,
    given: &[SignedNote],
    keys: &[VerifierKey],
) -> Result<Checked, StoreError> {
    let chain = follow(trail, given, keys).await?;
    let opened: Vec<Option<LogHead>> = given.iter().map(|note| open(note, &chain)).collect();
    let claims: Vec<LogHead> = opened.iter().flatten().copied().collect();
    let mut verification = trail.verify(&claims).await?;
    if claims.len() < given.len() {
        verification.add([bad_signature(Symptom::GivenSignature, None)]);
    }
    if !keys.is_empty()
        && let Some(size) = first_unsigned(trail, &chain).await?
    {
        let seq = Some(verification.before.saturating_add(size));
        verification.add([bad_signature(Symptom::CheckpointSignature, seq)]);
    }
    let told = claims.iter().zip(&verification.claims);
    let same = told.filter(|(_, answer)| **answer == Continuity::Same);
    let anchor = same.map(|(claim, _)| claim.size).max();
    Ok(Checked {
        anchored_to: anchor.map(|size| verification.before.saturating_add(size)),
        signatures_checked: !keys.is_empty(),
        verification,
    })
}

/// The keys, and those that hand-overs lead to.
async fn follow(
    trail: &dyn AuditTrail,
    given: &[SignedNote],
    keys: &[VerifierKey],
) -> Result<KeyChain, StoreError> {
    let mut hand_overs: Vec<HandOver> = given.iter().filter_map(HandOver::of).collect();
    let mut after = 0;
    while !keys.is_empty() {
        let page = trail.checkpoints(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.number;
        let notes = page.iter().filter_map(|stored| stored.note.parse().ok());
        hand_overs.extend(notes.filter_map(|note: SignedNote| HandOver::of(&note)));
    }
    Ok(KeyChain::new(keys.to_vec(), &hand_overs))
}

/// The size in the first of the store's checkpoints that none of the keys has signed, or not while it
/// might.
async fn first_unsigned(
    trail: &dyn AuditTrail,
    keys: &KeyChain,
) -> Result<Option<u64>, StoreError> {
    let mut after = 0;
    loop {
        let page = trail.checkpoints(after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(None);
        };
        after = last.number;
        let unsigned = page.iter().find(|stored| {
            let note = stored.note.parse::<SignedNote>();
            note.map_or(true, |note| open(&note, keys).is_none())
        });
        if let Some(unsigned) = unsigned {
            return Ok(Some(unsigned.head.size));
        }
    }
}

/// What a note says of the log, if one of its keys has signed it.
fn open(note: &SignedNote, keys: &KeyChain) -> Option<LogHead> {
    let head = keys.open(note)?.head();
    Some(LogHead {
        size: head.size,
        root: *head.root.as_bytes(),
    })
}

fn bad_signature(symptom: Symptom, seq: Option<Seq>) -> Fault {
    Fault {
        damage: Damage::BadSignature,
        symptom,
        seq,
    }
}
