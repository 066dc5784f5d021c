//! A checkpoint in which a log's key gives way to another.
//!
//! It is a checkpoint like any other, with two further lines, and both keys have signed it: the old
//! one says which comes behind it, the new one which was before it.
//!
//! ```text
//! log.example
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//! old-key log.example+1a2b3c4d+AQ...
//! new-key log.example+5e6f7a8b+AQ...
//! ```

use crate::{
    Checkpoint, CheckpointError, NoteError, SignedNote, SigningKey, TreeHead, VerifierKey,
};

const OLD: &str = "old-key ";
const NEW: &str = "new-key ";

/// That one key of a log gives way to another, at a state of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    old: VerifierKey,
    new: VerifierKey,
    head: TreeHead,
}

/// Why a key cannot give way to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandOverError {
    /// The keys are of two logs, by their names, or one key.
    #[error("a key gives way to another key of the same name")]
    Keys,
    /// There is no such checkpoint.
    #[error("the checkpoint cannot be made")]
    Checkpoint(#[source] CheckpointError),
    /// There is no such note.
    #[error("the checkpoint cannot be signed")]
    Note(#[source] NoteError),
}

impl HandOver {
    /// The checkpoint of `head` in which `old` gives way to `new`, signed by both.
    ///
    /// # Errors
    ///
    /// The keys are of two logs or one and the same, or the note would be too long.
    pub fn sign(
        head: TreeHead,
        old: &SigningKey,
        new: &SigningKey,
    ) -> Result<SignedNote, HandOverError> {
        let (from, to) = (old.verifier(), new.verifier());
        if from.name() != to.name() || from == to {
            return Err(HandOverError::Keys);
        }
        let checkpoint = Checkpoint::new(from.name(), head)
            .and_then(|checkpoint| checkpoint.with_extension(format!("{OLD}{from}")))
            .and_then(|checkpoint| checkpoint.with_extension(format!("{NEW}{to}")))
            .map_err(HandOverError::Checkpoint)?;
        let mut note = checkpoint.sign(old).map_err(HandOverError::Note)?;
        note.cosign(new).map_err(HandOverError::Note)?;
        Ok(note)
    }

    /// What `note` says of keys, if it is a hand-over that both of them have signed. Whether either is
    /// to be believed is another question: see [`KeyChain`](crate::KeyChain).
    pub fn of(note: &SignedNote) -> Option<Self> {
        // Nearly all notes are none, and no signature need be looked at to tell.
        if !note.text().contains(OLD) {
            return None;
        }
        let checkpoint: Checkpoint = note.text().parse().ok()?;
        let [old, new] = checkpoint.extensions() else {
            return None;
        };
        let old: VerifierKey = old.strip_prefix(OLD)?.parse().ok()?;
        let new: VerifierKey = new.strip_prefix(NEW)?.parse().ok()?;
        let named = |key: &VerifierKey| key.name() == checkpoint.origin();
        let signed = |key: &VerifierKey| note.open(std::slice::from_ref(key)).is_ok();
        let holds = old != new
            && [&old, &new]
                .into_iter()
                .all(|key| named(key) && signed(key));
        let head = checkpoint.head();
        holds.then_some(Self { old, new, head })
    }

    /// The key that gives way.
    pub fn old_key(&self) -> &VerifierKey {
        &self.old
    }

    /// The key that signs from then on.
    pub fn new_key(&self) -> &VerifierKey {
        &self.new
    }

    /// The state of the log up to which the old one signs.
    pub fn head(&self) -> TreeHead {
        self.head
    }
}
