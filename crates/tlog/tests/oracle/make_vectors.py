#!/usr/bin/env python3
"""Makes the vectors that tests/oracle.rs compares the crate with.

    python3.12 -m venv venv
    venv/bin/pip install -r requirements.txt
    venv/bin/python make_vectors.py

Two implementations that know nothing of this crate nor of each other answer: `pymerkle` gives roots
and inclusion proofs, `aics-tlog` consistency proofs (those of pymerkle are of another shape than RFC
6962's), tiles and signed checkpoints. What both can do is compared here before anything is written.
The same versions give the same files. Leaf `i` of every tree is the text `entry i` and a newline.

trees.txt         size, root; up to 257 also a chain over all inclusion proofs of the size, by index,
                  and one over the consistency proofs from all sizes 1..=size. A chain is the SHA-256
                  of, for each proof, its index or earlier size and its length as big-endian 64-bit
                  integers and then its hashes.
tiles.txt         size, number of tiles, and the SHA-256 of, for each tile by the order of paths, its
                  path, a newline and its bytes.
checkpoints.json  signed checkpoints with the seed and the verifier key of their log's key.
"""

import hashlib
import json
import pathlib

from aics_tlog import (
    Checkpoint,
    MerkleTree,
    Note,
    TileWriter,
    cosignature_vkey,
    format_vkey,
    sign_checkpoint,
    sign_cosignature,
    verify_checkpoint,
    verify_consistency,
    vkey_from_ed25519,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pymerkle import InmemoryTree

HERE = pathlib.Path(__file__).parent
SIZES = 1025
PROVEN = 257
TILED = (1, 2, 255, 256, 257, 511, 512, 1025, 65535, 65536, 65793, 70000)


def entry(index):
    return b"entry %d\n" % index


def chain(proofs):
    hasher = hashlib.sha256()
    for number, path in proofs:
        hasher.update(number.to_bytes(8, "big") + len(path).to_bytes(8, "big") + b"".join(path))
    return hasher.hexdigest()


def trees():
    entries = [entry(index) for index in range(SIZES)]
    one = InmemoryTree(algorithm="sha256")
    one.append_entries(entries)
    other = MerkleTree(entries)
    for size in range(SIZES + 1):
        root = one.get_root(size)
        assert root == other.root(size)
        fields = [str(size), root.hex()]
        if size <= PROVEN:
            # The first hash of pymerkle's path is the leaf's own.
            inclusion = [(i, one.prove_inclusion(i + 1, size).path[1:]) for i in range(size)]
            assert inclusion == [(i, other.inclusion_proof(i, size)) for i in range(size)]
            consistency = [(old, other.consistency_proof(old, size)) for old in range(1, size + 1)]
            for old, path in consistency:
                assert verify_consistency(old, size, one.get_root(old), root, path)
            fields += [chain(inclusion), chain(consistency)]
        yield " ".join(fields)


def tiles():
    for size in TILED:
        found = TileWriter([entry(index) for index in range(size)]).materialise()
        found = {path: data for path, data in found.items() if not path.startswith("tile/entries/")}
        hasher = hashlib.sha256()
        for path in sorted(found):
            hasher.update(path.encode() + b"\n" + found[path])
        yield f"{size} {len(found)} {hasher.hexdigest()}"


def checkpoints():
    tree = MerkleTree([entry(index) for index in range(SIZES)])
    witness = Ed25519PrivateKey.from_private_bytes(bytes([7] * 32))
    for number, size in enumerate((0, 1, 257, 1025)):
        seed = bytes([number + 1] * 32)
        origin = f"log{number}.example/ünder"
        key = Ed25519PrivateKey.from_private_bytes(seed)
        vkey = vkey_from_ed25519(origin, key.public_key())
        note = sign_checkpoint(Checkpoint(origin, size, tree.root(size)), key, origin)
        if number % 2:
            name = "witness.example/w1"
            _, line = sign_cosignature(witness, name, 1767000000, origin, size, tree.root(size))
            note = Note(text=note.text, signatures=(line, *note.signatures))
            witnesses = [cosignature_vkey(name, witness.public_key())]
            assert verify_checkpoint(note, vkey, witnesses, quorum=1).ok
        yield {
            "seed": seed.hex(),
            "vkey": format_vkey(vkey),
            "origin": origin,
            "size": size,
            "root": tree.root(size).hex(),
            "signatures": len(note.signatures),
            "note": note.to_bytes().decode(),
        }


def write(name, lines):
    (HERE / name).write_text("".join(line + "\n" for line in lines))


write("trees.txt", trees())
write("tiles.txt", tiles())
write("checkpoints.json", [json.dumps(list(checkpoints()), indent=1, ensure_ascii=False)])
