//! The mathematics of a tamper-evident log: the Merkle tree of RFC 6962, proofs of inclusion and
//! consistency, and the files of the C2SP specifications in which they are handed on.
//!
//! A sans-I/O library: hashes and bytes in, hashes and bytes out. It reads no clock, stores nothing
//! and makes no keys; what it needs from a store it asks for through [`HashReader`] or
//! [`TileReader`], or names beforehand ([`InclusionProof::tiles`]) for a caller that has to wait for
//! its store.
//!
//! ```
//! use std::fmt;
//!
//! use agent_assist_tlog::{
//!     Checkpoint, Frontier, InclusionProof, Node, ProofFile, SignedNote, SigningKey, leaf_hash,
//! };
//!
//! // A log of two records and its signed head.
//! let leaves = [leaf_hash(b"shown: article 7"), leaf_hash(b"adopted: article 7")];
//! let mut frontier = Frontier::new();
//! for leaf in leaves {
//!     frontier.push(leaf)?;
//! }
//! let key = SigningKey::from_seed("log.example", &[7; 32])?;
//! let note = Checkpoint::new("log.example", frontier.head())?.sign(&key)?;
//!
//! // That the first record is in the log, for somebody who knows nothing but the key.
//! let mut reader = |node: Node| match node {
//!     Node { height: 0, index } => leaves.get(index as usize).copied().ok_or(fmt::Error),
//!     _ => Err(fmt::Error),
//! };
//! let proof = InclusionProof::prove(0, 2, &mut reader)?;
//! let file = ProofFile::new(proof, note).to_string();
//! let file: ProofFile = file.parse()?;
//! let checkpoint = file.verify(b"shown: article 7", "log.example", &[key.verifier()])?;
//! assert_eq!(checkpoint.head(), frontier.head());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it promises
//!
//! - No proof, note, tile or frontier of whatever bytes and sizes makes it panic, and checking a
//!   proof costs at most two hashes for each of 64 steps.
//! - What it parses it prints as it was: there is one way to write each thing, and no other is
//!   read.
//! - A proof is verified against a [`TreeHead`], size and root together, never against a root alone:
//!   a path proves an index only in a tree of known size.
//!
//! # How a store uses it
//!
//! [`TileWriter::append`] takes leaf hashes and gives back the tiles they completed, which never
//! change again. The right edge is what [`TileWriter::partials`] tells: a store may keep it whole, or
//! keep the unfinished tile of level 0 as a table of leaf hashes and write the higher ones, which
//! change only when a tile below is completed. [`TileWriter::resume`] reads the edge back. Where
//! writing may fail, append to a clone and keep that once it is written.

mod checkpoint;
mod consistency;
mod frontier;
mod hand_over;
mod hash;
mod head;
mod inclusion;
mod key;
mod key_chain;
mod node;
mod note;
mod proof;
mod proof_file;
mod signing_key;
mod text;
mod tile;
mod tile_reader;
mod tile_writer;

pub use crate::{
    checkpoint::{Checkpoint, CheckpointError, OpenCheckpointError},
    consistency::ConsistencyProof,
    frontier::{Frontier, FrontierBytesError, LogFull},
    hand_over::{HandOver, HandOverError},
    hash::{EMPTY_ROOT, Hash, HashParseError, leaf_hash, node_hash},
    head::TreeHead,
    inclusion::InclusionProof,
    key::{KeyError, KeyId, VerifierKey},
    key_chain::KeyChain,
    node::{HashReader, Node},
    note::{
        MAX_NOTE_BYTES, MAX_SIGNATURES, NoteError, NoteSignature, OpenError, OpenedNote,
        SignedNote, open,
    },
    proof::{OutOfRange, ProofError, ProveError},
    proof_file::{MAX_PROOF_FILE_BYTES, ProofFile, ProofFileError, VerifyFileError},
    signing_key::SigningKey,
    tile::{TILE_HEIGHT, TILE_WIDTH, Tile, TileBytesError, TileId},
    tile_reader::{TileError, TileReader, TiledHashes},
    tile_writer::TileWriter,
};
