//! What can be wrong with a proof, or with asking for one.

/// There is no such leaf or earlier tree: the index or size asked for lies outside the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tree has fewer leaves than that")]
pub struct OutOfRange;

/// Why no proof could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveError<E> {
    /// See [`OutOfRange`].
    #[error("cannot prove what lies outside the tree")]
    OutOfRange(#[from] OutOfRange),
    /// A hash could not be read; what the reader said.
    #[error("cannot read a hash that the proof needs")]
    Read(#[source] E),
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The index or the earlier size lies outside the tree.
    #[error("the proof speaks of more leaves than the tree has")]
    OutOfRange,
    /// It is about a tree of another size than the head.
    #[error("the proof is about a tree of another size")]
    OtherTree,
    /// A path between these two places has more or fewer hashes.
    #[error("the proof has too many or too few hashes")]
    Length,
    /// Its hashes do not lead to the head's root.
    #[error("the proof leads to another root")]
    Root,
    /// Its hashes do not lead to the root of the earlier head.
    #[error("the proof starts from another earlier root")]
    EarlierRoot,
}
