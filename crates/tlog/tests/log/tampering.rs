//! Proofs that somebody has tampered with: each of them is refused.

use agent_assist_tlog::{
    ConsistencyProof, EMPTY_ROOT, Hash, InclusionProof, ProofError, TreeHead, leaf_hash,
};

use crate::naive;

/// Around all the places where the shape of a tree changes.
fn sizes() -> impl Iterator<Item = usize> {
    (1..=34).chain([63, 64, 65, 127, 128, 129, 255, 256, 257])
}

/// Every index or earlier size of a small tree, some of a large one.
fn places(size: usize) -> impl Iterator<Item = usize> {
    (0..size).step_by(1 + size / 16).chain([size - 1])
}

/// Every way to spoil a path: bits flipped in it, hashes dropped, repeated, added or exchanged.
fn spoilt(path: &[Hash]) -> Vec<Vec<Hash>> {
    let mut spoilt = Vec::new();
    let mut spoil = |spoil: &dyn Fn(&mut Vec<Hash>)| {
        let mut other = path.to_vec();
        spoil(&mut other);
        spoilt.push(other);
    };
    for at in 0..path.len() {
        for (byte, bit) in [(0, 7), (13, 3), (31, 0)] {
            spoil(&|path| {
                let mut bytes = *path[at].as_bytes();
                bytes[byte] ^= 1 << bit;
                path[at] = Hash::from_bytes(bytes);
            });
        }
        spoil(&|path| {
            path.remove(at);
        });
        spoil(&|path| path.insert(at, path[at]));
        if at > 0 {
            spoil(&|path| path.swap(at - 1, at));
            spoil(&|path| path.swap(0, at));
        }
    }
    for at in 0..=path.len() {
        spoil(&|path| path.insert(at, leaf_hash(b"another")));
        spoil(&|path| path.insert(at, EMPTY_ROOT));
    }
    if !path.is_empty() {
        spoil(&|path| path.clear());
        spoil(&|path| path.reverse());
    }
    spoilt.retain(|other| other != path);
    spoilt
}

#[test]
fn a_spoilt_inclusion_proof_proves_nothing() {
    let leaves = naive::leaves(258);
    let mut refused = 0;
    for size in sizes() {
        let leaves = &leaves[..size];
        let head = naive::head(leaves);
        for index in places(size) {
            let proof = InclusionProof {
                index: index as u64,
                size: head.size,
                path: naive::inclusion(index, leaves),
            };
            assert_eq!(proof.verify(leaves[index], &head), Ok(()));
            for path in spoilt(&proof.path) {
                let spoilt = InclusionProof { path, ..proof };
                spoilt.verify(leaves[index], &head).expect_err("spoilt");
                refused += 1;
            }
            for other in (0..size).filter(|other| *other != index) {
                let elsewhere = InclusionProof {
                    index: other as u64,
                    ..proof.clone()
                };
                elsewhere
                    .verify(leaves[index], &head)
                    .expect_err("elsewhere");
                proof
                    .verify(leaves[other], &head)
                    .expect_err("another leaf");
                refused += 2;
            }
        }
    }
    assert!(refused > 20_000, "{refused}");
}

/// The same path may prove the same leaf in trees of several sizes: the root tells them apart.
#[test]
fn an_inclusion_proof_is_about_one_tree() {
    let leaves = naive::leaves(66);
    let heads: Vec<TreeHead> = (0..=66).map(|size| naive::head(&leaves[..size])).collect();
    for size in 1..=65 {
        for index in 0..size {
            let proof = InclusionProof {
                index: index as u64,
                size: size as u64,
                path: naive::inclusion(index, &leaves[..size]),
            };
            for other in (1..=66).filter(|other| *other != size) {
                let head = &heads[other];
                let verified = proof.verify(leaves[index], head);
                assert_eq!(verified, Err(ProofError::OtherTree));
                let stretched = InclusionProof {
                    size: other as u64,
                    ..proof.clone()
                };
                stretched
                    .verify(leaves[index], head)
                    .expect_err("another tree");
            }
        }
    }
}

#[test]
fn an_index_outside_the_tree_is_refused() {
    let head = naive::head(&naive::leaves(1));
    for index in [1, 2, u64::MAX] {
        let proof = InclusionProof {
            index,
            size: 1,
            path: Vec::new(),
        };
        assert_eq!(proof.verify(head.root, &head), Err(ProofError::OutOfRange));
    }
    let nothing = TreeHead {
        size: 0,
        root: EMPTY_ROOT,
    };
    let proof = InclusionProof {
        index: 0,
        size: 0,
        path: Vec::new(),
    };
    assert_eq!(
        proof.verify(EMPTY_ROOT, &nothing),
        Err(ProofError::OutOfRange)
    );
}

