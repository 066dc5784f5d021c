//! A proof that stands for itself: that a record is in a log, in one file to be kept with the record.
//!
//! As <https://c2sp.org/tlog-proof> has it (version 1, whose published text this follows):
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra <base64 of whatever goes with it, unauthenticated; the line may be missing>
//! index <the leaf's index, from 0>
//! <one base64 hash a line, the leaf's sibling first>
//!
//! <the log's checkpoint, with its signatures>
//! ```
//!
//! The specification leaves open whether empty extra data is written; here it is not, nor read.

use std::{fmt, str::FromStr};

use crate::{
    Checkpoint, Hash, InclusionProof, NoteError, OpenCheckpointError, ProofError, SignedNote,
    VerifierKey, leaf_hash, text,
};

/// Longest proof file that is read, in bytes.
pub const MAX_PROOF_FILE_BYTES: usize = 2_000_000;

/// The first line, which names format and version.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// How the line of extra data begins, and that of the index.
const EXTRA: &str = "extra ";
const INDEX: &str = "index ";

/// Most hashes of a path: the tree has at most 64 heights.
const MAX_PATH: usize = 64;

/// A proof that a record is in a log, not verified yet: see [`ProofFile::verify`].
///
/// Displayed and parsed as the file it is, byte by byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofFile {
    /// Not empty.
    extra: Option<Vec<u8>>,
    index: u64,
    path: Vec<Hash>,
    checkpoint: SignedNote,
}

/// Why this is no proof file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileError {
    /// Longer than [`MAX_PROOF_FILE_BYTES`].
    #[error("a proof of more than {MAX_PROOF_FILE_BYTES} bytes")]
    TooLong,
    /// It does not begin as proofs of this format and version do.
    #[error("not a proof of the form {HEADER}")]
    Header,
    /// The extra data is empty or not canonical base64.
    #[error("the proof's extra data is malformed")]
    Extra,
    /// There is no index, or not as a decimal number without leading zeros below 2^64.
    #[error("the proof's index is missing or malformed")]
    Index,
    /// The path has a line that is no hash, or more hashes than any tree has heights.
    #[error("the proof's path is malformed")]
    Path,
    /// There is no signed note behind the path.
    #[error("the proof's checkpoint is missing or malformed")]
    Checkpoint(#[source] NoteError),
}

/// Why a proof file proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyFileError {
    /// Its checkpoint is not that of the log.
    #[error("the proof's checkpoint is not to be believed")]
    Checkpoint(#[source] OpenCheckpointError),
    /// The record is not at this index of the log.
    #[error("the record is not in the log at this index")]
    Proof(#[source] ProofError),
}

impl ProofFile {
    /// `proof` in the tree that `checkpoint` signs.
    pub fn new(proof: InclusionProof, checkpoint: SignedNote) -> Self {
        Self {
            extra: None,
            index: proof.index,
            path: proof.path,
            checkpoint,
        }
    }

    /// With data that goes with it and that nothing vouches for; none if it is empty.
    #[must_use]
    pub fn with_extra(mut self, extra: Vec<u8>) -> Self {
        self.extra = Some(extra).filter(|extra| !extra.is_empty());
        self
    }

    /// What goes with it. Nothing vouches for it.
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The index in the log that it speaks of, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The log's checkpoint, with all signatures.
    pub fn checkpoint(&self) -> &SignedNote {
        &self.checkpoint
    }

    /// That `record` is in the log named `origin`, whose `keys` one knows, and the checkpoint that
    /// says so.
    ///
    /// Signatures of witnesses are not looked at; [`SignedNote::open`] with their keys does.
    ///
    /// # Errors
    ///
    /// It is not, or this does not prove it.
    pub fn verify(
        &self,
        record: &[u8],
        origin: &str,
        keys: &[VerifierKey],
    ) -> Result<Checkpoint, VerifyFileError> {
        self.verify_leaf(leaf_hash(record), origin, keys)
    }

    /// Like [`verify`](Self::verify), of a record whose leaf hash is known.
    ///
    /// # Errors
    ///
    /// Those of [`verify`](Self::verify).
    pub fn verify_leaf(
        &self,
        leaf: Hash,
        origin: &str,
        keys: &[VerifierKey],
    ) -> Result<Checkpoint, VerifyFileError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, origin, keys);
        let checkpoint = checkpoint.map_err(VerifyFileError::Checkpoint)?;
        let head = checkpoint.head();
        let proof = InclusionProof {
            index: self.index,
            size: head.size,
            path: self.path.clone(),
        };
        proof.verify(leaf, &head).map_err(VerifyFileError::Proof)?;
        Ok(checkpoint)
    }

    /// The proof in these bytes.
    ///
    /// # Errors
    ///
    /// They are no proof file in its one form, or one beyond the limits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProofFileError> {
        if bytes.len() > MAX_PROOF_FILE_BYTES {
            return Err(ProofFileError::TooLong);
        }
        // The first empty line; the checkpoint has others.
        let end = bytes.windows(2).position(|pair| pair == b"\n\n");
        let (proof, checkpoint) = match end {
            Some(end) => (&bytes[..end], &bytes[end + 2..]),
            None => (bytes, &[][..]),
        };
        let proof = str::from_utf8(proof).map_err(|_| ProofFileError::Header)?;
        let mut lines = proof.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(ProofFileError::Header);
        }
        let extra = lines.next_if(|line| line.starts_with(EXTRA));
        let extra = extra.map(|line| parse_extra(line).ok_or(ProofFileError::Extra));
        let index = lines.next().and_then(|line| line.strip_prefix(INDEX));
        let index = index.and_then(text::decimal);
        let path = lines.by_ref().take(MAX_PATH).map(Hash::from_base64);
        Ok(Self {
            extra: extra.transpose()?,
            index: index.ok_or(ProofFileError::Index)?,
            path: path
                .collect::<Result<_, _>>()
                .map_err(|_| ProofFileError::Path)?,
            checkpoint: match lines.next() {
                None => SignedNote::from_bytes(checkpoint).map_err(ProofFileError::Checkpoint)?,
                Some(_) => return Err(ProofFileError::Path),
            },
        })
    }
}

impl FromStr for ProofFile {
    type Err = ProofFileError;

    fn from_str(text: &str) -> Result<Self, ProofFileError> {
        Self::from_bytes(text.as_bytes())
    }
}

impl fmt::Display for ProofFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "{EXTRA}{}", text::to_base64(extra))?;
        }
        writeln!(f, "{INDEX}{}", self.index)?;
        for hash in &self.path {
            writeln!(f, "{}", hash.to_base64())?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

fn parse_extra(line: &str) -> Option<Vec<u8>> {
    let extra = text::from_base64(line.strip_prefix(EXTRA)?)?;
    (!extra.is_empty()).then_some(extra)
}
