#!/usr/bin/env python3
"""Writes `corpus.ndjson`, the development corpus of the personal-data engine.

    pip install -r requirements.txt   # Python 3.10 or later
    python generate.py            # writes corpus.ndjson beside this file
    python generate.py --check    # fails when the file on disk is not what would be written
    python generate.py --sample 100

The same seed gives the same file: every text has a random source of its own, seeded by its family
and its number, so that a new family leaves the texts of the others as they are.
"""

import argparse
import collections
import json
import pathlib
import random
import sys

import clean
import masked
import obfuscated
import pii
from markup import parse

SEED = "agent-assist-pii/1"
CORPUS = pathlib.Path(__file__).with_name("corpus.ndjson")
KINDS = {"pii": pii, "masked": masked, "clean": clean, "obfuscated": obfuscated}


def rows():
    for kind, module in KINDS.items():
        for family, maker, count in module.families():
            seen = set()
            attempt = 0
            while len(seen) < count and attempt < 20 * count:
                rng = random.Random(f"{SEED}/{kind}/{family}/{attempt}")
                attempt += 1
                locale, marked = maker(rng)
                text, spans = parse(marked)
                if text in seen:
                    continue
                seen.add(text)
                check(kind, text, spans)
                yield {"id": f"{kind}/{family}/{len(seen):04}", "kind": kind, "class": family,
                       "locale": locale, "text": text, "spans": spans}


def check(kind, text, spans):
    """Gold that contradicts its kind, or offsets that cut a character, are a fault here."""
    raw = text.encode()
    assert bool(spans) == (kind in ("pii", "obfuscated")), (kind, text)
    end = 0
    for start, stop, _ in spans:
        assert end <= start < stop <= len(raw), text
        raw[start:stop].decode()
        end = stop


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the file on disk")
    parser.add_argument("--sample", type=int, metavar="N", help="show N texts with their spans in ⟦⟧")
    arguments = parser.parse_args()

    made = sorted(rows(), key=lambda row: row["id"])
    if arguments.sample:
        for row in random.Random().sample(made, arguments.sample):
            raw = row["text"].encode()
            for start, stop, entity in reversed(row["spans"]):
                raw = raw[:start] + f"⟦{entity} ".encode() + raw[start:stop] + "⟧".encode() + raw[stop:]
            print(f"{row['id']} ({row['locale']}): {raw.decode()}")
        return
    written = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in made)
    if arguments.check:
        sys.exit(written != CORPUS.read_text(encoding="utf-8") and "corpus.ndjson is not what generate.py writes")
    CORPUS.write_text(written, encoding="utf-8")
    for kind, number in collections.Counter(row["kind"] for row in made).items():
        print(f"{kind:12}{number:6}")
    print(f"{'bytes':12}{len(written.encode()):8}")


if __name__ == "__main__":
    main()
