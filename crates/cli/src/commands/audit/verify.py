#!/usr/bin/env python3
"""Checks a bundle of audit records with Python's standard library alone.

    python3 verify.py [VERIFIER-KEY] [FOLDER]

Without a key the one in the folder is taken, which proves no more than that the folder fits together:
give the key that the log's owner gave you by another way. Exit codes: 0 everything holds, 2 a file is
missing or malformed, 10 a record was altered, is missing or does not belong, 13 not signed by the key.
"""
import base64
import hashlib
import json
import pathlib
import sys

# Ed25519, RFC 8032: points (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z.
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493


def point_add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_times(number, p):
    q = (0, 1, 1, 0)
    while number:
        if number & 1:
            q = point_add(q, p)
        p = point_add(p, p)
        number >>= 1
    return q


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def has_signed(key, message, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little")
    left, right = point_times(s, BASE), point_add(r, point_times(h % ORDER, a))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


def checkpoint(note, vkey):
    """Size and root of a checkpoint (c2sp.org/tlog-checkpoint) that the key has signed."""
    name, key_id, key = vkey.strip().split("+", 2)
    key = base64.b64decode(key)
    if key[0] != 1 or hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() != key_id:
        raise ValueError("the verifier key is malformed")
    text, signatures = note.rsplit("\n\n", 1)
    text += "\n"
    for line in signatures.splitlines():
        dash, signer, data = line.split(" ")
        data = base64.b64decode(data)
        if signer == name and data[:4].hex() == key_id:
            if not has_signed(key[1:], text.encode(), data[4:]):
                fail(13, "the checkpoint's signature is wrong")
            origin, size, root = text.splitlines()[:3]
            if origin != name:
                fail(13, "the checkpoint is that of another log")
            return int(size), base64.b64decode(root)
    fail(13, "the key has not signed the checkpoint")


def root_of(leaf, index, size, path):
    """Where a path of RFC 9162, section 2.1.3.2 leads to."""
    place, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = hashlib.sha256(b"\x01" + sibling + root).digest()
            while not place & 1:
                place, last = place >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\x01" + root + sibling).digest()
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def fail(code, message):
    print(f"error: {message}", file=sys.stderr)
    sys.exit(code)


def main():
    here = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).parent

    def read(name):
        return (here / name).read_bytes().decode()

    given = len(sys.argv) > 1
    vkey = sys.argv[1] if given else read("verifier.key")
    size, root = checkpoint(read("checkpoint"), vkey)
    entries = read("entries.ndjson").split("\n")[:-1]
    proofs = [json.loads(line) for line in read("proofs.ndjson").split("\n")[:-1]]
    if not entries or len(entries) != len(proofs):
        fail(10, f"{len(entries)} records and {len(proofs)} proofs")
    first = proofs[0]
    for place, (entry, proof) in enumerate(zip(entries, proofs)):
        seq, index = first["seq"] + place, first["index"] + place
        if (proof["seq"], proof["index"]) != (seq, index) or not 0 <= index < size:
            fail(10, f"record {seq} is not where it should be")
        leaf = hashlib.sha256(b"\x00" + entry.encode()).digest()
        path = [base64.b64decode(sibling) for sibling in proof["path"]]
        if root_of(leaf, index, size, path) != root:
            fail(10, f"record {seq} is not in the log, or was altered")
    print(f"records {first['seq']} to {first['seq'] + len(entries) - 1} are in the log of {size}")
    if not given:
        print("warning: checked with the key in the folder; give the one you know", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        fail(2, f"the bundle is malformed: {error}")
