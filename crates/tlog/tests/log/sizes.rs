//! Sizes that no log reaches: nothing overflows, and proofs hold there as well.

use agent_assist_tlog::{
    ConsistencyProof, Frontier, FrontierBytesError, Hash, InclusionProof, LogFull, Node,
    OutOfRange, ProofError, ProveError, TreeHead, leaf_hash, node_hash,
};

/// A log whose leaves are all the same: the hashes of all its nodes are known, whatever its size.
fn uniform() -> impl FnMut(Node) -> Result<Hash, &'static str> {
    let mut heights = vec![leaf_hash(b"same")];
    for _ in 0..64 {
        heights.push(node_hash(
            heights.last().expect("one"),
            heights.last().expect("one"),
        ));
    }
    move |node| {
        heights
            .get(usize::from(node.height))
            .copied()
            .ok_or("too high")
    }
}

fn head(size: u64) -> TreeHead {
    Frontier::load(size, &mut uniform()).expect("hashes").head()
}

const SIZES: [u64; 11] = [
    1,
    2,
    3,
    1 << 32,
    (1 << 32) + 1,
    (1 << 63) - 1,
    1 << 63,
    (1 << 63) + 1,
    0xaaaa_aaaa_aaaa_aaaa,
    u64::MAX - 1,
    u64::MAX,
];

#[test]
fn inclusion_is_proven_at_any_size() {
    let leaf = leaf_hash(b"same");
    for size in SIZES {
        let head = head(size);
        for index in [0, 1, size / 3, size / 2, size - 2.min(size), size - 1] {
            if index >= size {
                continue;
            }
            let proof = InclusionProof::prove(index, size, &mut uniform()).expect("a proof");
            assert_eq!(proof.verify(leaf, &head), Ok(()), "{index} of {size}");
            let longer = [&*proof.path, &[leaf]].concat();
            let longer = InclusionProof {
                path: longer,
                ..proof
            };
            assert_eq!(longer.verify(leaf, &head), Err(ProofError::Length));
        }
        let outside = InclusionProof::prove(size, size, &mut uniform());
        assert_eq!(outside, Err(ProveError::OutOfRange(OutOfRange)));
        assert_eq!(InclusionProof::tiles(size, size), Err(OutOfRange));
    }
}

#[test]
fn consistency_is_proven_between_any_sizes() {
    for to in SIZES {
        for from in SIZES.into_iter().chain([0, to / 2, to - 1]) {
            let proof = ConsistencyProof::prove(from, to, &mut uniform());
            if from > to {
                assert_eq!(proof, Err(ProveError::OutOfRange(OutOfRange)));
                assert_eq!(ConsistencyProof::tiles(from, to), Err(OutOfRange));
            } else {
                let verified = proof.expect("a proof").verify(&head(from), &head(to));
                assert_eq!(verified, Ok(()), "{from} to {to}");
            }
        }
    }
}

#[test]
fn what_the_reader_says_is_passed_on() {
    let mut failing = |_: Node| Err::<Hash, _>("the disk is gone");
    let read = ProveError::Read("the disk is gone");
    assert_eq!(InclusionProof::prove(0, 2, &mut failing), Err(read.clone()));
    assert_eq!(ConsistencyProof::prove(1, 2, &mut failing), Err(read));
    assert_eq!(Frontier::load(1, &mut failing), Err("the disk is gone"));
}

#[test]
fn a_full_log_takes_no_leaf() {
    let mut bytes = u64::MAX.to_be_bytes().to_vec();
    bytes.resize(8 + 64 * 32, 0);
    let mut frontier = Frontier::from_bytes(&bytes).expect("a frontier");
    let before = frontier.clone();
    assert_eq!(frontier.push(leaf_hash(b"")), Err(LogFull));
    assert_eq!(frontier, before);
    bytes.pop();
    assert_eq!(Frontier::from_bytes(&bytes), Err(FrontierBytesError));
}
