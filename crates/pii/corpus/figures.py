#!/usr/bin/env python3
"""Prints how well a scanner finds the personal data of `corpus.ndjson`.

    python figures.py ../../../target/debug/agent-assist       # runs `agent-assist pii scan`
    python figures.py PATH --presidio                          # Presidio's recognisers beside it
    python figures.py PATH --misses US_SSN                     # the texts behind a figure
    python figures.py PATH --misses order_numbers

How a figure is computed (`tests/figures.rs` computes the same ones):

* All lengths are bytes of UTF-8. Labels do not matter to any figure but `label`.
* A gold span is *found* if one predicted span overlaps at least half of it.
* A prediction that overlaps no gold span at all is *false*.
* Span recall R = found / gold spans; span precision P = predictions that are not false / all
  predictions; F2 = 5PR / (4P + R).
* Text F2 is the same over texts: a text has personal data, or not; it is flagged, or not.
* *Wholly covered*: every byte of the gold span is inside predictions.
* *Masked without need*: masked bytes outside gold spans / all masked bytes. The same against all
  bytes outside gold spans is printed beside it; it is always the kinder one.
* These are over the kinds pii, masked and clean. Obfuscated values have a figure of their own, and
  there only a wholly covered value counts: half a spoken card number is still a leak.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import time

CORPUS = pathlib.Path(__file__).with_name("corpus.ndjson")

# (figure, comparison, threshold)
THRESHOLDS = [
    ("span F2", ">=", 0.97),
    ("text F2", ">=", 0.97),
    ("spans wholly covered", ">=", 0.96),
    ("characters masked without need", "<=", 0.03),
    ("masked texts flagged", "<=", 0),
    ("clean texts flagged", "<=", 0.03),
    ("obfuscated values covered", ">=", 0.70),
]

# What Presidio finds and this corpus does not ask for: any date, any URL, number plates, company
# registers and the like. They are left out of its second column, in its favour.
PRESIDIO_EXTRA = {"DATE_TIME", "URL", "UUID"}


def f2(precision, recall):
    return 5 * precision * recall / (4 * precision + recall) if precision and recall else 0.0


def overlap(a, b):
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def union(spans):
    """`(start, end)` pieces that cover the same bytes without overlapping."""
    pieces = []
    for start, end, *_ in sorted(spans, key=lambda span: span[:2]):
        if pieces and start <= pieces[-1][1]:
            pieces[-1][1] = max(pieces[-1][1], end)
        else:
            pieces.append([start, end])
    return pieces


def ratio(part, whole, empty=0.0):
    return part / whole if whole else empty


class Tally:
    """Counts of one scanner over the whole corpus."""

    def __init__(self):
        self.count = collections.Counter()
        self.entities = collections.defaultdict(collections.Counter)
        self.classes = collections.defaultdict(collections.Counter)
        self.kinds = collections.defaultdict(collections.Counter)

    def add(self, row, predicted):
        pieces = union(predicted)
        gold = row["spans"]
        per_class = self.classes[row["kind"], row["class"]]
        per_kind = self.kinds[row["kind"]]
        for counter in (per_class, per_kind):
            counter["texts"] += 1
            counter["flagged"] += bool(predicted)
        judged = row["kind"] != "obfuscated"
        for span in gold:
            length = span[1] - span[0]
            best = max(predicted, key=lambda p: overlap(p, span), default=None)
            found = best is not None and 2 * overlap(best, span) >= length
            whole = sum(overlap(piece, span) for piece in pieces) == length
            label = found and best[2] == span[2]
            for counter in (per_class, per_kind, *([self.entities[span[2]], self.count] if judged else [])):
                counter["gold"] += 1
                counter["found"] += found
                counter["whole"] += whole
                counter["label"] += label
        false = [p for p in predicted if not any(overlap(p, span) for span in gold)]
        for counter in (per_class, per_kind):
            counter["false"] += len(false)
        if not judged:
            return
        for p in false:
            self.entities[p[2]]["false"] += 1
        inside = sum(overlap(piece, span) for piece in pieces for span in gold)
        masked = sum(end - start for start, end in pieces)
        gold_length = sum(end - start for start, end, _ in gold)
        self.count["predicted"] += len(predicted)
        self.count["false"] += len(false)
        self.count["masked bytes"] += masked
        self.count["needless bytes"] += masked - inside
        self.count["other bytes"] += len(row["text"].encode()) - gold_length
        self.count["texts with"] += bool(gold)
        self.count["flagged"] += bool(predicted)
        self.count["flagged with"] += bool(gold and predicted)

    def figures(self):
        c, kinds = self.count, self.kinds
        precision, recall = ratio(c["predicted"] - c["false"], c["predicted"]), ratio(c["found"], c["gold"])
        return {
            "span F2": f2(precision, recall),
            "  span precision": precision,
            "  span recall": recall,
            "text F2": f2(ratio(c["flagged with"], c["flagged"]), ratio(c["flagged with"], c["texts with"])),
            "spans wholly covered": ratio(c["whole"], c["gold"]),
            "characters masked without need": ratio(c["needless bytes"], c["masked bytes"]),
            "  against all other characters": ratio(c["needless bytes"], c["other bytes"]),
            "masked texts flagged": kinds["masked"]["flagged"],
            "clean texts flagged": ratio(kinds["clean"]["flagged"], kinds["clean"]["texts"]),
            "obfuscated values covered": ratio(kinds["obfuscated"]["whole"], kinds["obfuscated"]["gold"]),
            "  covered by half": ratio(kinds["obfuscated"]["found"], kinds["obfuscated"]["gold"]),
            "label agreement": ratio(c["label"], c["found"]),
        }


# --- scanners ----------------------------------------------------------------------------------


def agent_assist(program, rows):
    """`id -> spans` as `agent-assist pii scan` finds them."""
    asked = "".join(json.dumps({"id": row["id"], "text": row["text"]}) + "\n" for row in rows)
    answer = subprocess.run([program, "pii", "scan"], input=asked.encode(), stdout=subprocess.PIPE, check=True)
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    if [line["id"] for line in lines] != [row["id"] for row in rows]:
        sys.exit("the scanner's answers are not the texts in their order")
    return {line["id"]: line["spans"] for line in lines}


def presidio(rows):
    """`id -> spans` of all predefined pattern recognisers of all countries, threshold 0.4.

    A blank tokenizer whose lemmas are the words themselves stands in for a language model: context
    words are seen, names are not.
    """
    import inspect
    import logging

    import presidio_analyzer.predefined_recognizers as predefined
    from presidio_analyzer import AnalyzerEngine, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SlimSpacyNlpEngine
    from spacy.language import Language

    @Language.component("words_as_lemmas")
    def words_as_lemmas(doc):
        for token in doc:
            token.lemma_ = token.lower_
        return doc

    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    tokenizer = SlimSpacyNlpEngine(supported_languages=["en"], auto_download=False)
    tokenizer.models, tokenizer._blank_languages = [], {"en"}
    tokenizer.load()
    tokenizer.nlp["en"].add_pipe("words_as_lemmas")
    registry = RecognizerRegistry(supported_languages=["en"], recognizers=[])
    kinds = [c for c in vars(predefined).values() if inspect.isclass(c) and (
        issubclass(c, PatternRecognizer) or c.__name__.endswith(("PhoneRecognizer", "MobileNumberRecognizer", "TelephoneNumberRecognizer")))]
    for kind in kinds:
        registry.add_recognizer(kind(supported_language="en"))
    engine = AnalyzerEngine(registry=registry, nlp_engine=tokenizer, supported_languages=["en"])
    print(f"presidio: {len(kinds)} recognisers", file=sys.stderr)

    found, began = {}, time.monotonic()
    for row in rows:
        text = row["text"]
        offsets = [0]
        for character in text:
            offsets.append(offsets[-1] + len(character.encode()))
        results = engine.analyze(text=text, language="en", score_threshold=0.4)
        found[row["id"]] = sorted([offsets[r.start], offsets[r.end], r.entity_type] for r in results)
    size = sum(len(row["text"].encode()) for row in rows)
    print(f"presidio: {size / 1e6 / (time.monotonic() - began):.3f} MB/s", file=sys.stderr)
    return found


def merged(spans):
    """Overlapping finds as one, under the label of the longest: what a masker would do."""
    joined = []
    for start, end, entity in spans:
        if joined and start < joined[-1][1]:
            if end - start > joined[-1][3]:
                joined[-1][2:] = [entity, end - start]
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end, entity, end - start])
    return [span[:3] for span in joined]


# --- printing ----------------------------------------------------------------------------------


def print_figures(tallies):
    thresholds = {name: (sign, limit) for name, sign, limit in THRESHOLDS}
    print(f"{'figure':34}{'must':>9}" + "".join(f"{name:>16}" for name in tallies))
    all_figures = [tally.figures() for tally in tallies.values()]
    for name in all_figures[0]:
        must = "{} {}".format(*thresholds[name]) if name in thresholds else ""
        cells = ""
        for figures in all_figures:
            value = figures[name]
            shown = str(value) if isinstance(value, int) else f"{value:.3f}"
            if name in thresholds and not holds(value, *thresholds[name]):
                shown = f"FAILS {shown}"
            cells += f"{shown:>16}"
        print(f"{name:34}{must:>9}{cells}")


def holds(value, sign, limit):
    return value >= limit if sign == ">=" else value <= limit


def print_entities(tallies):
    print(f"\n{'entity':28}{'gold':>6}" + "".join(f"  {name[:9]:>9}: found whole label false" for name in tallies))
    for entity in sorted({entity for tally in tallies.values() for entity in tally.entities}):
        cells = ""
        for tally in tallies.values():
            c = tally.entities[entity]
            cells += (f"{'':12}{ratio(c['found'], c['gold']):6.2f}{ratio(c['whole'], c['gold']):6.2f}"
                      f"{ratio(c['label'], c['found']):6.2f}{c['false']:6}")
        gold = max(tally.entities[entity]["gold"] for tally in tallies.values())
        print(f"{entity:28}{gold:6}{cells}")


def print_classes(tallies):
    print(f"\n{'kind/class':40}{'texts':>6}{'gold':>6}" + "".join(f"  {name[:9]:>9}: found whole flagged" for name in tallies))
    first = next(iter(tallies.values()))
    for key in [*sorted((kind, "") for kind in first.kinds), *sorted(first.classes)]:
        rows = [tally.classes[key] if key[1] else tally.kinds[key[0]] for tally in tallies.values()]
        cells = "".join(f"{'':12}{ratio(c['found'], c['gold']):6.2f}{ratio(c['whole'], c['gold']):6.2f}{c['flagged']:8}" for c in rows)
        print(f"{'/'.join(part for part in key if part):40}{rows[0]['texts']:6}{rows[0]['gold']:6}{cells}")


def marked(text, spans, left, right):
    raw = text.encode()
    for start, end, entity in sorted(spans, reverse=True):
        raw = raw[:start] + f"{left}{entity}:".encode() + raw[start:end] + right.encode() + raw[end:]
    return raw.decode(errors="replace")


def print_misses(rows, found, wanted):
    """Texts in which `wanted`, an entity or a class, was missed, cut short or found for nothing."""
    for row in rows:
        predicted = found[row["id"]]
        pieces = union(predicted)
        short = [s for s in row["spans"] if sum(overlap(p, s) for p in pieces) < s[1] - s[0]]
        false = [p for p in predicted if not any(overlap(p, s) for s in row["spans"])]
        if (row["class"] == wanted and (short or false)) or any(s[2] == wanted for s in short + false):
            print(f"--- {row['id']}\n  gold  {marked(row['text'], row['spans'], '⟦', '⟧')}\n  found {marked(row['text'], predicted, '⟪', '⟫')}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", nargs="?", help="path of agent-assist")
    parser.add_argument("--presidio", action="store_true", help="measure Presidio's pattern recognisers too")
    parser.add_argument("--misses", metavar="NAME", help="show what an entity or a class misses instead")
    parser.add_argument("--corpus", type=pathlib.Path, default=CORPUS)
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.corpus.read_text(encoding="utf-8").splitlines()]
    found = {}
    if arguments.program:
        found["agent-assist"] = agent_assist(arguments.program, rows)
    if arguments.presidio:
        all_found = presidio(rows)
        asked = {span[2] for row in rows for span in row["spans"]} - PRESIDIO_EXTRA
        found["presidio"] = {key: merged(spans) for key, spans in all_found.items()}
        found["same entities"] = {key: merged(s for s in spans if s[2] in asked) for key, spans in all_found.items()}
    if not found:
        parser.error("nothing to measure: give the path of agent-assist, or --presidio")
    if arguments.misses:
        print_misses(rows, next(iter(found.values())), arguments.misses)
        return
    tallies = {}
    for name, spans in found.items():
        tallies[name] = Tally()
        for row in rows:
            tallies[name].add(row, spans[row["id"]])
    print_figures(tallies)
    print_entities(tallies)
    print_classes(tallies)


if __name__ == "__main__":
    main()