fn consistency(from: usize, leaves: &[Hash]) -> ConsistencyProof {
    let to = leaves.len() as u64;
    ConsistencyProof::prove(from as u64, to, &mut naive::reader(leaves)).expect("a proof")
}

#[test]
fn a_spoilt_consistency_proof_proves_nothing() {
    let leaves = naive::leaves(258);
    let mut refused = 0;
    for to in sizes() {
        let leaves = &leaves[..to];
        let later = naive::head(leaves);
        for from in places(to).chain([to]) {
            let earlier = naive::head(&leaves[..from]);
            let proof = consistency(from, leaves);
            assert_eq!(proof.verify(&earlier, &later), Ok(()));
            for path in spoilt(&proof.path) {
                let spoilt = ConsistencyProof { path, ..proof };
                spoilt.verify(&earlier, &later).expect_err("spoilt");
                refused += 1;
            }
            let wrong = |head| TreeHead {
                root: leaf_hash(b"another"),
                ..head
            };
            let verified = proof.verify(&wrong(earlier), &later);
            verified.expect_err("another earlier root");
            if from > 0 {
                let verified = proof.verify(&earlier, &wrong(later));
                verified.expect_err("another later root");
            }
        }
    }
    assert!(refused > 10_000, "{refused}");
}

#[test]
fn a_consistency_proof_is_about_two_sizes() {
    let leaves = naive::leaves(34);
    let heads: Vec<TreeHead> = (0..=34).map(|size| naive::head(&leaves[..size])).collect();
    for to in 2..=33 {
        for from in 1..to {
            let proof = consistency(from, &leaves[..to]);
            for other in (0..=34).filter(|other| ![from, to].contains(other)) {
                let as_if = |from: usize, to: usize| {
                    let proof = ConsistencyProof {
                        from: from as u64,
                        to: to as u64,
                        ..proof.clone()
                    };
                    proof
                        .verify(&heads[from], &heads[to])
                        .expect_err("other sizes");
                };
                as_if(from, other);
                as_if(other, to);
                let verified = proof.verify(&heads[other], &heads[to]);
                assert_eq!(verified, Err(ProofError::OtherTree));
                let verified = proof.verify(&heads[from], &heads[other]);
                assert_eq!(verified, Err(ProofError::OtherTree));
            }
            let back = ConsistencyProof {
                from: proof.to,
                to: proof.from,
                path: proof.path,
            };
            let verified = back.verify(&heads[to], &heads[from]);
            assert_eq!(verified, Err(ProofError::OutOfRange));
        }
    }
}

/// A record that was changed, left out or slipped in afterwards shows, wherever it was.
#[test]
fn a_rewritten_log_is_not_consistent_with_itself() {
    let leaves = naive::leaves(40);
    for from in 1..=20 {
        let earlier = naive::head(&leaves[..from]);
        for at in 0..from {
            let mut changed = leaves.clone();
            changed[at] = leaf_hash(b"never happened");
            let mut shorter = leaves.clone();
            shorter.remove(at);
            let mut longer = leaves.clone();
            longer.insert(at, leaf_hash(b"slipped in"));
            for rewritten in [changed, shorter, longer] {
                let proof = consistency(from, &rewritten);
                let verified = proof.verify(&earlier, &naive::head(&rewritten));
                verified.expect_err("rewritten");
            }
        }
    }
}

#[test]
fn everything_begins_with_the_empty_tree_and_with_no_other_of_size_zero() {
    let leaves = naive::leaves(3);
    let nothing = naive::head(&[]);
    let wrong = TreeHead {
        size: 0,
        root: leaf_hash(b""),
    };
    for size in 0..=3 {
        let head = naive::head(&leaves[..size]);
        let proof = consistency(0, &leaves[..size]);
        assert_eq!(proof.path, []);
        assert_eq!(proof.verify(&nothing, &head), Ok(()));
        assert_eq!(proof.verify(&wrong, &head), Err(ProofError::EarlierRoot));
    }
    let proof = consistency(0, &[]);
    assert_eq!(proof.verify(&nothing, &wrong), Err(ProofError::Root));
}
