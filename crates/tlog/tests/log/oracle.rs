//! Trees, proofs, tiles and checkpoints against implementations that know nothing of this one.
//!
//! `tests/oracle/make_vectors.py` makes the vectors and says what is in them.

use std::{fs, path::Path};

use agent_assist_tlog::{
    Checkpoint, ConsistencyProof, Frontier, Hash, InclusionProof, SignedNote, SigningKey,
    TileWriter, TreeHead, VerifierKey,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::naive;

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle");
    fs::read_to_string(path.join(name)).expect("vectors")
}

/// What the oracle says of the tree of one size.
struct Tree {
    head: TreeHead,
    inclusion: Option<String>,
    consistency: Option<String>,
}

fn trees() -> Vec<Tree> {
    let read = read("trees.txt");
    let lines = read.lines().map(|line| {
        let mut fields = line.split(' ');
        let size = fields.next().expect("a size").parse().expect("a number");
        let root = fields.next().expect("a root").parse().expect("a hash");
        Tree {
            head: TreeHead { size, root },
            inclusion: fields.next().map(str::to_owned),
            consistency: fields.next().map(str::to_owned),
        }
    });
    lines.collect()
}

/// A chain over proofs, as the script makes it.
fn chain(proofs: impl Iterator<Item = (u64, Vec<Hash>)>) -> String {
    let mut hasher = Sha256::new();
    for (number, path) in proofs {
        hasher.update(number.to_be_bytes());
        hasher.update((path.len() as u64).to_be_bytes());
        path.iter().for_each(|hash| hasher.update(hash.as_bytes()));
    }
    Hash::from_bytes(hasher.finalize().into()).to_string()
}

#[test]
fn roots_of_all_sizes_are_the_oracles() {
    let trees = trees();
    assert_eq!(trees.len(), 1026);
    let mut frontier = Frontier::new();
    let mut leaves = naive::leaves(1025).into_iter();
    for tree in trees {
        assert_eq!(frontier.head(), tree.head);
        if let Some(leaf) = leaves.next() {
            assert_eq!(frontier.push(leaf), Ok(tree.head.size));
        }
    }
}

#[test]
fn inclusion_proofs_of_all_leaves_and_sizes_are_the_oracles() {
    let leaves = naive::leaves(257);
    let mut reader = naive::reader(&leaves);
    let mut proven = 0;
    for Tree {
        head, inclusion, ..
    } in trees()
    {
        let Some(expected) = inclusion else { continue };
        let proofs = (0..head.size).map(|index| {
            let proof = InclusionProof::prove(index, head.size, &mut reader).expect("a proof");
            assert_eq!(proof.verify(leaves[index as usize], &head), Ok(()));
            (index, proof.path)
        });
        assert_eq!(chain(proofs), expected, "size {}", head.size);
        proven += head.size;
    }
    assert_eq!(proven, 257 * 258 / 2);
}

#[test]
fn consistency_proofs_between_all_sizes_are_the_oracles() {
    let leaves = naive::leaves(257);
    let mut reader = naive::reader(&leaves);
    let trees = trees();
    let mut proven = 0;
    for Tree {
        head, consistency, ..
    } in &trees
    {
        let Some(expected) = consistency else {
            continue;
        };
        let earlier = trees.iter().map(|tree| &tree.head);
        let earlier = earlier.filter(|earlier| (1..=head.size).contains(&earlier.size));
        let proofs = earlier.map(|earlier| {
            let proof = ConsistencyProof::prove(earlier.size, head.size, &mut reader);
            let proof = proof.expect("a proof");
            assert_eq!(proof.verify(earlier, head), Ok(()));
            (earlier.size, proof.path)
        });
        assert_eq!(chain(proofs), *expected, "size {}", head.size);
        proven += head.size;
    }
    assert_eq!(proven, 257 * 258 / 2);
}

#[test]
fn tiles_and_their_paths_are_the_oracles() {
    let leaves = naive::leaves(70_000);
    let vectors = read("tiles.txt");
    assert_eq!(vectors.lines().count(), 12);
    for line in vectors.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let size: usize = fields[0].parse().expect("a size");
        let mut writer = TileWriter::new();
        let mut tiles = writer.append(leaves[..size].iter().copied()).expect("room");
        tiles.extend(writer.partials());
        let mut tiles: Vec<_> = tiles
            .iter()
            .map(|tile| (tile.id.path(tile.hashes.len()), tile.to_bytes()))
            .collect();
        tiles.sort();
        let mut hasher = Sha256::new();
        for (path, bytes) in &tiles {
            hasher.update(format!("{path}\n"));
            hasher.update(bytes);
        }
        let hash = Hash::from_bytes(hasher.finalize().into());
        assert_eq!(line, format!("{size} {} {hash}", tiles.len()));
    }
}

#[derive(Deserialize)]
struct Signed {
    seed: String,
    vkey: String,
    origin: String,
    size: u64,
    root: String,
    signatures: usize,
    note: String,
}

#[test]
fn checkpoints_are_the_oracles() {
    let vectors: Vec<Signed> = serde_json::from_str(&read("checkpoints.json")).expect("vectors");
    assert_eq!(vectors.len(), 4);
    for vector in vectors {
        let root = vector.root.parse().expect("a hash");
        let head = TreeHead {
            size: vector.size,
            root,
        };
        let seed: Hash = vector.seed.parse().expect("32 bytes");
        let key = SigningKey::from_seed(&vector.origin, seed.as_bytes()).expect("a key");
        assert_eq!(key.verifier().to_string(), vector.vkey);
        let known: VerifierKey = vector.vkey.parse().expect("a key");

        let note: SignedNote = vector.note.parse().expect("a note");
        assert_eq!(note.signatures().len(), vector.signatures);
        let checkpoint = Checkpoint::open(&note, &vector.origin, &[known]).expect("a checkpoint");
        assert_eq!(checkpoint.head(), head);

        // Ours is the same, but for the witness that has signed some of theirs first.
        let ours = Checkpoint::new(&*vector.origin, head).expect("an origin");
        let ours = ours.sign(&key).expect("a note");
        assert_eq!(ours.text(), note.text());
        assert_eq!(ours.signatures().last(), note.signatures().last());
    }
}
