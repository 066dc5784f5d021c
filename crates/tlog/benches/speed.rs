//! How fast a log of a million leaves grows and proves, on one core.
//!
//! | group | must reach |
//! |---|---|
//! | `append` | 100,000 leaves/s |
//! | `inclusion` | 1 ms |

use std::{collections::BTreeMap, convert::Infallible, hint::black_box};

use agent_assist_tlog::{
    Frontier, Hash, InclusionProof, TileId, TileWriter, TiledHashes, TreeHead, leaf_hash,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

criterion_group!(benches, append, inclusion);
criterion_main!(benches);

const MILLION: u64 = 1_000_000;

/// Records of 300 bytes, about those of an audit log.
fn record(index: u64) -> Vec<u8> {
    format!("{index:0300}").into_bytes()
}

/// Records hashed and appended, 10,000 at a time, to an empty log.
fn append(criterion: &mut Criterion) {
    let count = 10_000;
    let records: Vec<Vec<u8>> = (0..count).map(record).collect();
    let leaves: Vec<Hash> = records.iter().map(|record| leaf_hash(record)).collect();
    let mut group = criterion.benchmark_group("append");
    group.throughput(Throughput::Elements(count));
    group.bench_function("leaf hashes to a frontier", |b| {
        b.iter(|| {
            let mut frontier = Frontier::new();
            for leaf in &leaves {
                black_box(frontier.push(*leaf)).expect("room");
            }
            frontier
        });
    });
    group.bench_function("leaf hashes to tiles", |b| {
        b.iter(|| TileWriter::new().append(black_box(leaves.iter().copied())));
    });
    group.bench_function("records to tiles", |b| {
        b.iter(|| {
            let leaves = records.iter().map(|record| leaf_hash(black_box(record)));
            TileWriter::new().append(leaves)
        });
    });
    group.finish();
}

/// One proof in a log of a million, made of tiles in memory and verified.
fn inclusion(criterion: &mut Criterion) {
    let mut writer = TileWriter::new();
    let leaf = |index: u64| leaf_hash(&index.to_be_bytes());
    let full = writer.append((0..MILLION).map(leaf)).expect("room");
    let tiles: BTreeMap<TileId, Vec<u8>> = full
        .into_iter()
        .chain(writer.partials())
        .map(|tile| (tile.id, tile.to_bytes()))
        .collect();
    let prove = |index| {
        let reader = |id: TileId, _| Ok::<_, Infallible>(tiles[&id].clone());
        let mut hashes = TiledHashes::new(MILLION, reader);
        InclusionProof::prove(index, MILLION, &mut hashes).expect("a proof")
    };
    let head: TreeHead = writer.frontier().head();
    let proof = prove(500_000);
    assert_eq!(proof.verify(leaf(500_000), &head), Ok(()));

    let mut group = criterion.benchmark_group("inclusion");
    group.bench_function("prove", |b| b.iter(|| prove(black_box(500_000))));
    group.bench_function("verify", |b| {
        b.iter(|| proof.verify(black_box(leaf(500_000)), &head));
    });
    group.finish();
}
