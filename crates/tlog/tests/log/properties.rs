//! What holds for every log, every way of appending and every text, whoever wrote it.

use std::collections::BTreeMap;

use agent_assist_tlog::{
    Checkpoint, ConsistencyProof, Frontier, Hash, InclusionProof, Node, NoteSignature, ProofFile,
    SignedNote, SigningKey, Tile, TileId, TileWriter, TiledHashes, TreeHead, VerifierKey,
};
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::{naive, tiles::Store};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// However leaves come in, and however often the writer starts anew from what was stored.
    #[test]
    fn all_ways_of_appending_make_one_log(batches in vec(0..700_usize, 0..6), anew in any::<bool>()) {
        let leaves = naive::leaves(batches.iter().sum());
        let mut writer = TileWriter::new();
        let mut store = Store::default();
        let mut frontier = Frontier::new();
        let mut rest = &*leaves;
        for batch in batches {
            let (batch, behind) = rest.split_at(batch);
            rest = behind;
            store.append(&mut writer, batch);
            for leaf in batch {
                frontier.push(*leaf).expect("room");
            }
            prop_assert_eq!(writer.frontier(), &frontier);
            if anew {
                let resumed = TileWriter::resume(frontier.size(), |id, width| store.tile(id, width));
                prop_assert_eq!(resumed.as_ref(), Ok(&writer));
                writer = resumed.expect("a writer");
            }
        }
        prop_assert_eq!(frontier.head(), naive::head(&leaves));
        for (id, hashes) in naive::tiles(&leaves) {
            let mut stored = store.tile(id, hashes.len()).expect("a tile");
            stored.truncate(hashes.len() * Hash::LEN);
            prop_assert_eq!(stored, Tile { id, hashes }.to_bytes());
        }
    }

    #[test]
    fn full_and_partial_tiles_are_the_whole_log(batches in vec(0..700_usize, 0..6)) {
        let leaves = naive::leaves(batches.iter().sum());
        let mut writer = TileWriter::new();
        let mut tiles = Vec::new();
        let mut rest = leaves.iter().copied();
        for batch in batches {
            let full = writer.append(rest.by_ref().take(batch)).expect("room");
            prop_assert!(full.iter().all(Tile::is_full));
            tiles.extend(full);
        }
        tiles.extend(writer.partials());
        let count = tiles.len();
        let tiles: BTreeMap<TileId, Vec<Hash>> =
            tiles.into_iter().map(|tile| (tile.id, tile.hashes)).collect();
        prop_assert_eq!(tiles.len(), count, "no tile comes twice");
        prop_assert_eq!(tiles, naive::tiles(&leaves));
    }

    #[test]
    fn proofs_out_of_tiles_hold(size in 1..2000_usize, index in any::<Index>(), from in any::<Index>()) {
        let leaves = naive::leaves(size);
        let mut store = Store::default();
        store.append(&mut TileWriter::new(), &leaves);
        let mut tiles = TiledHashes::new(size as u64, |id, width| store.tile(id, width));
        let head = naive::head(&leaves);

        let index = index.index(size);
        let proof = InclusionProof::prove(index as u64, head.size, &mut tiles).expect("a proof");
        prop_assert_eq!(&proof.path, &naive::inclusion(index, &leaves));
        prop_assert_eq!(proof.verify(leaves[index], &head), Ok(()));

        let from = from.index(size + 1);
        let proof = ConsistencyProof::prove(from as u64, head.size, &mut tiles).expect("a proof");
        prop_assert_eq!(proof.verify(&naive::head(&leaves[..from]), &head), Ok(()));
    }

    #[test]
    fn a_frontier_is_read_as_it_was_written(size in 0..2000_usize, more in 0..5_usize) {
        let leaves = naive::leaves(size + more);
        let mut frontier = Frontier::load(size as u64, &mut naive::reader(&leaves)).expect("hashes");
        let read = Frontier::from_bytes(&frontier.to_bytes());
        prop_assert_eq!(read.as_ref(), Ok(&frontier));
        frontier = read.expect("a frontier");
        for leaf in &leaves[size..] {
            frontier.push(*leaf).expect("room");
        }
        prop_assert_eq!(frontier.root(), naive::root(&leaves));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn bytes_of_a_frontier_are_its_only_ones(size in 1..=u64::MAX, extra in 0..3_usize, byte: u8) {
        let mut bytes = size.to_be_bytes().to_vec();
        bytes.resize(8 + size.count_ones() as usize * 32, byte);
        let read = Frontier::from_bytes(&bytes).expect("a frontier");
        prop_assert_eq!(read.to_bytes(), bytes.clone());
        let _ = read.root();
        for length in [bytes.len() + extra, bytes.len() + 32, bytes.len() - extra, bytes.len() - 32] {
            let mut other = bytes.clone();
            other.resize(length, byte);
            let read = Frontier::from_bytes(&other);
            prop_assert_eq!(read.is_ok(), length == bytes.len());
        }
    }

    #[test]
    fn no_proof_makes_it_panic(
        one: u64,
        other: u64,
        near in any::<bool>(),
        path in vec(hash(), 0..70),
        root in hash(),
        leaf in hash(),
    ) {
        let other = if near { one.saturating_add(other % 4) } else { other };
        let head = |size| TreeHead { size, root };
        let proof = InclusionProof { index: one, size: other, path: path.clone() };
        prop_assert!(proof.verify(leaf, &head(other)).is_err());
        let proof = ConsistencyProof { from: one, to: other, path };
        let verified = proof.verify(&head(one), &head(other));
        prop_assert!(verified.is_err() || one == other && proof.path.is_empty());
    }

    #[test]
    fn no_node_or_tile_makes_it_panic(
        size: u64,
        level: u8,
        index: u64,
        width in 0..300_usize,
        bytes in vec(any::<u8>(), 0..200),
    ) {
        let id = TileId { level, index };
        let _ = (id.path(width), id.width_at(size), Tile::from_bytes(id, &bytes));
        let mut tiles = TiledHashes::new(size, |_, width| Ok::<_, ()>(vec![0; width * 32]));
        let node = Node { height: level, index };
        let _ = agent_assist_tlog::HashReader::hash(&mut tiles, node);
        let _ = TileWriter::resume(size, |_, _| Ok::<_, ()>(bytes.clone()));
    }

    #[test]
    fn a_note_is_read_as_it_was_written(text in text(), signatures in vec(signature(), 0..5)) {
        let mut note = SignedNote::sign(text, &key()).expect("a note");
        for signature in signatures {
            note.add(signature).expect("room");
        }
        let read: SignedNote = note.to_string().parse().expect("a note");
        prop_assert_eq!(&read, &note);
        prop_assert_eq!(read.open(&[key().verifier()]).expect("signed").len(), 1);
    }

    #[test]
    fn a_checkpoint_is_read_as_it_was_written(checkpoint in checkpoint()) {
        prop_assert_eq!(checkpoint.to_string().parse(), Ok(checkpoint));
    }

    #[test]
    fn a_key_is_read_as_it_was_written(name in "[^\\s+\\x00-\\x1f]{1,20}", seed: [u8; 32]) {
        let key = SigningKey::from_seed(&name, &seed).expect("a key");
        let public = key.verifier();
        prop_assert_eq!(public.to_string().parse(), Ok(public.clone()));
        let read: SigningKey = key.to_secret().parse().expect("a key");
        prop_assert_eq!(read.verifier(), public);
    }

    #[test]
    fn a_proof_file_is_read_as_it_was_written(file in proof_file()) {
        prop_assert_eq!(file.to_string().parse(), Ok(file));
    }

    /// Nothing is read that would be written differently, so that no two files say the same.
    #[test]
    fn what_is_read_is_written_the_same(file in proof_file(), edits in vec(edit(), 1..4)) {
        let mut bytes = file.to_string().into_bytes();
        for (at, remove, insert) in edits {
            let at = at.index(bytes.len());
            let end = bytes.len().min(at + remove);
            bytes.splice(at..end, insert);
        }
        written_the_same(&bytes)?;
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..300), text in "[—=+/A-Za-z0-9 \n]{0,300}") {
        written_the_same(&bytes)?;
        written_the_same(text.as_bytes())?;
    }
}

