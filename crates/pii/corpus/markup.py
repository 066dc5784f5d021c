"""Marks the gold spans inside a text while it is being put together.

A marked value travels through templates as ordinary text; `parse` takes the marks out again and
turns them into byte offsets. The marks are private-use characters, which no text of the corpus
holds.
"""

OPEN, NAMED, CLOSE = "\ue000", "\ue001", "\ue002"


def mark(entity, value):
    """`value` as a gold span of `entity`."""
    return f"{OPEN}{entity}{NAMED}{value}{CLOSE}"


def parse(marked):
    """The plain text and its spans `[start_byte, end_byte, entity]`, sorted and apart."""
    text, spans = "", []
    for piece in marked.split(OPEN):
        if NAMED not in piece:
            text += piece
            continue
        entity, rest = piece.split(NAMED)
        value, after = rest.split(CLOSE)
        assert value and value == value.strip(), f"{entity} span has blank ends: {value!r}"
        start = len(text.encode())
        text += value
        spans.append([start, len(text.encode()), entity])
        text += after
    assert not {OPEN, NAMED, CLOSE} & set(text)
    return text, spans