/// Reads `bytes` as everything there is; what is read is written as it was.
fn written_the_same(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(file) = ProofFile::from_bytes(bytes) {
        prop_assert_eq!(file.to_string().into_bytes(), bytes);
    }
    if let Ok(note) = SignedNote::from_bytes(bytes) {
        prop_assert_eq!(note.to_string().into_bytes(), bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    if let Ok(checkpoint) = text.parse::<Checkpoint>() {
        prop_assert_eq!(checkpoint.to_string(), text.as_ref());
    }
    if let Ok(key) = text.parse::<VerifierKey>() {
        prop_assert_eq!(key.to_string(), text.as_ref());
    }
    if let Ok(hash) = Hash::from_base64(&text) {
        prop_assert_eq!(hash.to_base64(), text.as_ref());
    }
    prop_assert!(text.parse::<SigningKey>().is_err());
    if let Ok(frontier) = Frontier::from_bytes(bytes) {
        prop_assert_eq!(frontier.to_bytes(), bytes);
    }
    Ok(())
}

fn key() -> SigningKey {
    SigningKey::from_seed("log.example", &[1; 32]).expect("a key")
}

fn hash() -> impl Strategy<Value = Hash> {
    any::<[u8; 32]>().prop_map(Hash::from_bytes)
}

/// Lines, some of them empty.
fn text() -> impl Strategy<Value = String> {
    "([^\\x00-\\x1f]{0,20}\n){1,6}"
}

/// Somebody's signature of something.
fn signature() -> impl Strategy<Value = NoteSignature> {
    ("[a-z]{1,8}", any::<[u8; 32]>()).prop_map(|(name, seed)| {
        let key = SigningKey::from_seed(&name, &seed).expect("a key");
        let note = SignedNote::sign("something\n", &key).expect("a note");
        note.signatures()[0].clone()
    })
}

fn checkpoint() -> impl Strategy<Value = Checkpoint> {
    let line = "[^\\x00-\\x1f]{1,20}";
    (line, any::<u64>(), hash(), vec(line, 0..3)).prop_map(|(origin, size, root, lines)| {
        let checkpoint = Checkpoint::new(origin, TreeHead { size, root }).expect("an origin");
        let extended = lines
            .into_iter()
            .try_fold(checkpoint, Checkpoint::with_extension);
        extended.expect("lines")
    })
}

fn proof_file() -> impl Strategy<Value = ProofFile> {
    let extra = vec(any::<u8>(), 0..40);
    let parts = (checkpoint(), any::<u64>(), vec(hash(), 0..=64), extra);
    parts.prop_map(|(checkpoint, index, path, extra)| {
        let size = checkpoint.head().size;
        let proof = InclusionProof { index, size, path };
        ProofFile::new(proof, checkpoint.sign(&key()).expect("a note")).with_extra(extra)
    })
}

/// Where, how many bytes less, and what instead.
fn edit() -> impl Strategy<Value = (Index, usize, Vec<u8>)> {
    let insert = vec(
        prop_oneof![any::<u8>(), Just(b'\n'), Just(b' '), Just(b'=')],
        0..3,
    );
    (any::<Index>(), 0..3_usize, insert)
}
